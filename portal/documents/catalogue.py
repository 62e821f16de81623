"""The kinds of documents: each a folder of template, stylesheet, metadata and preview."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import yaml

from portal.data_files import from_yaml
from portal.documents.clauses import facts_of, parameters, written
from portal.paths import DOCUMENTS


@dataclass(frozen=True)
class DocumentKind:
    """What a kind is called in each language, and the version of its template.

    ``data``: its content is attached to it as well, for machines to read.
    """

    kind: str
    title: dict[str, str]
    version: int
    data: bool = False


class _Exact(yaml.SafeLoader):
    """YAML whose numbers with a point are decimals."""


_Exact.add_constructor("tag:yaml.org,2002:float", lambda loader, node: Decimal(str(node.value)))


@cache
def kinds() -> dict[str, DocumentKind]:
    """Every kind, by name."""
    found = {}
    for file in sorted(DOCUMENTS.glob("*/metadata.yaml")):
        content = from_yaml(file.read_text(encoding="utf-8"))
        name = file.parent.name
        found[name] = DocumentKind(
            name, content["title"], content["version"], content.get("data", False)
        )
    return found


def preview(kind: str, language: str) -> dict[str, Any]:
    """The example context of a kind, as its preview.yaml writes it out."""
    file = DOCUMENTS / kind / "preview.yaml"
    # Loaded by a safe loader that differs only in the reading of decimals.
    context: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"), Loader=_Exact)  # noqa: S506
    if "clause_facts" in context:
        context["clause_facts"] = facts_of(parameters()) | context["clause_facts"]
        context["clauses"] = written(language, context["clause_facts"])
    return context
