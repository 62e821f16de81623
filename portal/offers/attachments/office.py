"""Checking a Word or Excel file: a zip package of XML parts."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from xml.parsers import expat  # declarations, and with them entities, are refused

from portal.offers.attachments.limits import FIELD, MEGABYTE, Limits, refused
from portal.shared.errors import RuleBroken

MOST_UNPACKED = 200 * MEGABYTE
MOST_TIMES_LARGER = 100
MOST_PARTS = 10_000

_CONTENT_TYPES = "[Content_Types].xml"
_MAIN_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_SHEETS = "xl/worksheets/"
_PROPERTIES = "docProps/app.xml"
_PAGES = re.compile(rb"<(?:\w+:)?Pages>\s*(\d{1,9})\s*<")
_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED_PART = 0x1
_AT_A_TIME = 64 * 1024
_LONGEST_PROPERTIES = 256 * 1024


def check_office(ending: str, content: bytes, limits: Limits) -> None:
    """Whole, of the type that its name says, without a password, without macros."""
    if content.startswith(_OLD_OFFICE):
        # A new document with a password is wrapped in the old format, under this name.
        wrapped = "EncryptedPackage".encode("utf-16-le") in content
        raise refused("file_encrypted" if wrapped else "file_content_differs")
    if not content.startswith(b"PK\x03\x04"):
        raise refused("file_content_differs")
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            _check_size(package.infolist(), len(content))
            _check_parts(package, ending)
            damaged = package.testzip()
            if damaged is None:
                _read_through(package, ending, limits)
    except RuleBroken:
        raise
    except Exception as fault:
        raise refused("file_unreadable") from fault
    if damaged is not None:
        raise refused("file_unreadable")


def _check_size(parts: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(part.file_size for part in parts)
    most = min(MOST_UNPACKED, max(packed * MOST_TIMES_LARGER, MEGABYTE))
    if len(parts) > MOST_PARTS or unpacked > most:
        raise RuleBroken("file_unpacks_too_large", field=FIELD, megabytes=MOST_UNPACKED // MEGABYTE)


def _check_parts(package: zipfile.ZipFile, ending: str) -> None:
    names = {part.filename for part in package.infolist()}
    if any(part.flag_bits & _ENCRYPTED_PART for part in package.infolist()):
        raise refused("file_encrypted")
    if _CONTENT_TYPES not in names or _MAIN_PART[ending] not in names:
        raise refused("file_content_differs")
    macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    if macros or b"macroenabled" in package.read(_CONTENT_TYPES).lower():
        raise refused("file_macros")


def _read_through(package: zipfile.ZipFile, ending: str, limits: Limits) -> None:
    """The parts that a reader looks at are well-formed, and within the limits."""
    _walk(package, _MAIN_PART[ending])
    names = [part.filename for part in package.infolist()]
    if ending == "docx":
        if _PROPERTIES in names:
            with package.open(_PROPERTIES) as part:
                stated = _PAGES.search(part.read(_LONGEST_PROPERTIES))
            # Word counts the pages itself when it saves; a file of another program may not say.
            limits.require_pages(int(stated[1]) if stated else 0)
        return
    cells = 0
    for name in names:
        if name.startswith(_SHEETS) and name.endswith(".xml"):
            cells = _walk(package, name, limits, cells)


def _walk(package: zipfile.ZipFile, name: str, limits: Limits | None = None, cells: int = 0) -> int:
    """Read a part to its end; with limits, returns ``cells`` and those of this sheet together."""
    parser = expat.ParserCreate(namespace_separator=" ")

    def no_declarations(*_declared: object) -> None:
        raise refused("file_unreadable")

    def count(element: str, _attributes: object) -> None:
        nonlocal cells
        if limits is not None and element.rpartition(" ")[2] == "c":
            cells += 1
            limits.require_cells(cells)

    parser.StartDoctypeDeclHandler = no_declarations
    if limits is not None:
        parser.StartElementHandler = count
    with package.open(name) as part:
        while piece := part.read(_AT_A_TIME):
            parser.Parse(piece, False)
    parser.Parse(b"", True)
    return cells
