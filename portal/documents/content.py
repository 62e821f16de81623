"""The content of a document as data, and its hash, which every page of the document bears.

The hash of a PDF cannot stand in the PDF itself. What stands there is the SHA-256 of the content:
the kind, the language, the version of the form and the plain values that the document was made
from, as canonical JSON. Whoever holds a paper copy can have it looked up; a kind that carries its
content with it (``data`` in its metadata.yaml) lets anybody reckon it anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.documents.catalogue import kinds
from portal.shared.canonical import canonical, sha256

NAME = "content.json"
"""The attached file of a kind that carries its content."""

IDENTIFIER = "sha256:"
"""What the hash in a PDF's metadata (dc:identifier) begins with."""


@dataclass(frozen=True)
class Content:
    """A document's content as bytes, with their SHA-256."""

    data: bytes
    sha256: str


def content_of(kind: str, language: str, context: dict[str, Any]) -> Content:
    """The content that ``context`` gives a document of this kind in this language."""
    data = canonical(
        {
            "kind": kind,
            "language": language,
            "form_version": kinds()[kind].version,
            "content": context,
        }
    )
    return Content(data, sha256(data))
