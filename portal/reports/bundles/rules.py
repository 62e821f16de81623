"""How a bundle is put together: the same content gives the same bytes, and each file its hash."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from portal.shared.canonical import canonical

MANIFEST = "SHA256SUMS"
# A ZIP knows no time before; the real times stand in the data.
_ALWAYS = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16
_UNIX = 3
_PIECE = 1 << 20


class Scope(StrEnum):
    """How much of a procurement a bundle holds: the published call alone, or all that there is."""

    CALL = "call"
    WHOLE = "whole"


@dataclass(frozen=True)
class Packed:
    """A file of the bundle: its path, its bytes and their SHA-256."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Made:
    """A finished bundle: how much it holds, how many files, its bytes and their SHA-256."""

    scope: Scope
    files: int
    size: int
    sha256: str


class Archive:
    """A ZIP that is written from beginning to end, one file at a time.

    Fixed times and rights, so that the same content gives the same bytes.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = ZipFile(file, "w", allowZip64=True)
        self.files: list[Packed] = []

    def add(self, path: str, content: bytes, *, packed: bool = True) -> None:
        """A file whose content is at hand; ``packed``, whether it becomes smaller so."""
        self._write(path, [content], packed)

    def add_rows(self, path: str, rows: Iterable[Any]) -> int:
        """A JSON list, a row to a line, written as the rows come; returns how many they were."""
        count = 0

        def pieces() -> Iterable[bytes]:
            nonlocal count
            yield b"["
            for row in rows:
                yield (b",\n" if count else b"\n") + canonical(row)
                count += 1
            yield b"\n]\n"

        self._write(path, pieces(), True)
        return count

    def add_value(self, path: str, value: Any) -> None:
        """A JSON value that fits in memory, fit to be read."""
        plain = json.loads(canonical(value))
        text = json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True)
        self._write(path, [text.encode() + b"\n"], True)

    def close(self) -> None:
        """Add the list of hashes of all that stands before it, and end the ZIP."""
        self.add(MANIFEST, manifest(self.files))
        self._zip.close()

    def _write(self, path: str, pieces: Iterable[bytes], packed: bool) -> None:
        info = ZipInfo(path, _ALWAYS)
        info.compress_type = ZIP_DEFLATED if packed else ZIP_STORED
        info.external_attr, info.create_system = _READABLE, _UNIX
        size, hashed = 0, hashlib.sha256()
        with self._zip.open(info, "w", force_zip64=True) as file:
            for piece in pieces:
                file.write(piece)
                hashed.update(piece)
                size += len(piece)
        self.files.append(Packed(path, size, hashed.hexdigest()))


def manifest(files: Iterable[Packed]) -> bytes:
    """The lines that ``sha256sum -c`` reads, in the order of their paths."""
    ordered = sorted(files, key=lambda file: file.path)
    return "".join(f"{file.sha256}  {file.path}\n" for file in ordered).encode()


def hash_of(file: IO[bytes]) -> tuple[int, str]:
    """The size of a file and its SHA-256, read from its beginning piece by piece."""
    file.seek(0)
    size, hashed = 0, hashlib.sha256()
    while piece := file.read(_PIECE):
        hashed.update(piece)
        size += len(piece)
    return size, hashed.hexdigest()


def safe_name(text: str) -> str:
    """A name that means the same on every system: letters a to z, digits, point, hyphen.

    What a path could misuse, and what a terminal would show otherwise, becomes a hyphen.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9.]+", "-", plain).strip("-.") or "file"
