"""Whether a file may be attached to an offer: known by its content, readable, without a password.

Checked when the file arrives, so that nothing is left to be refused when the offer is submitted.
"""

from __future__ import annotations

import logging
import re
import unicodedata
import zipfile
from collections.abc import Callable
from io import BytesIO

from pypdf import PdfReader

from portal.shared.errors import RuleBroken

# Its warnings quote the file, and nothing of an offer may be in a log.
logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)

MEGABYTE = 1024 * 1024
LONGEST_NAME = 120
MOST_UNPACKED = 200 * MEGABYTE
MOST_TIMES_LARGER = 100
MOST_PARTS = 10_000
FIELD = "file"

_OFFICE = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": _OFFICE + "wordprocessingml.document",
    "xlsx": _OFFICE + "spreadsheetml.sheet",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
}
"""What is accepted, by the end of the file's name."""

_CONTENT_TYPES = "[Content_Types].xml"
_MAIN_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
_PNG = b"\x89PNG\r\n\x1a\n"
_ENCRYPTED_PART = 0x1


def checked(name: str, content: bytes, *, megabytes: int) -> tuple[str, str]:
    """The file's name without paths and invisible signs, and its media type.

    Raises ``file_too_large``, ``file_type``, ``file_encrypted``, ``file_unreadable``.
    """
    if len(content) > megabytes * MEGABYTE:
        raise RuleBroken("file_too_large", field=FIELD, megabytes=megabytes)
    name = clean_name(name)
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending not in MEDIA_TYPES:
        raise _refused("file_type")
    _CHECKS[ending](ending, content)
    return name, MEDIA_TYPES[ending]


def clean_name(name: str) -> str:
    """The last part of a path, in one spelling, without control and formatting signs."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C" or sign == "\t")
    whole = " ".join(seen.split()).lstrip(". ")
    stem, dot, ending = whole.rpartition(".")
    room = LONGEST_NAME - len(dot + ending)
    return f"{stem[:room].rstrip()}{dot}{ending}" if stem and room > 0 else whole[:LONGEST_NAME]


def _refused(rule: str) -> RuleBroken:
    return RuleBroken(rule, field=FIELD)


def _check_pdf(_ending: str, content: bytes) -> None:
    if not content.startswith(b"%PDF-"):
        raise _refused("file_type")
    try:
        reader = PdfReader(BytesIO(content))
        encrypted = reader.is_encrypted
        pages = 0 if encrypted else len(reader.pages)
    except Exception as fault:
        # A damaged file breaks its reader in more ways than the reader has exceptions for.
        raise _refused("file_unreadable") from fault
    if encrypted:
        raise _refused("file_encrypted")
    if pages == 0:
        raise _refused("file_unreadable")


def _check_office(ending: str, content: bytes) -> None:
    if content.startswith(_OLD_OFFICE):
        # A new document with a password is wrapped in the old format, under this name.
        wrapped = "EncryptedPackage".encode("utf-16-le") in content
        raise _refused("file_encrypted" if wrapped else "file_type")
    if not content.startswith(b"PK\x03\x04"):
        raise _refused("file_type")
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            _check_size(package.infolist(), len(content))
            _check_parts(package, ending)
            damaged = package.testzip()
    except RuleBroken:
        raise
    except Exception as fault:
        raise _refused("file_unreadable") from fault
    if damaged is not None:
        raise _refused("file_unreadable")


def _check_size(parts: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(part.file_size for part in parts)
    if (
        len(parts) > MOST_PARTS
        or unpacked > MOST_UNPACKED
        or unpacked > max(packed * MOST_TIMES_LARGER, MEGABYTE)
    ):
        raise RuleBroken("file_too_large", field=FIELD)


def _check_parts(package: zipfile.ZipFile, ending: str) -> None:
    names = {part.filename for part in package.infolist()}
    if any(part.flag_bits & _ENCRYPTED_PART for part in package.infolist()):
        raise _refused("file_encrypted")
    if _CONTENT_TYPES not in names or _MAIN_PART[ending] not in names:
        raise _refused("file_type")
    macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    if macros or b"macroenabled" in package.read(_CONTENT_TYPES).lower():
        raise _refused("file_type")


def _check_png(_ending: str, content: bytes) -> None:
    if not content.startswith(_PNG):
        raise _refused("file_type")
    header = content[8:33]
    width, height = header[8:12], header[12:16]
    if header[:8] != b"\0\0\0\rIHDR" or not any(width) or not any(height) or len(header) < 25:
        raise _refused("file_unreadable")
    if b"IEND" not in content[-16:]:
        raise _refused("file_unreadable")


def _check_jpeg(_ending: str, content: bytes) -> None:
    if not content.startswith(b"\xff\xd8\xff"):
        raise _refused("file_type")
    if not _has_jpeg_frame(content):
        raise _refused("file_unreadable")


def _has_jpeg_frame(content: bytes) -> bool:
    """Whether a walk over the segments meets a frame with a height and a width."""
    place = 2
    while place + 9 <= len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return any(content[place + 5 : place + 7]) and any(content[place + 7 : place + 9])
        place += 2 + max(2, int.from_bytes(content[place + 2 : place + 4], "big"))
    return False


_CHECKS: dict[str, Callable[[str, bytes], None]] = {
    "pdf": _check_pdf,
    "docx": _check_office,
    "xlsx": _check_office,
    "png": _check_png,
    "jpg": _check_jpeg,
    "jpeg": _check_jpeg,
}
