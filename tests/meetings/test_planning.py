"""Planning, moving and cancelling, and what the guests' calendars are told."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.contracts.models import Contract
from portal.database import Database
from portal.jobs.models import OutgoingMail
from portal.meetings.models import Meeting
from portal.meetings.usecases import cancel_meeting, hold_meeting, move_meeting, plan_meeting
from portal.shared.clock import HELSINKI, from_local
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.underway import contract_in_force, training_of

AT = datetime(2026, 3, 6, 11, 0, tzinfo=UTC)


def wall(year: int, month: int, day: int, hour: int, minute: int) -> datetime:
    """The instant of a Finnish wall clock."""
    return from_local(datetime.combine(date(year, month, day), time(hour, minute)))


BEGINS, ENDS = wall(2026, 3, 10, 13, 0), wall(2026, 3, 10, 14, 0)


def planned(session: Session, contract: Contract, cast: Cast, **given: Any) -> Meeting:
    how: dict[str, Any] = {
        "kind": "interim",
        "begins": BEGINS,
        "ends": ENDS,
        "place": "Huone 12",
        "invited": [cast.olli, cast.tuula],
        "by": cast.olli,
        "at": AT,
    }
    return plan_meeting(session, contract=contract, **{**how, **given})


def letters(session: Session) -> list[tuple[str, str, str, int, str]]:
    """Each mail's letter, address, METHOD, SEQUENCE and the wall clock that the entry shows."""
    found = []
    for mail in session.scalars(select(OutgoingMail)):
        assert mail.calendar is not None
        calendar = Calendar.from_ical(mail.calendar)
        event = calendar.walk("VEVENT")[0]
        shows = event["DTSTART"].dt.astimezone(HELSINKI).strftime("%d.%m. %H.%M")
        found.append(
            (mail.letter, mail.address, str(calendar["METHOD"]), int(event["SEQUENCE"]), shows)
        )
    return sorted(found)


def test_a_change_and_a_cancellation_carry_the_same_uid_and_a_higher_sequence(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        meeting = planned(session, contract, cast)
        move_meeting(
            session,
            meeting=meeting,
            begins=BEGINS + timedelta(days=1),
            ends=ENDS + timedelta(days=1),
            place="Huone 12",
            invited=[cast.tuula, cast.kaisa],
            by=cast.olli,
            at=AT,
        )
        cancel_meeting(session, meeting=meeting, reason="Sairastapaus", by=cast.olli, at=AT)
        olli, tuula, kaisa = (one.email for one in (cast.olli, cast.tuula, cast.kaisa))
        assert letters(session) == sorted(
            [
                ("meeting_planned", olli, "REQUEST", 0, "10.03. 13.00"),
                ("meeting_planned", tuula, "REQUEST", 0, "10.03. 13.00"),
                ("meeting_cancelled", olli, "CANCEL", 1, "11.03. 13.00"),
                ("meeting_planned", kaisa, "REQUEST", 1, "11.03. 13.00"),
                ("meeting_moved", tuula, "REQUEST", 1, "11.03. 13.00"),
                ("meeting_cancelled", tuula, "CANCEL", 2, "11.03. 13.00"),
                ("meeting_cancelled", kaisa, "CANCEL", 2, "11.03. 13.00"),
            ]
        )
        uids = {
            str(Calendar.from_ical(mail.calendar or "").walk("VEVENT")[0]["UID"])
            for mail in session.scalars(select(OutgoingMail))
        }
        assert len(uids) == 1
        assert uids.pop().startswith(f"{meeting.id}@")


@pytest.mark.parametrize(
    ("begins", "utc"),
    [
        (wall(2026, 3, 27, 13, 0), "20260327T110000Z"),
        (wall(2026, 3, 29, 2, 59), "20260329T005900Z"),
        (wall(2026, 3, 29, 4, 0), "20260329T010000Z"),
        (wall(2026, 3, 30, 13, 0), "20260330T100000Z"),
        (wall(2026, 10, 24, 13, 0), "20261024T100000Z"),
        (wall(2026, 10, 25, 2, 59), "20261024T235900Z"),
        (wall(2026, 10, 25, 4, 0), "20261025T020000Z"),
        (wall(2026, 10, 26, 13, 0), "20261026T110000Z"),
    ],
)
def test_the_hour_is_right_on_both_sides_of_a_clock_change(
    database: Database, cast: Cast, begins: datetime, utc: str
) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        planned(session, contract, cast, begins=begins, ends=begins + timedelta(hours=8))
        calendar = session.scalars(select(OutgoingMail)).first().calendar  # type: ignore[union-attr]
        assert f"DTSTART:{utc}" in calendar.splitlines()  # type: ignore[union-attr]


def test_an_update_moves_a_meeting_over_a_clock_change_to_the_same_hour(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        before = wall(2026, 10, 23, 9, 0)
        meeting = planned(
            session,
            contract,
            cast,
            begins=before,
            ends=wall(2026, 10, 23, 10, 0),
            invited=[cast.olli],
        )
        move_meeting(
            session,
            meeting=meeting,
            begins=wall(2026, 10, 30, 9, 0),
            ends=wall(2026, 10, 30, 10, 0),
            place="Huone 12",
            invited=[cast.olli],
            by=cast.olli,
            at=AT,
        )
        shown = {one[-1] for one in letters(session)}
        assert shown == {"23.10. 09.00", "30.10. 09.00"}
        assert meeting.begins - before == timedelta(days=7, hours=1)


def test_the_entry_names_the_caller_and_the_guest_and_nobody_else(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        training = training_of(session, cast, contract)
        planned(
            session,
            contract,
            cast,
            training=training,
            place="Rakennus B, 2. krs; huone 12",
            invited=[cast.kaisa, cast.tuula],
        )
        calendar = session.scalars(
            select(OutgoingMail.calendar).where(
                OutgoingMail.address == cast.tuula.email, OutgoingMail.calendar.is_not(None)
            )
        ).one()
        event = Calendar.from_ical(calendar or "").walk("VEVENT")[0]
        assert event["ATTENDEE"] == f"mailto:{cast.tuula.email}"
        assert event["ORGANIZER"] == f"mailto:{cast.olli.email}"
        assert str(event["LOCATION"]) == "Rakennus B, 2. krs; huone 12"
        assert cast.kaisa.email not in str(calendar)
        assert all(len(line.encode()) <= 75 for line in str(calendar).split("\r\n"))


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"begins": AT}, "meeting_not_ahead"),
        ({"ends": BEGINS}, "meeting_ends_wrong"),
        ({"ends": BEGINS + timedelta(hours=24, minutes=1)}, "meeting_ends_wrong"),
    ],
)
def test_a_meeting_is_ahead_and_ends_within_a_day(
    database: Database, cast: Cast, given: dict[str, Any], rule: str
) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        with pytest.raises(RuleBroken, match=rule):
            planned(session, contract, cast, **given)


def test_only_those_who_take_part_are_invited(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        for stranger in (cast.sanna, cast.eva, cast.erik, cast.ada):
            with pytest.raises(RuleBroken, match="wrong_state"):
                planned(session, contract, cast, invited=[stranger])
        planned(session, contract, cast, invited=[cast.kaisa, cast.roope])


@pytest.mark.parametrize("who", ["roope", "sanna", "eva", "paula"])
def test_whoever_may_not_call_a_meeting_changes_none(
    database: Database, cast: Cast, who: str
) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        meeting = planned(session, contract, cast)
        by = getattr(cast, who)
        with pytest.raises(RuleBroken, match="not_permitted"):
            cancel_meeting(session, meeting=meeting, reason="Muusta syystä", by=by, at=AT)
        with pytest.raises(RuleBroken, match="not_permitted"):
            planned(session, contract, cast, by=by)


def test_what_was_planned_is_held_as_it_was_planned_and_once(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        meeting = planned(session, contract, cast)
        how: dict[str, Any] = {
            "contract": contract,
            "present": [cast.tuula, cast.kaisa],
            "planned": meeting,
            "by": cast.olli,
            "at": ENDS,
        }
        with pytest.raises(RuleBroken, match="wrong_state"):
            hold_meeting(session, kind="closing", **how)
        assert hold_meeting(session, kind="interim", **how) is meeting
        there = {one.person_id: one.present for one in meeting.attendances}
        assert there == {cast.olli.id: False, cast.tuula.id: True, cast.kaisa.id: True}
        assert meeting.begins == BEGINS
        with pytest.raises(RuleBroken, match="wrong_state"):
            hold_meeting(session, kind="interim", **how)
        with pytest.raises(RuleBroken, match="wrong_state"):
            cancel_meeting(session, meeting=meeting, reason="Myöhässä", by=cast.olli, at=ENDS)


def test_a_change_of_nothing_is_refused(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        meeting = planned(session, contract, cast)
        with pytest.raises(RuleBroken, match="nothing_changed"):
            move_meeting(
                session,
                meeting=meeting,
                begins=BEGINS,
                ends=ENDS,
                place="Huone 12",
                invited=[cast.tuula, cast.olli],
                by=cast.olli,
                at=AT,
            )
