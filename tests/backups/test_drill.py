"""A backup taken while others write comes back whole, or says why it does not."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select, text

from portal.audit.heads import keep_head
from portal.audit.models import AuditEntry
from portal.audit.reads import link_reads
from portal.audit.record import ACCOUNTS, acting, faults
from portal.backups.contents import contents_of
from portal.backups.manifest import MANIFEST, BadBackup, read_archive
from portal.backups.restoring import restore
from portal.backups.taking import back_up
from portal.config import Settings
from portal.database import Database
from portal.installation import Installation, open_installation
from portal.migrate import migrate
from tests.conftest import ON_POSTGRESQL
from tests.promises.figures import leave, times
from tests.upgrade.release import REVISION, place, released

AT = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def settings(_empty: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """An installation with procurements, offers and documents in it."""
    with released(_empty, tmp_path_factory.mktemp("installed")) as found:
        for url in {found.database_url, str(found.reads_database_url)}:
            database = Database(url)
            migrate(database)
            database.engine.dispose()
        yield found


@pytest.fixture(scope="module")
def installation(settings: Settings) -> Iterator[Installation]:
    """It, opened."""
    found = open_installation(settings)
    yield found
    found.close()


@pytest.fixture(scope="module")
def made(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it."""
    file = tmp_path_factory.mktemp("backups") / "portal.backup"
    back_up(installation, file, AT)
    return file


@pytest.fixture
def elsewhere(_empty: str, settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Empty databases of another machine with the same keys."""
    with place(_empty) as url:
        folder = tmp_path / "elsewhere"
        folder.mkdir()
        yield settings.model_copy(
            update={
                "database_url": url or f"sqlite:///{folder}/portal.sqlite",
                "reads_database_url": url or f"sqlite:///{folder}/portal-reads.sqlite",
            }
        )


@pytest.mark.trust
def test_what_is_backed_up_while_acts_go_on_comes_back_whole(
    installation: Installation, elsewhere: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "portal.backup"
    acts, ended = threading.Semaphore(0), threading.Event()

    def act_on() -> None:
        while not ended.is_set():
            with (
                installation.database.transaction() as session,
                acting(session, "log_out", chain=ACCOUNTS, by=None, at=AT),
            ):
                pass
            acts.release()

    writer = threading.Thread(target=act_on)
    writer.start()
    acts.acquire()
    started = time.monotonic()
    backup = back_up(installation, file, AT)
    taken_in = time.monotonic() - started
    for _more in range(3):
        acts.acquire()
    ended.set()
    writer.join()

    started = time.monotonic()
    done = restore(elsewhere, file)
    restored_in = time.monotonic() - started
    assert done.documents > 40
    back = open_installation(elsewhere)
    with back.database.reading() as session, installation.database.reading() as before:
        assert faults(session) == []
        entries = select(func.count()).select_from(AuditEntry)
        kept, all_of_them = session.scalar(entries) or 0, before.scalar(entries) or 0
    assert kept == backup.databases[0].tables["audit_entry"].rows < all_of_them
    back.close()
    leave(
        "a_backup_comes_back",
        "drill",
        {
            "rows": backup.rows,
            "documents opened": done.documents,
            "seconds to take": round(taken_in, 1),
            "seconds to restore and verify": round(restored_in, 1),
        },
    )


def test_a_drill_verifies_all_and_leaves_nothing(
    made: Path, installation: Installation, settings: Settings
) -> None:
    with installation.database.engine.connect() as connection:
        before = contents_of(connection)
    assert restore(settings, made, drill=True).documents > 40
    with installation.database.engine.connect() as connection:
        assert contents_of(connection) == before


def test_a_backup_is_readable_by_its_owner_only_and_holds_no_key(
    made: Path, settings: Settings, tmp_path: Path
) -> None:
    assert made.stat().st_mode & 0o077 == 0
    folder = tmp_path / "unpacked"
    folder.mkdir()
    read_archive(made, folder)
    kept = b"".join(one.read_bytes() for one in folder.iterdir())
    for secret in (
        settings.storage_key,
        base64.urlsafe_b64encode(settings.storage_key),
        settings.secret_key.encode(),
    ):
        assert secret not in kept


def test_a_backup_never_writes_over_a_file(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "portal.backup"
    file.write_text("kept", encoding="utf-8")
    with pytest.raises(BadBackup, match="is there already"):
        back_up(installation, file, AT)
    assert file.read_text(encoding="utf-8") == "kept"


def test_a_backup_never_comes_back_over_what_is_there(made: Path, settings: Settings) -> None:
    with pytest.raises(BadBackup, match="is not empty"):
        restore(settings, made)


@pytest.mark.trust
def test_every_changed_backup_is_refused_and_fills_nothing(
    made: Path, elsewhere: Settings, tmp_path: Path
) -> None:
    refused = 0
    for n in range(times(6, 200)):
        changed = tmp_path / "changed.backup"
        _change(made, changed, n)
        with pytest.raises(BadBackup):
            # On PostgreSQL what is found wrong at the end is thrown away with its database.
            restore(elsewhere, changed, drill=ON_POSTGRESQL)
        refused += 1
        if not ON_POSTGRESQL:
            assert (
                list(Path(elsewhere.database_url.removeprefix("sqlite:///")).parent.iterdir()) == []
            )
    leave("a_backup_comes_back", "changed", {"changed backups": refused, "restored": 0})


def _change(file: Path, changed: Path, n: int) -> None:
    """Spoil a backup: cut it, change a byte of a database, or of what is told of it."""
    if n % 3 == 0:
        content = file.read_bytes()
        changed.write_bytes(content[: len(content) * (n + 1) // (n + 2)])
        return
    with ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    if n % 3 == 1:
        name = next(name for name in members if name != MANIFEST)
        content = bytearray(members[name])
        content[len(content) * (n + 1) // (n + 7) % len(content)] ^= 0xFF
        members[name] = bytes(content)
    else:
        told = json.loads(members[MANIFEST])
        database = told["databases"][0]
        if n % 2:
            database["tables"]["audit_entry"]["rows"] += 1
        else:
            database["sha256"] = "0" * 64
        members[MANIFEST] = json.dumps(told).encode()
    with ZipFile(changed, "w") as archive:
        for name, member in members.items():
            archive.writestr(name, member)


@pytest.mark.skipif(ON_POSTGRESQL, reason="takes off SQLite's guard")
@pytest.mark.parametrize(
    ("spoilt", "told"),
    [
        (["DROP TRIGGER read_entry_no_update", "UPDATE read_entry SET page = 'x'"], "reading 1"),
        (
            [
                "DROP TRIGGER read_link_no_delete",
                "DROP TRIGGER audit_chain_grows",
                "DELETE FROM read_link WHERE n = 2",
                "UPDATE audit_chain SET length = 1 WHERE chain = 'reads'",
                "UPDATE audit_chain SET head = (SELECT hash FROM read_link) WHERE chain = 'reads'",
            ],
            "the tail is cut",
        ),
    ],
    ids=["a reading changed", "the last reading cut with the head"],
)
def test_a_backup_of_a_broken_record_of_reads_is_refused(
    made: Path, settings: Settings, tmp_path: Path, spoilt: list[str], told: str
) -> None:
    here = tmp_path / "broken"
    here.mkdir()
    place_of_it = settings.model_copy(
        update={
            "database_url": f"sqlite:///{here}/portal.sqlite",
            "reads_database_url": f"sqlite:///{here}/portal-reads.sqlite",
        }
    )
    restore(place_of_it, made)
    broken = open_installation(place_of_it)
    for subject in ("one", "two"):
        broken.reads.note(by=None, page="a page", subject=subject, at=AT)
        link_reads(broken.reads_database)
    keep_head(broken.database, broken.reads_database, bytes(32), AT)
    with broken.reads_database.transaction() as session:
        for statement in spoilt:
            session.execute(text(statement))
    file = tmp_path / "broken.backup"
    back_up(broken, file, AT)
    broken.close()
    with pytest.raises(BadBackup, match=told):
        restore(place_of_it, file, drill=True)


def test_with_another_key_the_way_back_is_refused(made: Path, elsewhere: Settings) -> None:
    other = elsewhere.model_copy(update={"storage_key": bytes(32)})
    with pytest.raises(BadBackup, match="PORTAL_STORAGE_KEY"):
        restore(other, made)


def test_an_older_backup_is_brought_to_this_version(
    _empty: str,  # noqa: PT019  # its address is asked for
    elsewhere: Settings,
    tmp_path: Path,
) -> None:
    file = tmp_path / "old.backup"
    with released(_empty, tmp_path) as settings:
        old = open_installation(settings)
        made = back_up(old, file, AT)
        old.close()
    assert restore(elsewhere, file).manifest.revision == made.revision == REVISION
    back = open_installation(elsewhere)
    with back.database.reading() as session:
        assert faults(session) == []
    back.close()
