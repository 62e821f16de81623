"""Signed heads: made, exported, and held against a record that somebody has changed."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import create_engine, delete, func, insert, select, update
from sqlalchemy.orm import Session

from portal.audit import daily as daily_work
from portal.audit.heads import keep_head, public_key
from portal.audit.models import AuditChain, AuditEntry, AuditHead, ReadEntry, ReadLink
from portal.audit.reads import LOOKED_BACK, link_reads, unlinked
from portal.audit.record import ReadRecord, acting, entries_in
from portal.audit.verifying import BEGINNING, entry_hash
from portal.auditing.command import audit_commands
from portal.config import Settings
from portal.config.local import with_local_keys
from portal.database import Database
from portal.unit_of_work import unit_of_work
from portal.web.unit import Services
from tests.audit.tampering import take_guard_away
from tests.conftest import SettableClock, clean_services

AT = datetime(2026, 1, 12, 7, 0, tzinfo=UTC)
KEY = bytes(range(32))
OTHER_KEY = bytes(32)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"audit_key": KEY})


@pytest.fixture
def filled(settings: Settings, clock: SettableClock) -> Iterator[Services]:
    """Two chains of acts with three entries each, and three readings."""
    with clean_services(settings, clock) as services:
        for chain in ("one", "two"):
            for n in range(3):
                with (
                    unit_of_work(services.database) as session,
                    acting(session, "ask", chain=chain, by=uuid4(), at=AT) as facts,
                ):
                    facts.note(n=n)
        read(services, "a", "b", "c")
        yield services


def read(services: Services, *subjects: str) -> None:
    ReadRecord(services.reads_database).note_all(by=None, page="p", subjects=subjects, at=AT)


def run(services: Services, *arguments: str) -> Result:
    commands = audit_commands(lambda: services, lambda: services.settings)
    return CliRunner().invoke(commands, arguments)


def exported(services: Services, folder: Path) -> Path:
    file = folder / "head.json"
    result = run(services, "head", "--to", str(file))
    assert result.exit_code == 0, result.output
    return file


def test_a_whole_record_is_whole_against_its_exported_head(
    filled: Services, tmp_path: Path
) -> None:
    file = exported(filled, tmp_path)
    told = json.loads(file.read_text())
    assert (told["head"]["number"], sorted(told["head"]["chains"])) == (1, ["one", "reads", "two"])
    assert told["key"] == public_key(KEY) == run(filled, "key").output.strip()
    result = run(filled, "verify", "--head", str(file))
    assert (result.exit_code, result.output) == (0, "The audit record is whole.\n")


def test_the_record_goes_on_after_a_head(filled: Services, tmp_path: Path) -> None:
    file = exported(filled, tmp_path)
    with (
        unit_of_work(filled.database) as session,
        acting(session, "ask", chain="one", by=None, at=AT),
    ):
        pass
    read(filled, "later")
    result = run(filled, "verify", "--head", str(file))
    assert result.exit_code == 0
    assert "Readings that are in no chain yet: 1" in result.output


def test_without_a_head_it_is_said_that_a_cut_tail_is_not_found(filled: Services) -> None:
    result = run(filled, "verify")
    assert result.exit_code == 0
    assert "Without an exported head (--head) a cut tail cannot be found" in result.output


def _cut_with_everything_put_right(session: Session) -> None:
    session.execute(delete(AuditEntry).where(AuditEntry.chain == "one", AuditEntry.n == 3))
    last = session.scalars(
        select(AuditEntry.hash).where(AuditEntry.chain == "one", AuditEntry.n == 2)
    ).one()
    session.execute(update(AuditChain).where(AuditChain.chain == "one").values(length=2, head=last))
    session.execute(delete(AuditHead))


def _reckon_anew(session: Session) -> None:
    previous = BEGINNING
    for entry in session.scalars(
        select(AuditEntry).where(AuditEntry.chain == "one").order_by(AuditEntry.n)
    ):
        entry.act, entry.previous = "answer", previous
        previous = entry.hash = entry_hash(entry)
    session.execute(update(AuditChain).where(AuditChain.chain == "one").values(head=previous))
    session.execute(delete(AuditHead))


def _delete_a_chain(session: Session) -> None:
    session.execute(delete(AuditEntry).where(AuditEntry.chain == "two"))
    session.execute(delete(AuditChain).where(AuditChain.chain == "two"))
    session.execute(delete(AuditHead))


@pytest.mark.parametrize(
    ("tamper", "line"),
    [
        (_cut_with_everything_put_right, "one: the tail is cut"),
        (_reckon_anew, "one: entry 3 is another than the signed head 1 says"),
        (_delete_a_chain, "two: the tail is cut"),
    ],
)
def test_what_was_put_right_in_the_database_is_found_against_the_exported_head(
    filled: Services, tmp_path: Path, tamper: Callable[[Session], None], line: str
) -> None:
    file = exported(filled, tmp_path)
    with filled.database.transaction() as session:
        take_guard_away(session)
        tamper(session)
    assert run(filled, "verify").exit_code == 0
    result = run(filled, "verify", "--head", str(file))
    assert result.exit_code == 1
    assert line in result.output
    assert "The audit record is whole." not in result.output


def test_the_kept_heads_alone_show_a_chain_that_was_reckoned_anew(filled: Services) -> None:
    keep_head(filled.database, filled.reads_database, KEY, AT)
    with filled.database.transaction() as session:
        take_guard_away(session)
        kept = [
            {name: getattr(row, name) for name in ("number", "at", "content", "signature", "key")}
            for row in session.scalars(select(AuditHead))
        ]
        _reckon_anew(session)
        session.add_all(AuditHead(**values, faults=0) for values in kept)
    result = run(filled, "verify")
    assert result.exit_code == 1
    assert "one: entry 3 is another than the signed head 1 says" in result.output
    # The next head does not make it whole again.
    _head, faults = keep_head(filled.database, filled.reads_database, KEY, AT)
    assert faults
    assert run(filled, "verify").exit_code == 1


def _change_a_reading(session: Session) -> None:
    session.execute(update(ReadEntry).where(ReadEntry.subject == "b").values(subject="x"))


def _delete_a_reading(session: Session) -> None:
    session.execute(delete(ReadEntry).where(ReadEntry.subject == "b"))


def _delete_a_link(session: Session) -> None:
    session.execute(delete(ReadLink).where(ReadLink.n == 2))


def _exchange_readings(session: Session) -> None:
    first = session.execute(select(ReadLink.__table__).where(ReadLink.n < 3).order_by(ReadLink.n))
    one, other = (dict(row._mapping) for row in first)
    session.execute(delete(ReadLink).where(ReadLink.n < 3))
    one["read_id"], other["read_id"] = other["read_id"], one["read_id"]
    session.execute(insert(ReadLink), [one, other])


def _cut_the_reads(session: Session) -> None:
    session.execute(delete(ReadLink).where(ReadLink.n > 1))
    session.execute(delete(ReadEntry).where(ReadEntry.subject != "a"))


@pytest.mark.parametrize(
    "tamper",
    [_change_a_reading, _delete_a_reading, _delete_a_link, _exchange_readings, _cut_the_reads],
)
def test_a_changed_record_of_reads_is_found(
    filled: Services, tmp_path: Path, tamper: Callable[[Session], None]
) -> None:
    exported(filled, tmp_path)
    # Somebody who opens the file without the portal's foreign keys.
    engine = create_engine(filled.reads_database.url)
    with Session(engine) as session:
        take_guard_away(session)
        tamper(session)
        session.commit()
    engine.dispose()
    result = run(filled, "verify")
    assert result.exit_code == 1
    assert "reads: " in result.output


def test_readings_are_linked_once_in_the_order_of_their_time(filled: Services) -> None:
    there = filled.reads_database
    with there.reading() as session:
        assert unlinked(session) == 3
    assert link_reads(there, since=AT - LOOKED_BACK) == 3
    assert link_reads(there) == 0
    read(filled, *(str(n) for n in range(450)))
    assert link_reads(there, since=datetime(2027, 1, 1, tzinfo=UTC)) == 0
    assert link_reads(there) == 450
    with there.reading() as session:
        assert session.scalar(select(func.max(ReadLink.n))) == 453
        assert unlinked(session) == 0
    assert run(filled, "verify").exit_code == 0


def test_a_head_of_somebody_else_is_refused(filled: Services, tmp_path: Path) -> None:
    file = exported(filled, tmp_path)
    told = json.loads(file.read_text())
    told["head"]["chains"]["one"] = [2, "a" * 64]
    file.write_text(json.dumps(told))
    result = run(filled, "verify", "--head", str(file))
    assert result.exit_code == 1
    assert "the signature of the signed head 1 is wrong" in result.output
    forged = Ed25519PrivateKey.from_private_bytes(OTHER_KEY)
    told["key"] = public_key(OTHER_KEY)
    text = json.dumps(told["head"], sort_keys=True, separators=(",", ":"))
    told["signature"] = base64.urlsafe_b64encode(forged.sign(text.encode())).decode()
    file.write_text(json.dumps(told))
    result = run(filled, "verify", "--head", str(file))
    assert "signed with an unknown key" in result.output
    # Whoever trusts that key says so, and is told what it contradicts.
    result = run(filled, "verify", "--head", str(file), "--key", public_key(OTHER_KEY))
    assert "one: entry 2 is another than the signed head 1 says" in result.output


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"head": {"format": "x"}}', '{"head": {"format": "siirtyma-audit-head/1"}}'],
)
def test_a_file_that_is_no_head_is_told_and_breaks_nothing(
    filled: Services, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "head.json"
    file.write_text(text)
    result = run(filled, "verify", "--head", str(file))
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert str(file) in result.output


def test_a_missing_kept_head_is_told(filled: Services) -> None:
    for _ in range(3):
        keep_head(filled.database, filled.reads_database, KEY, AT)
    with filled.database.transaction() as session:
        take_guard_away(session)
        session.execute(delete(AuditHead).where(AuditHead.number == 2))
    assert "the kept head 2 is missing before 3" in run(filled, "verify").output


def test_without_a_key_no_head_is_signed(
    filled: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filled, "settings", filled.settings.model_copy(update={"audit_key": None}))
    for command in (["head", "--to", str(tmp_path / "head.json")], ["key"]):
        result = run(filled, *command)
        assert result.exit_code == 2
        assert "PORTAL_AUDIT_KEY is missing" in result.output
    assert run(filled, "verify").exit_code == 0


def look_after(services: Services, at: datetime) -> list[str]:
    return daily_work.look_after_record(
        services.database, services.reads_database, services.settings, at
    )


def test_the_daily_run_keeps_one_head_a_day_and_writes_it_to_the_folder(
    filled: Services, tmp_path: Path, clock: SettableClock
) -> None:
    folder = tmp_path / "elsewhere"
    filled.settings = filled.settings.model_copy(update={"audit_heads": folder})
    assert look_after(filled, clock()) == ["link_reads 3", "sign_head 1"]
    assert look_after(filled, clock()) == ["link_reads 0", "sign_head 0"]
    assert look_after(filled, clock.move(days=1)) == ["link_reads 0", "sign_head 1"]
    names = sorted(file.name for file in folder.iterdir())
    assert names == ["head-000001.json", "head-000002.json"]
    both = [part for name in names for part in ("--head", str(folder / name))]
    assert run(filled, "verify", *both).exit_code == 0


def test_the_daily_run_tells_what_is_broken_and_what_it_cannot_do(
    filled: Services, tmp_path: Path, clock: SettableClock
) -> None:
    (tmp_path / "a file").write_text("")
    filled.settings = filled.settings.model_copy(update={"audit_heads": tmp_path / "a file"})
    lines = look_after(filled, clock())
    assert lines[1].startswith("sign_head 1: not written to the folder")
    with filled.database.transaction() as session:
        take_guard_away(session)
        session.execute(delete(AuditEntry).where(AuditEntry.chain == "one", AuditEntry.n == 2))
    filled.settings = filled.settings.model_copy(update={"audit_heads": None})
    assert "verify_record: one: entry 2 is missing before 3" in look_after(
        filled, clock.move(days=1)
    )
    filled.settings = filled.settings.model_copy(update={"audit_key": None})
    assert "there is no audit_key" in look_after(filled, clock.move(days=1))[1]


def test_the_entries_of_one_chain_are_read_alone(database: Database) -> None:
    for chain in ("one", "two"):
        with unit_of_work(database) as session, acting(session, "a", chain=chain, by=None, at=AT):
            pass
    with database.reading() as session:
        assert [entry.chain for entry in entries_in(session, "two")] == ["two"]


def test_a_checkout_of_before_gets_a_key_for_its_heads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "keys.env"
    file.write_text("PORTAL_SECRET_KEY=old\nPORTAL_STORAGE_KEY=older\n")
    monkeypatch.setattr("portal.config.local.LOCAL_KEYS", file)
    first = with_local_keys({"PORTAL_PORT": "1"})
    assert (first["PORTAL_SECRET_KEY"], first["PORTAL_PORT"]) == ("old", "1")
    assert len(base64.urlsafe_b64decode(first["PORTAL_AUDIT_KEY"])) == 32
    assert with_local_keys({"PORTAL_PORT": "1"}) == first
    set_by_hand = {"PORTAL_SECRET_KEY": "x"}
    assert with_local_keys(set_by_hand) == set_by_hand
