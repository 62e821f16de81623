"""Checking a PDF."""

from __future__ import annotations

import logging
import re
import zlib
from io import BytesIO
from itertools import islice
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, NullObject, StreamObject

from portal.offers.attachments.limits import Limits, refused, require_one_kind
from portal.shared.errors import RuleBroken

# Its warnings quote the file, and nothing of an offer may be in a log.
logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)

_CLOSES_WITHIN = 1024
_CLOSE = re.compile(rb"startxref\s+\d+\s+%%EOF")
_AT_A_TIME = 1024 * 1024
_MOST_FILTERS = 2
_MOST_NEXT = 50
_UNPACKING = frozenset({"/FlateDecode", "/Fl"})
# What a reader's program does by itself or at a click, beyond going to a page or an address.
_ACTS = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/ImportData",
        "/SubmitForm",
        "/GoToR",
        "/GoToE",
        "/Rendition",
        "/RichMediaExecute",
        "/Sound",
        "/Movie",
    }
)
_LOADED = frozenset({"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"})


def check_pdf(_ending: str, content: bytes, limits: Limits) -> None:
    """Whole, with pages that can be counted, not encrypted, and with nothing in it that acts."""
    if not content.startswith(b"%PDF-"):
        raise refused("file_content_differs")
    require_one_kind(content)
    # Readers mend a file that was cut off by guessing, and its sender never learns what is gone.
    if not _CLOSE.search(content[-_CLOSES_WITHIN:]):
        raise refused("file_unreadable")
    try:
        _read_through(content, limits)
    except (RuleBroken, MemoryError):
        raise
    except Exception as fault:
        # A damaged file breaks its reader in more ways than the reader has exceptions for.
        raise refused("file_unreadable") from fault


def _read_through(content: bytes, limits: Limits) -> None:
    reader = PdfReader(BytesIO(content))
    # Not even for its owner only.
    if reader.is_encrypted:
        raise refused("file_encrypted")
    pages = len(reader.pages)
    if pages == 0:
        raise refused("file_unreadable")
    limits.require_pages(pages)
    _require_passive(_dictionary(reader.trailer["/Root"]))
    unpacked = 0
    for page in reader.pages:
        _require_still(page)
        unpacked += _unpacked(page.get("/Contents"), limits)
        limits.require_unpacked(unpacked)


def _require_passive(root: DictionaryObject) -> None:
    """Refuses by ``file_active`` a document that acts when it is opened, or carries other files."""
    names = _dictionary(root.get("/Names"))
    form = _dictionary(root.get("/AcroForm"))
    if "/JavaScript" in names or "/EmbeddedFiles" in names or "/AF" in root or "/XFA" in form:
        raise refused("file_active")
    _require_quiet(root.get("/OpenAction"))
    _require_still(root)


def _require_still(thing: DictionaryObject) -> None:
    """The same of one page with its links and notes, or of the document's own events."""
    for one in _dictionary(thing.get("/AA")).values():
        _require_quiet(one)
    if "/AF" in thing:
        raise refused("file_active")
    for note in _list(thing.get("/Annots")):
        about = _dictionary(note)
        if about.get("/Subtype") in _LOADED:
            raise refused("file_active")
        _require_quiet(about.get("/A"))
        for one in _dictionary(about.get("/AA")).values():
            _require_quiet(one)


def _require_quiet(action: Any) -> None:
    """Refuses by ``file_active`` an action, or one that follows it, that does more than lead."""
    waiting, seen = [action], 0
    while waiting:
        seen += 1
        if seen > _MOST_NEXT:
            raise refused("file_active")
        # A place to go to is a list or a name and no action.
        one = _dictionary(waiting.pop())
        if one.get("/S") in _ACTS or "/JS" in one:
            raise refused("file_active")
        following = one.get("/Next")
        if following is not None:
            found = following.get_object()
            waiting += islice(found, _MOST_NEXT) if isinstance(found, ArrayObject) else [found]


def _unpacked(content: Any, limits: Limits) -> int:
    """How many bytes a page's own drawing unpacks to, through all of its filters.

    Refuses by ``file_unpacks_too_large`` more than one filter that unpacks; no program writes so.
    """
    size = 0
    for part in _list(content):
        stream = part.get_object()
        if not isinstance(stream, StreamObject):
            continue
        filters = [str(one) for one in _list(stream.get("/Filter"))]
        if len(filters) > _MOST_FILTERS or sum(one in _UNPACKING for one in filters) > 1:
            limits.require_unpacked(2**62)
        if filters[-1:] and filters[-1] in _UNPACKING and len(filters) == 1:
            size += _inflated(stream._data, limits)
    return size


def _inflated(packed: bytes, limits: Limits) -> int:
    unpacker, size = zlib.decompressobj(), 0
    try:
        while packed and not unpacker.eof:
            size += len(unpacker.decompress(packed, _AT_A_TIME))
            packed = unpacker.unconsumed_tail
            limits.require_unpacked(size)
    except zlib.error:
        # A page that draws nothing harms nobody; its reader sees as much.
        return size
    return size


def _dictionary(thing: Any) -> DictionaryObject:
    found = thing.get_object() if hasattr(thing, "get_object") else thing
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _list(thing: Any) -> list[Any]:
    found = thing.get_object() if hasattr(thing, "get_object") else thing
    if found is None or isinstance(found, NullObject):
        return []
    return list(found) if isinstance(found, ArrayObject) else [found]
