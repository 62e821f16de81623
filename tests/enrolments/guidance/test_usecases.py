"""After-guidance recorded and taken back, by those who may."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.capacity.usecases import name_coach
from portal.database import Database
from portal.enrolments.guidance.access import entries_of
from portal.enrolments.guidance.models import GuidanceAgreement
from portal.enrolments.guidance.rules import used_hours
from portal.enrolments.guidance.usecases import agree_guidance, record_guidance, take_back_guidance
from portal.enrolments.models import Enrolment
from portal.organisations.models import Person
from portal.permissions import Role
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.enrolments.guests import guest
from tests.enrolments.guidance.ended import ENDED, ended
from tests.underway import CALLED

AT = datetime(2026, 7, 1, 7, 0, tzinfo=UTC)


def test_hours_are_used_up_and_never_passed(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        anna = ended(session, cast)
        record_guidance(session, enrolment=anna, day=ENDED, state="offered", by=cast.tuula, at=AT)
        for hours in ("6", "4"):
            record_guidance(
                session,
                enrolment=anna,
                day=ENDED,
                state="used",
                hours=Decimal(hours),
                by=cast.tuula,
                at=AT,
            )
        key = anna.id
    with (
        pytest.raises(RuleBroken, match="after_guidance_hours_exceeded"),
        unit_of_work(database) as session,
    ):
        record_guidance(
            session,
            enrolment=session.get_one(Enrolment, key),
            day=ENDED,
            state="used",
            hours=Decimal("0.25"),
            by=cast.tuula,
            at=AT,
        )
    with database.reading() as session:
        assert used_hours(entries_of(session.get_one(Enrolment, key))) == 10
        acts = session.execute(
            select(AuditEntry.outcome, AuditEntry.facts).where(AuditEntry.act == "after_guidance")
        ).all()
        assert [outcome for outcome, _facts in acts] == ["done", "done", "done", "denied"]
        assert "Anna" not in str(acts)


def test_a_form_that_is_sent_twice_records_its_hours_once(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        anna, key = ended(session, cast), uuid4()
        first, again = (
            record_guidance(
                session,
                enrolment=anna,
                day=ENDED,
                state="used",
                hours=Decimal(4),
                key=key,
                by=cast.tuula,
                at=AT,
            )
            for _press in range(2)
        )
        assert first.id == again.id == key
        assert used_hours(entries_of(anna)) == 4
        with pytest.raises(RuleBroken, match="changed_meanwhile"):
            record_guidance(
                session,
                enrolment=anna,
                day=ENDED,
                state="used",
                hours=Decimal(3),
                key=key,
                by=cast.tuula,
                at=AT,
            )


def test_a_line_taken_back_frees_its_hours_once(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        anna = ended(session, cast)

        def use(hours: str) -> None:
            record_guidance(
                session,
                enrolment=anna,
                day=ENDED,
                state="used",
                hours=Decimal(hours),
                by=cast.tuula,
                at=AT,
            )

        use("9")
        line = anna.guidance[0]
        with pytest.raises(RuleBroken, match="reason_missing"):
            take_back_guidance(session, enrolment=anna, line=line, reason=" ", by=cast.tuula, at=AT)
        take_back_guidance(
            session, enrolment=anna, line=line, reason="Väärä määrä", by=cast.tuula, at=AT
        )
        use("10")
        assert used_hours(entries_of(anna)) == 10
        assert sum(one.hours or 0 for one in anna.guidance) == 10
        for mistaken in (line, anna.guidance[1]):
            with pytest.raises(RuleBroken, match="wrong_state"):
                take_back_guidance(
                    session, enrolment=anna, line=mistaken, reason="Taas", by=cast.tuula, at=AT
                )


def test_only_trainers_and_coaches_of_the_training_record(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        anna = ended(session, cast)
        coach = guest(session, "Vera Valmentaja", cast.shore, Role.COACH)

        def offered_by(person: Person) -> None:
            record_guidance(session, enrolment=anna, day=ENDED, state="offered", by=person, at=AT)

        for stranger in (cast.kaisa, cast.roope, cast.olli, coach):
            with pytest.raises(RuleBroken, match="not_permitted"):
                offered_by(stranger)
        name_coach(session, training=anna.training, person=coach, by=cast.kaisa, at=CALLED)
        offered_by(coach)
        assert len(anna.guidance) == 1


def test_without_the_option_there_is_none(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        anna = ended(session, cast, clause=False)
        with pytest.raises(RuleBroken, match="not_in_contract"):
            record_guidance(
                session, enrolment=anna, day=ENDED, state="offered", by=cast.tuula, at=AT
            )


def test_the_offices_official_notes_what_is_agreed(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        anna = ended(session, cast)
        official = guest(session, "Ville Virkailija", cast.office, Role.RESPONSIBLE_OFFICIAL)
        agree_guidance(session, enrolment=anna, text="Kaksi tapaamista", by=official, at=AT)
        with pytest.raises(RuleBroken, match="not_permitted"):
            agree_guidance(session, enrolment=anna, text="Muuta", by=cast.kaisa, at=AT)
        with pytest.raises(RuleBroken, match="text_missing"):
            agree_guidance(session, enrolment=anna, text="  ", by=official, at=AT)
        assert session.scalars(select(GuidanceAgreement.text)).all() == ["Kaksi tapaamista"]
