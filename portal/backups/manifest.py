"""What a backup says of itself: its databases with the hash of each table, and when it was made."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

FORMAT = "siirtyma-backup-1"
MANIFEST = "manifest.json"
_CHUNK = 1024 * 1024


class BadBackup(Exception):
    """Why a backup cannot be made or used: one line a fault."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Contents:
    """A table's number of rows, and the SHA-256 over them in the order of their keys."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class Copied:
    """One database in the backup: its file with its hash, and what its tables hold."""

    name: str
    kind: str
    file: str
    sha256: str
    tables: dict[str, Contents]


@dataclass(frozen=True)
class Manifest:
    """A whole backup. ``made_at`` is in UTC, ``revision`` the newest migration of the databases."""

    made_at: str
    version: str
    revision: str
    databases: tuple[Copied, ...]

    def packed(self) -> str:
        """As it stands in the archive."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1, sort_keys=True)

    @property
    def rows(self) -> int:
        """Of all tables together."""
        return sum(table.rows for one in self.databases for table in one.tables.values())


def unpacked(text: str) -> Manifest:
    """Read a manifest. Raises BadBackup where it is of another format."""
    try:
        kept = json.loads(text)
        if kept.pop("format") != FORMAT:
            raise BadBackup("The backup is of another format than this version reads.")
        databases = tuple(
            Copied(
                **{
                    **one,
                    "tables": {name: Contents(**table) for name, table in one["tables"].items()},
                }
            )
            for one in kept.pop("databases")
        )
        return Manifest(databases=databases, **kept)
    except (KeyError, TypeError, AttributeError, ValueError) as fault:
        raise BadBackup("The backup's table of contents cannot be read.") from fault


def write_archive(file: Path, manifest: Manifest, members: dict[str, Path]) -> None:
    """Write the backup whole or not at all, readable by its owner only."""
    unfinished = file.with_name(f".{file.name}.unfinished")
    unfinished.touch(mode=0o600)
    try:
        with ZipFile(unfinished, "w", ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(MANIFEST, manifest.packed())
            for name, member in members.items():
                archive.write(member, name)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


def read_archive(file: Path, folder: Path) -> Manifest:
    """Unpack a backup's databases into the folder.

    Raises BadBackup where the archive is broken or holds something else than it says. Whether the
    databases are those that it names is told by their hashes, with `portal.backups.contents`.
    """
    try:
        with ZipFile(file) as archive:
            manifest = unpacked(archive.read(MANIFEST).decode())
            expected = {MANIFEST, *(one.file for one in manifest.databases)}
            if set(archive.namelist()) != expected or any("/" in name for name in expected):
                raise BadBackup("The backup does not hold the files that it names.")
            for one in manifest.databases:
                with archive.open(one.file) as packed, (folder / one.file).open("wb") as out:
                    while chunk := packed.read(_CHUNK):
                        out.write(chunk)
    except (BadZipFile, KeyError, EOFError, UnicodeDecodeError, OSError) as fault:
        raise BadBackup(f"The backup cannot be read: {type(fault).__name__}.") from fault
    return manifest
