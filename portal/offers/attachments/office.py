"""Checking a Word or Excel file: a zip package of XML parts."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from xml.parsers import expat  # declarations, and with them entities, are refused

from portal.offers.attachments.limits import FIELD, MEGABYTE, Limits, refused
from portal.shared.errors import RuleBroken

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
_LONGEST_FIELDS = 256 * 1024
_ELSEWHERE = re.compile(r"(^|[/\\])\.\.([/\\]|$)|^[/\\]|\\|^[A-Za-z]:|[\x00-\x1f]")
# Objects of other programs and controls; the workbook behind a chart is a package like this one.
_CARRIED = re.compile(
    r"(^|/)(activex|externallinks)/|(^|/)embeddings/.*\.(?!xlsx$|docx$|pptx$)\w+$"
)
_EXCHANGE = re.compile(r"\bDDE(AUTO)?\b", re.IGNORECASE)


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
            _check_size(package.infolist(), len(content), limits)
            _check_parts(package, ending)
            damaged = package.testzip()
            if damaged is None:
                _read_through(package, ending, limits)
    except (RuleBroken, MemoryError):
        raise
    except Exception as fault:
        raise refused("file_unreadable") from fault
    if damaged is not None:
        raise refused("file_unreadable")


def _check_size(parts: list[zipfile.ZipInfo], packed: int, limits: Limits) -> None:
    unpacked = sum(part.file_size for part in parts)
    limits.require_unpacked(unpacked)
    if len(parts) > MOST_PARTS or unpacked > max(packed * MOST_TIMES_LARGER, MEGABYTE):
        raise RuleBroken("file_unpacks_too_large", field=FIELD, megabytes=limits.unpacked_megabytes)


def _check_parts(package: zipfile.ZipFile, ending: str) -> None:
    names = {part.filename for part in package.infolist()}
    # No program writes a part twice, or outside the package.
    if len(names) != len(package.infolist()) or any(_ELSEWHERE.search(name) for name in names):
        raise refused("file_unreadable")
    if any(part.flag_bits & _ENCRYPTED_PART for part in package.infolist()):
        raise refused("file_encrypted")
    if _CONTENT_TYPES not in names or _MAIN_PART[ending] not in names:
        raise refused("file_content_differs")
    macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    if macros or b"macroenabled" in package.read(_CONTENT_TYPES).lower():
        raise refused("file_macros")
    if any(_CARRIED.search(name.lower()) for name in names):
        raise refused("file_active")


def _read_through(package: zipfile.ZipFile, ending: str, limits: Limits) -> None:
    """Every part in XML is well-formed, leads nowhere by itself, and is within the limits."""
    names = [part.filename for part in package.infolist()]
    cells = 0
    for name in names:
        if name == _MAIN_PART[ending] or name.lower().endswith((".xml", ".rels")):
            part = _Part(limits, cells if name.startswith(_SHEETS) else None)
            part.read(package, name)
            cells = part.cells if part.cells is not None else cells
    if ending == "docx" and _PROPERTIES in names:
        with package.open(_PROPERTIES) as properties:
            stated = _PAGES.search(properties.read(_LONGEST_PROPERTIES))
        # Word counts the pages itself when it saves; a file of another program may not say.
        limits.require_pages(int(stated[1]) if stated else 0)


class _Part:
    """One part read to its end; ``cells`` counts on where it is a sheet."""

    def __init__(self, limits: Limits, cells: int | None) -> None:
        self.cells = cells
        self._limits = limits
        self._in_field = False
        self._field = ""

    def read(self, package: zipfile.ZipFile, name: str) -> None:
        """Refuses by ``file_unreadable``, ``file_active``, ``file_too_many_cells``."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._no_declarations
        if self.cells is not None:
            parser.StartElementHandler = self._count
        elif name.lower().endswith(".rels"):
            parser.StartElementHandler = self._stay_inside
        elif name.startswith("word/"):
            parser.StartElementHandler = self._open_field
            parser.EndElementHandler = self._close_field
            parser.CharacterDataHandler = self._note_field
        with package.open(name) as part:
            while piece := part.read(_AT_A_TIME):
                parser.Parse(piece, False)
        parser.Parse(b"", True)
        if _EXCHANGE.search(self._field):
            raise refused("file_active")

    def _no_declarations(self, *_declared: object) -> None:
        raise refused("file_unreadable")

    def _count(self, element: str, _attributes: object) -> None:
        if element.rpartition(" ")[2] == "c":
            assert self.cells is not None
            self.cells += 1
            self._limits.require_cells(self.cells)

    def _stay_inside(self, _element: str, attributes: dict[str, str]) -> None:
        """A link may lead out; templates, pictures and data from elsewhere come by themselves."""
        if attributes.get("TargetMode", "").lower() == "external" and not attributes.get(
            "Type", ""
        ).endswith("/hyperlink"):
            raise refused("file_active")

    def _open_field(self, element: str, attributes: dict[str, str]) -> None:
        name = element.rpartition(" ")[2]
        self._in_field = name == "instrText"
        if name == "fldSimple":
            self._note(" ".join(attributes.values()))

    def _close_field(self, element: str) -> None:
        if element.rpartition(" ")[2] == "p":
            self._note(" ")
        self._in_field = False

    def _note_field(self, text: str) -> None:
        if self._in_field:
            self._note(text)

    def _note(self, text: str) -> None:
        # Its beginning is enough: what is looked for is a field's first word.
        if len(self._field) < _LONGEST_FIELDS:
            self._field += text
