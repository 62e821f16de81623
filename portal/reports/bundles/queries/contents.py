"""What the document of a bundle's contents says, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal.procurement.models import Procurement
from portal.reports.bundles.rules import MANIFEST, Packed

KIND = "archive_contents"
_GROUPS = ("documents", "attachments", "data", "audit")


def archive_contents(
    procurement: Procurement,
    files: Sequence[Packed],
    *,
    whole: bool,
    entries: int,
    head: str,
    state_of: datetime,
) -> dict[str, Any]:
    """Every file packed so far, by its folder. ``state_of`` is the bundle's newest time."""
    buyer = procurement.buyer
    return {
        "made_at": state_of,
        "state_of": state_of,
        "buyer": {"name": dict(buyer.name), "business_id": buyer.business_id},
        "procurement": {"reference": procurement.reference, "title": dict(procurement.title)},
        "whole": whole,
        "files": [{"path": file.path, "size": file.size, "sha256": file.sha256} for file in files],
        "groups": [
            {"key": key, "files": found}
            for key in _GROUPS
            if (found := [n for n, file in enumerate(files) if file.path.startswith(f"{key}/")])
        ],
        "entries": entries,
        "head": head,
        "manifest": MANIFEST,
    }
