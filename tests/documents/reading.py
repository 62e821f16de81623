"""Reading back what a PDF says."""

from __future__ import annotations

import subprocess


def text_of(pdf: bytes) -> str:
    """The text as pdftotext reads it, with single spaces."""
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())
