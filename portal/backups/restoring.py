"""The way back from a backup: in, checked, migrated, checked again, and only then in use."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url, select, text

from portal.audit.heads import found_in, kept_heads, known_keys
from portal.backups.contents import contents_of, differences, hash_of_file
from portal.backups.copying import SQLITE, copy_in, is_empty, kind_of, settle
from portal.backups.manifest import BadBackup, Copied, Manifest, read_archive
from portal.config import Settings
from portal.database import Database
from portal.documents.models import StoredDocument
from portal.installation import beside, opened_vault
from portal.migrate import migrate
from portal.shared.canonical import sha256
from portal.storage.vault import Unreadable, Vault

_DOCUMENTS_AT_ONCE = 50
_WRONG_KEY = "A document cannot be opened: PORTAL_STORAGE_KEY is not the key of this backup."


@dataclass(frozen=True)
class Restored:
    """What has been put back and checked."""

    manifest: Manifest
    documents: int


def restore(settings: Settings, file: Path, *, drill: bool = False) -> Restored:
    """Put a backup into the empty databases of these settings.

    Each file and table is held against its hash, the databases are brought to the schema of this
    version, every document is opened with the installation's key and held against its own hash,
    and the chains of acts and of reads are verified, also against the signed heads that are kept.
    On SQLite all that happens beside the place, which is filled in the end or not at all; on
    PostgreSQL a database whose check fails is to be thrown away. A ``drill`` does the same in a
    place of its own and leaves nothing. Raises BadBackup.
    """
    with ExitStack() as stack:
        place = stack.enter_context(_drill_place(settings)) if drill else settings
        targets = _targets(place)
        for name, url in targets.items():
            database = Database(url)
            empty = is_empty(database)
            database.engine.dispose()
            if not empty:
                raise BadBackup(
                    f"The database for {name} is not empty. Move it aside, or name an empty one."
                )
        beside_target = Path(str(make_url(targets["portal"]).database)).parent
        folder = Path(
            stack.enter_context(
                tempfile.TemporaryDirectory(
                    dir=beside_target if targets["portal"].startswith(SQLITE) else None,
                    prefix=".restore-",
                )
            )
        )
        manifest = read_archive(file, folder)
        if {one.name for one in manifest.databases} != targets.keys():
            raise BadBackup("The backup is of an installation with other databases than this one.")
        documents = 0
        ready: list[tuple[Path, Path]] = []
        filled: dict[str, str] = {}
        for one in manifest.databases:
            url = targets[one.name]
            if url.startswith(SQLITE):
                working = folder / f"working-{one.file}"
                ready.append((working, Path(str(make_url(url).database))))
                url = f"sqlite:///{working}"
            documents += _put_in(one, folder / one.file, url, settings)
            filled[one.name] = url
        if broken := _breaks_in(filled, settings):
            raise BadBackup(*broken)
        for working, target in ready:
            settle(working)
            working.replace(target)
        return Restored(manifest, documents)


def _targets(settings: Settings) -> dict[str, str]:
    reads = settings.reads_database_url or beside(settings.database_url, "reads")
    targets = {"portal": settings.database_url}
    if reads != settings.database_url:
        targets["reads"] = reads
    return targets


def _put_in(told: Copied, copy: Path, url: str, settings: Settings) -> int:
    """Fill one database and check it; returns how many documents were opened."""
    vault = opened_vault(settings)
    database = Database(url, vault=vault, settings=settings)
    try:
        if told.kind != kind_of(database):
            raise BadBackup(
                f"The backup is of {told.kind}; it goes back into a database of the same kind."
            )
        if hash_of_file(copy) != told.sha256:
            raise BadBackup(f"{told.file} is not what was backed up: its hash differs.")
        copy_in(copy, database)
        with database.engine.connect() as connection:
            found = differences(contents_of(connection), told.tables)
        if found:
            raise BadBackup(*found)
        migrate(database)
        return _documents_opened(database, vault)
    finally:
        database.engine.dispose()


def _breaks_in(filled: Mapping[str, str], settings: Settings) -> list[str]:
    """Every break in the record, one line each; ``filled`` are the databases by what is in them.

    A head that was signed with a key that has been replaced since is held against, too: whose
    keys they were is for `portal audit verify` to say, which is given them.
    """
    database = Database(filled["portal"])
    reads = Database(filled.get("reads", filled["portal"]))
    try:
        with database.reading() as session:
            kept = {head.key for head in kept_heads(session)}
        return found_in(database, reads, keys=known_keys(settings.audit_key, *kept))
    finally:
        for one in (database, reads):
            one.engine.dispose()


def _documents_opened(database: Database, vault: Vault) -> int:
    """Every document is what its hash says. Raises BadBackup, also for a wrong storage key."""
    opened = 0
    with database.reading() as session:
        rows = select(StoredDocument.blob_id, StoredDocument.sha256)
        with session.execute(rows.execution_options(yield_per=_DOCUMENTS_AT_ONCE)) as found:
            for blob_id, told in found:
                try:
                    content = vault.unseal(session, blob_id)
                except Unreadable as fault:
                    raise BadBackup(_WRONG_KEY) from fault
                if sha256(content) != told:
                    raise BadBackup(f"The document {told} is not what its hash says.")
                session.expunge_all()
                opened += 1
    return opened


@contextmanager
def _drill_place(settings: Settings) -> Iterator[Settings]:
    """A place as empty as a new machine's, gone afterwards."""
    if settings.database_url.startswith(SQLITE):
        folder = tempfile.mkdtemp(prefix="portal-drill-")
        try:
            yield settings.model_copy(
                update={
                    "database_url": f"sqlite:///{folder}/portal.sqlite",
                    "reads_database_url": f"sqlite:///{folder}/reads.sqlite"
                    if len(_targets(settings)) > 1
                    else f"sqlite:///{folder}/portal.sqlite",
                }
            )
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return
    name = f"portal_drill_{secrets.token_hex(4)}"
    maintenance = Database(settings.database_url)
    alone = maintenance.engine.execution_options(isolation_level="AUTOCOMMIT")
    with alone.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        url = make_url(settings.database_url).set(database=name)
        yield settings.model_copy(
            update={
                "database_url": url.render_as_string(hide_password=False),
                "reads_database_url": None,
            }
        )
    finally:
        with alone.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        maintenance.engine.dispose()
