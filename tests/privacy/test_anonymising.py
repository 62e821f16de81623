"""What has ended goes without a trace; every figure stays; a hold and an open period stop it."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from portal.audit.record import faults
from portal.capacity.ledger import balances_of
from portal.config import Settings
from portal.contracts.models import Contract
from portal.database import Database
from portal.documents import store
from portal.documents.models import StoredDocument
from portal.enrolments.models import Enrolment
from portal.indicators.queries.records import records_of
from portal.indicators.rules import MEASURES
from portal.indicators.rules import Period as Whole
from portal.jobs.models import OutgoingMail
from portal.models import Base
from portal.organisations.models import LoginSession
from portal.permissions import Kind
from portal.privacy.command import run
from portal.privacy.models import (
    Anonymisation,
    AnonymisedPerson,
    AnonymisedTraining,
    Hold,
    RetentionPeriod,
)
from portal.privacy.rules import MASK, Retention
from portal.privacy.usecases import anonymising
from portal.privacy.usecases.anonymising import anonymise_training
from portal.procurement.models import Procurement
from portal.reports.programme.queries.made import table_of_procurement
from portal.reports.programme.rules import Period
from portal.unit_of_work import unit_of_work
from tests.cast import Cast, organisation
from tests.conftest import ON_POSTGRESQL
from tests.privacy.planted import LONG_AFTER, WRITTEN, Planted, rows_shown
from tests.promises.figures import leave, times


def figures(session: Session) -> Iterator[Any]:
    """All that the portal counts: indicators, reports, ledgers."""
    records = records_of(session)
    yield [dataclasses.replace(one, birth_year=0) for one in records.participations]
    whole = Whole(date(2000, 1, 1), date(2100, 1, 1))
    yield {key: list(measure(records, whole)) for key, measure in MEASURES.items()}
    for procurement in session.scalars(select(Procurement)):
        yield table_of_procurement(session, procurement, Period(None, None))
    contracts = session.scalars(select(Contract)).all()
    yield {str(key): balance for key, balance in balances_of(session, contracts).items()}


def counted(database: Database) -> list[Any]:
    with database.reading() as session:
        return list(figures(session))


def everything(database: Database) -> str:
    """Every value of every table, as text."""
    with database.reading() as session:
        return "\n".join(
            str(tuple(row))
            for table in Base.metadata.sorted_tables
            for row in session.execute(select(table))
        )


def raw(settings: Settings) -> bytes:
    """The bytes of the database's files."""
    file = Path(str(make_url(settings.database_url).database))
    return b"".join(one.read_bytes() for one in file.parent.glob(f"{file.name}*"))


@pytest.mark.trust
def test_no_planted_text_is_left_in_any_table_nor_in_the_file(
    database: Database, settings: Settings, here: Planted
) -> None:
    before = everything(database)
    planted_texts = before.count("KANARIA-")
    assert planted_texts > 40
    assert run(database, LONG_AFTER)["people"] == 2
    after = everything(database)
    assert "KANARIA" not in after
    assert "Ann Aalto" not in after
    assert "Ben Berg" not in after
    hits = 0
    if not ON_POSTGRESQL:
        database.engine.dispose()
        hits = sum(raw(settings).count(one) for one in (b"KANARIA", b"Ann Aalto", b"Ben Berg"))
    assert not hits
    leave(
        "anonymised_without_a_trace",
        "canaries",
        {"planted": planted_texts, "left in tables": 0, "left in the file": hits},
    )


@pytest.mark.trust
def test_every_figure_is_the_same_before_and_after(
    database: Database, cast: Cast, here: Planted
) -> None:
    many = times(12, 120)
    with database.transaction() as session:
        _people_of_all_kinds(session, cast, here, many)
    before = counted(database)
    run(database, LONG_AFTER)
    assert counted(database) == before
    leave("figures_outlive_people", "figures", {"people": many + 2, "different": 0})


def _people_of_all_kinds(session: Session, cast: Cast, here: Planted, many: int) -> None:
    """People of every age, sex, education and ending in the same training."""
    by_chance = random.Random(7)
    for n in range(many):
        one = Enrolment(
            training_id=here.training,
            office_id=cast.office.id,
            sponsor_id=cast.kaisa.id,
            external_key=f"avain-{n}",
            name=f"Henkilö {n}",
            birth_year=by_chance.randint(1945, 2012),
            sex=by_chance.choice(["woman", "man"]),
            education=by_chance.choice(["basic", "upper_secondary", "higher"]),
            status_at_start=by_chance.choice(["unemployed", "long_term_unemployed", "outside"]),
            state=by_chance.choice(["applied", "started", "completed", "interrupted"]),
            applied_at=WRITTEN,
        )
        if one.state != "applied":
            one.started_on = date(2026, 3, by_chance.randint(16, 31))
        if one.state in ("completed", "interrupted"):
            one.ended_on = date(2026, by_chance.randint(5, 12), 15)
        if one.state == "completed":
            one.status_at_end = by_chance.choice(["open_market", "unemployed"])
            one.units, one.qualifications = by_chance.randint(0, 3), 0
        session.add(one)


def test_the_audit_record_still_verifies(database: Database, here: Planted) -> None:
    run(database, LONG_AFTER)
    with database.reading() as session:
        assert faults(session) == []


def test_the_second_run_does_nothing(database: Database, here: Planted) -> None:
    run(database, LONG_AFTER)
    before = everything(database)
    assert not any(run(database, LONG_AFTER + timedelta(days=3)).values())
    assert everything(database) == before


def test_nothing_goes_on_the_last_day_and_all_on_the_next(
    database: Database, here: Planted
) -> None:
    last = LONG_AFTER.replace(year=2029, month=3, day=8)
    assert not any(run(database, last).values())
    assert run(database, last + timedelta(days=1))["people"] == 2


def test_nothing_goes_where_no_period_is_set(database: Database, cast: Cast, here: Planted) -> None:
    with database.transaction() as session:
        for one in session.scalars(select(RetentionPeriod)):
            session.delete(one)
    assert not any(run(database, LONG_AFTER).values())


@pytest.mark.parametrize("kind", ["training", "contract", "procurement"])
def test_a_hold_stops_it_until_its_last_day(
    database: Database, cast: Cast, here: Planted, kind: str
) -> None:
    with database.transaction() as session:
        session.add(_hold(cast, here, kind, getattr(here, kind), LONG_AFTER.date()))
    assert not any(run(database, LONG_AFTER).values())
    assert run(database, LONG_AFTER + timedelta(days=1))["people"] == 2


def _hold(cast: Cast, here: Planted, kind: str, subject: Any, until: date | None) -> Hold:
    return Hold(
        kind=kind,
        subject=subject,
        organisation_id=cast.office.id,
        reason="Valitus vireillä",
        until=until,
        placed_by_id=here.official.id,
        placed_at=WRITTEN,
    )


def test_a_hold_on_one_keeps_that_one_and_what_is_written_of_the_group(
    database: Database, cast: Cast, here: Planted
) -> None:
    with database.transaction() as session:
        session.add(_hold(cast, here, "participant", here.ann, None))
    assert run(database, LONG_AFTER)["people"] == 1
    with database.reading() as session:
        names = set(session.scalars(select(Enrolment.name)))
        visits = rows_shown(session, here)["workplace_visit"]
        assert session.scalar(select(func.count()).select_from(AnonymisedTraining)) == 0
    assert MASK in names
    assert any(name.startswith("KANARIA") for name in names)
    assert visits[0]["note"].startswith("KANARIA")
    before = everything(database)
    run(database, LONG_AFTER)
    assert everything(database) == before, "a held one is passed over in silence"


def test_the_minutes_about_a_person_are_removed_and_their_stub_stays(
    database: Database, here: Planted
) -> None:
    run(database, LONG_AFTER)
    with database.reading() as session:
        assert store.find(session, "minutes", here.meeting) is None
        assert session.scalar(select(func.count()).select_from(StoredDocument)) == 0
        stub = store.removed(session, "minutes", here.meeting)
        assert stub is not None
        assert (stub.sha256, stub.made_at) == ("a" * 64, WRITTEN)


def test_a_run_that_is_stopped_goes_on_where_it_was(
    database: Database, cast: Cast, here: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anonymising, "TOGETHER", 1)
    with unit_of_work(database) as session:
        done = anonymise_training(
            session, training_id=here.training, part=Retention.PARTICIPANTS, at=LONG_AFTER
        )
    assert done.people == 1
    with pytest.raises(RuntimeError):
        _stopped_half_way(database, here)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AnonymisedPerson)) == 1
    assert run(database, LONG_AFTER)["people"] == 1
    assert "KANARIA" not in everything(database)


def _stopped_half_way(database: Database, here: Planted) -> None:
    with unit_of_work(database) as session:
        anonymise_training(
            session, training_id=here.training, part=Retention.PARTICIPANTS, at=LONG_AFTER
        )
        raise RuntimeError


def test_log_ins_and_sent_messages_go_and_a_message_about_a_decision_stays(
    database: Database, cast: Cast, here: Planted
) -> None:
    operator = cast.operator.id
    with database.transaction() as session:
        session.add(
            LoginSession(
                token_hash="b" * 64, person_id=cast.olli.id, started_at=WRITTEN, ends_at=WRITTEN
            )
        )
        for about in (None, here.procurement):
            session.add(
                OutgoingMail(
                    recipient_id=cast.olli.id,
                    address="olli@esimerkki.example",
                    language="fi",
                    letter="digest",
                    facts={},
                    about=about,
                    created_at=WRITTEN,
                    sent_at=WRITTEN,
                )
            )
    run(database, LONG_AFTER)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(LoginSession)) == 1
    with database.transaction() as session:
        session.add(
            RetentionPeriod(organisation_id=operator, kind="logins", months=12, set_at=WRITTEN)
        )
    run(database, LONG_AFTER)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(LoginSession)) == 0
        assert list(
            session.scalars(select(OutgoingMail.about).where(OutgoingMail.letter == "digest"))
        ) == [here.procurement]


def test_the_counts_of_each_batch_are_kept(database: Database, here: Planted) -> None:
    run(database, LONG_AFTER)
    with database.reading() as session:
        kept = session.scalars(select(Anonymisation).order_by(Anonymisation.kind)).all()
        assert [(one.kind, one.people, one.documents) for one in kept] == [
            ("feedback", 0, 0),
            ("participants", 2, 1),
        ]


@pytest.mark.parametrize("offices", [1, 2])
def test_a_shared_training_waits_for_the_longest_period(
    database: Database, cast: Cast, here: Planted, offices: int
) -> None:
    with database.transaction() as session:
        if offices == 2:
            far = organisation(session, "Kaukala", None, Kind.EMPLOYMENT_OFFICE)
            other = session.get_one(Enrolment, here.ben)
            other.office_id = far.id
            period = session.get_one(RetentionPeriod, (far.id, "participants"))
            period.months = 60
    assert run(database, LONG_AFTER)["people"] == (2 if offices == 1 else 0)
