"""``portal ocds export``: the packages of published procurements as files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from portal.reports.open_data.queries import keys_of, packages_of


def written(session: Session, folder: Path, reference: str | None, at: datetime) -> Iterator[Path]:
    """Write both packages of each procurement of that reference, or of all; yields each file.

    A file is written whole or not at all, so that whoever reads the folder finds whole ones.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for key in keys_of(session, reference, at):
        packages = packages_of(session, key, at)
        for name, content in (("releases", packages.releases), ("record", packages.record)):
            file = folder / f"{packages.ocid}-{name}.json"
            half = file.with_suffix(".part")
            half.write_bytes(content)
            half.replace(file)
            yield file
