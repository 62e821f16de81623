from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.audit.models import AuditChain, AuditEntry, ReadEntry
from portal.audit.record import (
    ReadRecord,
    acting,
    entry_hash,
    faults,
    note_shown,
    taken_shown,
)
from portal.database import Database
from portal.permissions import PAGES
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from portal.web.unit import Services
from tests.audit.tampering import take_guard_away
from tests.people_pages import SHOWS_PEOPLE

AT = datetime(2026, 1, 12, 7, 0, tzinfo=UTC)
BY = uuid4()


def acted(database: Database, times: int = 3, chain: str = "chain") -> None:
    for n in range(times):
        with (
            unit_of_work(database) as session,
            acting(session, "submit_offer", chain=chain, by=BY, at=AT) as facts,
        ):
            facts.note(n=n, version=UUID(int=n))


def found(database: Database) -> list[str]:
    with database.reading() as session:
        return faults(session)


def entries(database: Database) -> list[AuditEntry]:
    with database.reading() as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def test_acts_are_chained(database: Database) -> None:
    acted(database)
    first, second, third = entries(database)
    assert [entry.n for entry in (first, second, third)] == [1, 2, 3]
    assert (second.previous, third.previous) == (first.hash, second.hash)
    assert second.facts == {"n": 1, "version": str(UUID(int=1))}
    assert found(database) == []


def test_a_refusal_undoes_the_act_and_leaves_the_denial(database: Database) -> None:
    def refused_half_way() -> None:
        with (
            unit_of_work(database) as session,
            acting(session, "submit_offer", chain="chain", by=BY, at=AT) as facts,
        ):
            facts.note(version=1)
            session.add(AuditChain(chain="a trace of the act", length=0, head="0" * 64))
            session.flush()
            raise RuleBroken("deadline_passed")

    with pytest.raises(RuleBroken, match="deadline_passed"):
        refused_half_way()
    (denial,) = entries(database)
    assert (denial.act, denial.outcome, denial.rule) == (
        "submit_offer",
        "denied",
        "deadline_passed",
    )
    assert (denial.by, denial.facts) == (BY, {})
    assert found(database) == []
    with database.reading() as session:
        assert session.get(AuditChain, "a trace of the act") is None


def test_a_fault_leaves_nothing(database: Database) -> None:
    with (
        pytest.raises(ZeroDivisionError),
        unit_of_work(database) as session,
        acting(session, "submit_offer", chain="chain", by=BY, at=AT),
    ):
        raise ZeroDivisionError
    assert entries(database) == []


def test_a_refusal_within_an_act_is_recorded_as_the_inner_one(database: Database) -> None:
    with (
        pytest.raises(RuleBroken),
        unit_of_work(database) as session,
        acting(session, "outer", chain="chain", by=BY, at=AT),
        acting(session, "inner", chain="chain", by=BY, at=AT),
    ):
        raise RuleBroken("wrong_state")
    assert [entry.act for entry in entries(database)] == ["inner"]


def _change_fact(session: Session) -> None:
    session.execute(update(AuditEntry).where(AuditEntry.n == 2).values(facts={"n": 9}))


def _change_person(session: Session) -> None:
    session.execute(update(AuditEntry).where(AuditEntry.n == 2).values(by=uuid4()))


def _change_and_hash_anew(session: Session) -> None:
    entry = session.scalars(select(AuditEntry).where(AuditEntry.n == 2)).one()
    entry.rule = "another"
    entry.hash = entry_hash(entry)


def _delete_middle(session: Session) -> None:
    session.execute(delete(AuditEntry).where(AuditEntry.n == 2))


def _cut_tail(session: Session) -> None:
    session.execute(delete(AuditEntry).where(AuditEntry.n == 3))


def _delete_all(session: Session) -> None:
    session.execute(delete(AuditEntry))


def _forget_head(session: Session) -> None:
    session.execute(delete(AuditChain))


def _reorder(session: Session) -> None:
    for before, after in ((1, 99), (2, 1), (99, 2)):
        session.execute(update(AuditEntry).where(AuditEntry.n == before).values(n=after))


@pytest.mark.parametrize(
    "tamper",
    [
        _change_fact,
        _change_person,
        _change_and_hash_anew,
        _delete_middle,
        _cut_tail,
        _delete_all,
        _forget_head,
        _reorder,
    ],
)
def test_tampering_is_found(database: Database, tamper: Callable[[Session], None]) -> None:
    acted(database)
    acted(database, chain="another chain")
    with database.transaction() as session:
        take_guard_away(session)
        session.execute(delete(AuditEntry).where(AuditEntry.chain == "another chain"))
        session.execute(delete(AuditChain).where(AuditChain.chain == "another chain"))
        tamper(session)
    assert found(database) != []


def test_one_chain_does_not_touch_another(database: Database) -> None:
    acted(database, chain="one")
    acted(database, chain="other")
    with database.transaction() as session:
        take_guard_away(session)
        session.execute(
            update(AuditEntry).where(AuditEntry.chain == "one", AuditEntry.n == 1).values(act="x")
        )
    assert found(database) == ["one: entry 1 has been changed"]


def test_a_reading_is_recorded_beside_a_writer(services: Services, database: Database) -> None:
    reads = ReadRecord(services.reads_database)
    if services.reads_database.url == database.url and database.url.startswith("sqlite"):
        pytest.skip("SQLite keeps reads in a file of their own")
    with database.transaction() as session:
        session.add(AuditChain(chain="held", length=0, head="0" * 64))
        session.flush()
        reads.note(by=BY, page="offers.show", subject="an offer", at=AT)
    with services.reads_database.reading() as session:
        entry = session.scalars(select(ReadEntry)).one()
        assert (entry.by, entry.page, entry.subject) == (BY, "offers.show", "an offer")


def test_the_pages_that_show_participants_are_pages_and_none_is_public() -> None:
    assert PAGES.keys() >= SHOWS_PEOPLE
    assert not [page for page in SHOWS_PEOPLE if PAGES[page].public]


def test_what_was_shown_is_taken_once_and_each_subject_once(database: Database) -> None:
    one, other = uuid4(), uuid4()
    with database.reading() as session:
        note_shown(session, one, other)
        note_shown(session, one)
        assert taken_shown(session) == [str(one), str(other)]
        assert taken_shown(session) == []


def test_many_readings_are_recorded_in_one_go_and_one_row_each(services: Services) -> None:
    reads = ReadRecord(services.reads_database)
    reads.note_all(by=BY, page="a.page", subjects=[str(n % 30) for n in range(60)], at=AT)
    reads.note_all(by=BY, page="a.page", subjects=[], at=AT)
    with services.reads_database.reading() as session:
        assert len(session.scalars(select(ReadEntry)).all()) == 30
