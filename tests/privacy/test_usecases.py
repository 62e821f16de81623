"""Periods, holds and corrections, without pages."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.database import Database
from portal.enrolments.models import Enrolment
from portal.organisations.models import Organisation
from portal.privacy.command import run
from portal.privacy.models import Hold, RetentionPeriod
from portal.privacy.rules import Held, Retention
from portal.privacy.usecases import (
    correct_participant,
    place_hold,
    release_hold,
    set_retention,
)
from portal.shared.errors import RuleBroken
from tests.cast import Cast
from tests.enrolments.people import applied
from tests.privacy.planted import LONG_AFTER, WRITTEN, Planted
from tests.underway import contract_in_force, training_of


@pytest.mark.trust
def test_nobody_is_entered_before_the_office_has_set_how_long_data_is_kept(
    database: Database, cast: Cast
) -> None:
    with database.transaction() as session:
        for one in session.scalars(select(RetentionPeriod)):
            session.delete(one)
        session.flush()
        training = training_of(session, cast, contract_in_force(session, cast))
        with pytest.raises(RuleBroken, match="retention_not_set"):
            applied(session, training, "Ann Aalto", cast.kaisa)


def test_the_official_sets_the_periods_and_people_are_entered(
    database: Database, cast: Cast, here: Planted
) -> None:
    with database.transaction() as session:
        for one in session.scalars(select(RetentionPeriod)):
            session.delete(one)
        session.flush()
        set_retention(
            session,
            organisation=session.get_one(Organisation, cast.office.id),
            months={Retention.PARTICIPANTS: 12, Retention.FEEDBACK: 6},
            by=here.official,
            at=WRITTEN,
        )
        training = training_of(session, cast, contract_in_force(session, cast))
        assert applied(session, training, "Cia", cast.kaisa).name == "Cia"


def test_neither_a_sponsor_nor_a_foreign_officer_sets_a_period(
    database: Database, cast: Cast, here: Planted
) -> None:
    for somebody in (cast.kaisa, cast.eva, cast.olli, cast.ada):
        with database.transaction() as session, pytest.raises(RuleBroken, match="not_permitted"):
            set_retention(
                session,
                organisation=session.get_one(Organisation, cast.office.id),
                months={Retention.PARTICIPANTS: 12},
                by=somebody,
                at=WRITTEN,
            )


def test_an_office_sets_no_period_of_log_ins(database: Database, cast: Cast, here: Planted) -> None:
    with database.transaction() as session, pytest.raises(RuleBroken, match="not_permitted"):
        set_retention(
            session,
            organisation=session.get_one(Organisation, cast.office.id),
            months={Retention.LOGINS: 12},
            by=here.official,
            at=WRITTEN,
        )


def _held(database: Database, cast: Cast, here: Planted, **given: object) -> None:
    with database.transaction() as session:
        place_hold(
            session,
            kind=Held.TRAINING,
            subject=here.training,
            organisation_id=cast.office.id,
            **{"reason": "Valitus", "until": None, "by": here.official, "at": WRITTEN, **given},  # type: ignore[arg-type]
        )


def test_a_hold_is_placed_with_its_reason_and_released_once(
    database: Database, cast: Cast, here: Planted
) -> None:
    _held(database, cast, here)
    assert not any(run(database, LONG_AFTER).values())
    with database.transaction() as session:
        hold = session.scalars(select(Hold).where(Hold.kind == "training")).one()
        release_hold(session, hold=hold, by=here.official, at=LONG_AFTER)
        with pytest.raises(RuleBroken, match="hold_released"):
            release_hold(session, hold=hold, by=here.official, at=LONG_AFTER)
    assert run(database, LONG_AFTER)["people"] == 2


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"reason": " "}, "reason_missing"),
        ({"reason": "Koskee 131052-308T"}, "identity_code"),
        ({"until": date(2026, 9, 29)}, "hold_over_already"),
    ],
)
def test_what_is_wrong_with_a_hold_is_refused(
    database: Database, cast: Cast, here: Planted, given: dict[str, object], rule: str
) -> None:
    with pytest.raises(RuleBroken, match=rule):
        _held(database, cast, here, **given)


def test_a_correction_leaves_no_trace_of_what_was_wrong(
    database: Database, cast: Cast, here: Planted
) -> None:
    with database.transaction() as session:
        ann = session.get_one(Enrolment, here.ann)
        before = ann.name
        correct_participant(
            session,
            enrolment=ann,
            name="Anna Aalto",
            external_key=ann.external_key,
            birth_year=1989,
            sex=ann.sex,
            education=ann.education,
            referral_source=None,
            by=cast.kaisa,
            at=WRITTEN,
        )
    with database.reading() as session:
        ann = session.get_one(Enrolment, here.ann)
        assert (ann.name, ann.birth_year) == ("Anna Aalto", 1989)
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.act == "correct_participant")
        ).one()
        assert entry.facts["fields"] == ["birth_year", "name"]
        assert before not in str(entry.facts)
        assert "Anna" not in str(entry.facts)


def test_a_correction_takes_no_key_of_another_and_touches_nobody_anonymised(
    database: Database, cast: Cast, here: Planted
) -> None:
    given = {
        "name": "Anna",
        "birth_year": 1989,
        "sex": "woman",
        "education": "basic",
        "referral_source": None,
        "by": cast.kaisa,
    }
    with database.transaction() as session, pytest.raises(RuleBroken, match="applied_already"):
        correct_participant(
            session,
            enrolment=session.get_one(Enrolment, here.ann),
            external_key=session.get_one(Enrolment, here.ben).external_key,
            at=WRITTEN,
            **given,  # type: ignore[arg-type]
        )
    run(database, LONG_AFTER)
    with database.transaction() as session, pytest.raises(RuleBroken, match="anonymised_already"):
        correct_participant(
            session,
            enrolment=session.get_one(Enrolment, here.ann),
            external_key="",
            at=LONG_AFTER,
            **given,  # type: ignore[arg-type]
        )
