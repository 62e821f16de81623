"""What other rooms ask of the practices, what the minutes say, and how a case plays it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from portal.cases.acts.meeting import MeetingActs
from portal.cases.format import Act
from portal.cases.report.practices import reported_practices
from portal.cases.stage import Stage
from portal.config import Settings
from portal.database import Database
from portal.documents.clauses import versions
from portal.documents.plain import require_plain
from portal.meetings.documents import minutes
from portal.meetings.queries import open_practices, practices_due
from portal.meetings.rules import LineTerms, PracticeTerms, ReviewTerms
from portal.meetings.usecases import hold_meeting
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.underway import contract_in_force, training_of

AT = datetime(2026, 3, 6, 11, 0, tzinfo=UTC)
LATER = datetime(2026, 5, 6, 10, 0, tzinfo=UTC)
WEEKLY, VISITS = "Läsnäolot kirjataan viikoittain", "Käynnit sovitaan yhdelle päivälle"


def test_what_waits_is_told_of_a_contract_and_of_a_person(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        meeting = hold_meeting(
            session,
            contract=contract,
            kind="start_up",
            present=[cast.olli],
            practices=[
                PracticeTerms(VISITS, cast.kaisa.id, date(2026, 5, 31)),
                PracticeTerms(WEEKLY, cast.tuula.id, date(2026, 4, 30)),
            ],
            by=cast.olli,
            at=AT,
        )
        visits, weekly = meeting.practices
        assert open_practices(session, contract) == [weekly, visits]
        assert practices_due(session, cast.tuula, date(2026, 4, 29)) == []
        due = practices_due(session, cast.tuula, date(2026, 4, 30))
        assert [(one.id, one.contract, one.text) for one in due] == [
            (weekly.id, contract.reference, WEEKLY)
        ]
        assert practices_due(session, cast.olli, date(2026, 12, 31)) == []
        hold_meeting(
            session,
            contract=contract,
            kind="interim",
            present=[],
            reviews=[ReviewTerms(weekly.id, "not_kept", "Ei kirjattu")],
            by=cast.kaisa,
            at=LATER,
        )
        assert open_practices(session, contract) == [visits]
        assert practices_due(session, cast.tuula, date(2026, 12, 31)) == []


def test_the_minutes_do_not_change_with_what_comes_after(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        contract.made_from = {"clauses": versions()}
        first = hold_meeting(
            session,
            contract=contract,
            kind="start_up",
            present=[cast.olli, cast.tuula],
            practices=[
                PracticeTerms(WEEKLY, cast.tuula.id, date(2026, 4, 30)),
                PracticeTerms(VISITS, cast.kaisa.id, date(2026, 5, 31)),
            ],
            lines=[LineTerms("clause-staff", "nothing_to_agree")],
            by=cast.olli,
            at=AT,
        )
        before = minutes(session, first.id, "fi")
        require_plain(before)
        assert [one["name"] for one in before["present"]] == ["Olli Ostaja", "Tuula Kouluttaja"]
        assert {line["outcome"] for line in before["lines"]} == {"nothing_to_agree", "open"}
        training = training_of(session, cast, contract)
        second = hold_meeting(
            session,
            contract=contract,
            kind="interim",
            training=training,
            present=[cast.kaisa],
            reviews=[ReviewTerms(first.practices[0].id, "kept", "Viikoittain")],
            by=cast.kaisa,
            at=LATER,
        )
        session.expire_all()
        after = minutes(session, second.id, "fi")
        require_plain(after)
        assert [(one["text"], one["status"]) for one in after["reviews"]] == [(WEEKLY, "kept")]
        assert [one["text"] for one in after["carried"]] == [VISITS]
        assert after["meeting"]["training"]["n"] == 1
        assert minutes(session, first.id, "fi") == before


def test_a_case_holds_meetings_and_the_report_tells_how_practices_were_kept(
    database: Database, cast: Cast, settings: Settings
) -> None:
    stage = Stage(people={"olli": cast.olli.id, "tuula": cast.tuula.id, "sanna": cast.sanna.id})
    acts = MeetingActs(stage, settings)

    def act(by: str, at: datetime, **takes: Any) -> Act:
        given = {"contract": "k1", "present": ["olli", "tuula"], **takes}
        return Act(1, 1, at, by, "hold_meeting", given, expect_refused=False, rule=None)

    with unit_of_work(database) as session:
        stage.contracts["k1"] = contract_in_force(session, cast, started_up=False).id
        due = date(2026, 4, 30)
        agreed = [
            {"key": "p2", "text": VISITS, "owner": "olli", "due": due},
            {"key": "p1", "text": WEEKLY, "owner": "tuula", "due": due},
        ]
        acts.hold_meeting(session, act("olli", AT, meeting="m1", kind="start_up", practices=agreed))
        assert stage.practice(session, "p1").text == WEEKLY
        assert reported_practices(session, stage) == {"p2": "open", "p1": "open"}
        reviews = [{"practice": "p1", "status": "partly", "note": "Kaksi puuttui"}]
        acts.hold_meeting(
            session, act("tuula", LATER, meeting="m2", kind="interim", reviews=reviews)
        )
        session.expire_all()
        assert reported_practices(session, stage) == {"p2": "open", "p1": "partly"}
        assert stage.meetings.keys() == {"m1", "m2"}
        with pytest.raises(RuleBroken, match="not_permitted"):
            acts.hold_meeting(session, act("sanna", LATER, meeting="m3", kind="closing"))
