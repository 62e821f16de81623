"""What waits for each: one page, its links, and no more queries however much there is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from portal.capacity.usecases import call_off
from portal.database import Database
from portal.feedback.usecases import give_feedback
from portal.meetings.models import Attendance, Meeting, Practice
from portal.unit_of_work import unit_of_work
from portal.workdays.models import WorkdayLine, WorkdayRecord
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.page import Browser
from tests.underway import CALLED, contract_in_force, enrolled, training_of

Browse = Callable[..., Browser]
NOW = datetime(2026, 5, 4, 7, 0, tzinfo=UTC)
OPTION = {
    "key": "more",
    "kind": "additional_capacity",
    "amount": Decimal(100),
    "times": 1,
    "notice_by": date(2026, 5, 20),
}


def put_everything(session: Session, cast: Cast) -> None:
    """One of each kind on a contract of its own, but for rankings and unsigned contracts."""
    contract = contract_in_force(session, cast, options=[OPTION])
    training = training_of(session, cast, contract, workdays="100")
    call_off(
        session,
        contract=contract,
        office=cast.office,
        form="unit_toppis",
        field="kiinteistöpalvelut",
        workdays=Decimal(10),
        places=1,
        by=cast.kaisa,
        at=CALLED,
    )
    enrolled(session, training, "A", state="applied")
    going = enrolled(session, training, "B")
    gone = enrolled(
        session,
        training,
        "C",
        state="completed",
        ended_on=date(2026, 1, 30),
        status_at_end="unemployed",
    )
    for period, state in (("2026-02", "disputed"), ("2026-03", "recorded")):
        session.add(
            WorkdayRecord(
                training_id=training.id,
                period=period,
                n=1,
                state=state,
                recorded_by_id=cast.tuula.id,
                recorded_at=CALLED,
                lines=[WorkdayLine(enrolment_id=going.id, days=Decimal(2))],
            )
        )
    meeting = Meeting(
        contract_id=contract.id,
        kind="interim",
        state="planned",
        begins=NOW + timedelta(days=2),
        called_by_id=cast.olli.id,
        attendances=[Attendance(person_id=cast.tuula.id), Attendance(person_id=cast.kaisa.id)],
    )
    session.add(meeting)
    session.flush()
    session.add(
        Practice(
            contract_id=contract.id,
            meeting_id=meeting.id,
            text="Läsnäolot kirjataan viikoittain",
            owner_id=cast.kaisa.id,
            due=date(2026, 4, 30),
            agreed_at=CALLED,
        )
    )
    give_feedback(
        session,
        training=training,
        points=4,
        proposal="Enemmän käyntejä",
        enrolment=gone,
        by=None,
        at=NOW,
    )


WAITS = {
    "kaisa": {
        "The provider has not answered the call-off in time",
        "Interview who has applied",
        "Accept or dispute the workdays",
        "Follow up how the people are doing",
        "Do what was agreed",
        "Take part in the meeting",
    },
    "tuula": {
        "Confirm or decline the call-off",
        "Correct the disputed record of workdays",
        "Record the workdays",
        "Take part in the meeting",
        "Answer the proposal",
    },
    "olli": {"Decide on the option"},
    "sanna": set(),
    "eva": set(),
    "ada": set(),
}


@pytest.mark.parametrize("who", WAITS)
def test_each_sees_what_waits_for_them_and_the_way_there(
    browse: Browse, cast: Cast, database: Database, clock: SettableClock, who: str
) -> None:
    clock.at = NOW
    with unit_of_work(database) as session:
        put_everything(session, cast)
    browser = browse(getattr(cast, who))
    page = browser.get("/waiting")
    links = page.all("main tbody a")
    assert {link.find(string=True).strip() for link in links} == WAITS[who]
    assert "Läsnäolot" not in page.text
    for address in {str(link["href"]) for link in links}:
        browser.get(address)


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_page_is_whole_in_every_language(
    browse: Browse, cast: Cast, database: Database, clock: SettableClock, language: str
) -> None:
    clock.at = NOW
    browse(cast.ada, language).get("/waiting")
    with unit_of_work(database) as session:
        put_everything(session, cast)
    for person in (cast.kaisa, cast.tuula, cast.olli):
        browse(person, language).get("/waiting")


def test_it_takes_as_many_queries_for_much_as_for_little(
    browse: Browse, cast: Cast, database: Database, clock: SettableClock
) -> None:
    clock.at = NOW
    counts: dict[str, set[int]] = {"kaisa": set(), "tuula": set(), "olli": set()}
    for _round in range(2):
        with unit_of_work(database) as session:
            put_everything(session, cast)
            put_everything(session, cast)
        for who, seen in counts.items():
            browser = browse(getattr(cast, who))
            browser.get("/waiting")
            seen.add(browser.queries)
    assert all(len(seen) == 1 for seen in counts.values()), counts
