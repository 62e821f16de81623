"""Reading back what a PDF says."""

from __future__ import annotations

import subprocess
from functools import cache

from portal.documents.catalogue import preview
from portal.documents.render import Rendered, render


@cache
def printed(kind: str, language: str) -> Rendered:
    """The preview of a kind, laid out once in this process."""
    return render(kind, language, preview(kind, language))


def text_of(pdf: bytes) -> str:
    """The text as pdftotext reads it, with single spaces; broken words are whole."""
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())
