"""Checking a PDF."""

from __future__ import annotations

import logging
import re
from io import BytesIO

from pypdf import PdfReader

from portal.offers.attachments.limits import Limits, refused, require_one_kind

# Its warnings quote the file, and nothing of an offer may be in a log.
logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)

_CLOSES_WITHIN = 1024
_CLOSE = re.compile(rb"startxref\s+\d+\s+%%EOF")


def check_pdf(_ending: str, content: bytes, limits: Limits) -> None:
    """Whole, with pages that can be counted, and not encrypted: not even for its owner only."""
    if not content.startswith(b"%PDF-"):
        raise refused("file_content_differs")
    require_one_kind(content)
    # Readers mend a file that was cut off by guessing, and its sender never learns what is gone.
    if not _CLOSE.search(content[-_CLOSES_WITHIN:]):
        raise refused("file_unreadable")
    try:
        reader = PdfReader(BytesIO(content))
        encrypted = reader.is_encrypted
        pages = 0 if encrypted else len(reader.pages)
    except Exception as fault:
        # A damaged file breaks its reader in more ways than the reader has exceptions for.
        raise refused("file_unreadable") from fault
    if encrypted:
        raise refused("file_encrypted")
    if pages == 0:
        raise refused("file_unreadable")
    limits.require_pages(pages)
