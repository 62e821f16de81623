"""The verbs of a scorecard, each with its refusals in their order."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.database import Database
from portal.enrolments.models import Enrolment
from portal.jobs.models import Job, OutgoingMail
from portal.permissions import Kind, Role
from portal.scorecards.models import Scorecard, ScorecardAssessment
from portal.scorecards.rules import Given
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast, organisation, person
from tests.scorecards.cards import (
    ANSWER_BY,
    DRAWN,
    FIRST,
    OVER,
    TWO,
    act,
    assess_both,
    draw_up,
    put_results,
)
from tests.underway import contract_in_force


@pytest.fixture
def card(database: Database, cast: Cast) -> UUID:
    """A drafted scorecard."""
    put_results(database, cast)
    return draw_up(database, cast)


def refused(rule: str, database: Database, *args: Any, **how: Any) -> RuleBroken:
    with pytest.raises(RuleBroken) as broken:
        act(database, *args, **how)
    assert broken.value.rule == rule
    return broken.value


def letters(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        found = session.scalars(select(OutgoingMail).order_by(OutgoingMail.created_at))
        return [(one.letter, one.address) for one in found if one.letter.startswith("scorecard_")]


def test_the_figures_are_of_the_period_and_stay_as_they_were_drawn_up(
    database: Database, cast: Cast, card: UUID
) -> None:
    expected = {
        "open_market_share": [1, 3],
        "education_share": [0, 3],
        "completed_share": [2, 3],
        "interrupted_share": [1, 3],
        "known_at_3_months_share": [0, 3],
        "start_within_limit_share": [2, 2],
        "practices_kept_share": [0, 0],
        "feedback_mean": [0, 0],
        "units_per_completed": [0, 2],
    }
    with unit_of_work(database) as session:
        drawn = session.get_one(Scorecard, card)
        assert {key: drawn.figures[key] for key in expected} == expected
        assert (drawn.answer_by, drawn.n, drawn.state) == (ANSWER_BY, 1, "draft")
        one = session.scalars(select(Enrolment).where(Enrolment.name == "b")).one()
        one.status_at_end = "open_market"
    assess_both(database, cast, card)
    act(database, "settle_scorecard", card, cast.olli, OVER)
    with database.reading() as session:
        assert session.get_one(Scorecard, card).figures["open_market_share"] == [1, 3]
    again = draw_up(database, cast)
    with database.reading() as session:
        later = session.get_one(Scorecard, again)
        assert (later.figures["open_market_share"], later.n) == ([2, 3], 2)


def test_a_form_limits_the_figures_to_its_trainings(
    database: Database, cast: Cast, card: UUID
) -> None:
    limited = draw_up(database, cast, form="cohort")
    with database.reading() as session:
        figures = session.get_one(Scorecard, limited).figures
        assert figures["completed_share"] == [1, 1]
        assert figures["start_within_limit_share"] == [1, 1]
        assert session.get_one(Scorecard, limited).form == "cohort"


def test_an_officer_draws_up_of_those_the_buyer_buys_from(database: Database, cast: Cast) -> None:
    put_results(database, cast)
    for by in (cast.eva, cast.kaisa, cast.roope, cast.paula):
        with pytest.raises(RuleBroken, match="not_permitted"):
            draw_up(database, cast, by=by, last_day=FIRST - timedelta(days=1))
    with pytest.raises(RuleBroken, match="days_disordered") as broken:
        draw_up(database, cast, last_day=FIRST - timedelta(days=1))
    assert broken.value.field == "last_day"


def test_of_whom_nobody_buys_from_there_is_no_data(database: Database, cast: Cast) -> None:
    empty = draw_up(database, cast, provider=cast.shore)
    with database.reading() as session:
        assert set(map(tuple, session.get_one(Scorecard, empty).figures.values())) == {(0, 0)}


def test_each_assesses_from_the_side_they_stand_on(
    database: Database, cast: Cast, card: UUID
) -> None:
    for by in (cast.roope, cast.kaisa, cast.olli):
        act(database, "assess_provider", card, by, points=TWO)
    with database.reading() as session:
        found = session.scalars(select(ScorecardAssessment))
        assert sorted((one.view, one.person.name) for one in found) == [
            ("own", "Roope Rehtori"),
            ("referrers", "Kaisa Koulutusvastaava"),
            ("referrers", "Olli Ostaja"),
        ]


def test_an_assessment_is_refused_in_the_order_of_the_format(
    database: Database, cast: Cast, card: UUID
) -> None:
    wrong = {"needs_mapping": Given(9, " ")}
    with unit_of_work(database) as session:
        session.expire_on_commit = False
        office = organisation(session, "Toinen alue", None, Kind.EMPLOYMENT_OFFICE)
        foreign = person(session, "Ulla Muu", office, Role.COURSE_SPONSOR)
    for by in (cast.sanna, cast.eva, foreign, cast.tuula, cast.tarja):
        refused("not_permitted", database, "assess_provider", card, by, points=wrong)
    found = refused("reason_missing", database, "assess_provider", card, cast.kaisa, points=wrong)
    assert found.field == "reason-needs_mapping"
    wrong = {"needs_mapping": Given(4, "Syy")}
    refused("points_off_scale", database, "assess_provider", card, cast.kaisa, points=wrong)
    wrong = {"service_process": Given(1, "Syy")}
    refused("points_off_scale", database, "assess_provider", card, cast.kaisa, points=wrong)
    wrong = {"needs_mapping": Given(1, "Syy", "javascript:x")}
    refused("evidence_unfit", database, "assess_provider", card, cast.kaisa, points=wrong)
    assess_both(database, cast, card)
    act(database, "settle_scorecard", card, cast.olli, OVER)
    refused("wrong_state", database, "assess_provider", card, cast.kaisa, points=wrong)
    refused("not_permitted", database, "assess_provider", card, cast.sanna, points=wrong)


def test_a_later_assessment_replaces_the_earlier_which_stays(
    database: Database, cast: Cast, card: UUID
) -> None:
    act(database, "assess_provider", card, cast.kaisa, points=TWO)
    other = {"after_guidance": Given(1, "Tarjottu"), "needs_mapping": Given(3, "Korjattu")}
    act(database, "assess_provider", card, cast.kaisa, points=other)
    with database.reading() as session:
        rows = session.scalars(select(ScorecardAssessment)).all()
        assert sorted((row.criterion, row.points) for row in rows if row.replaced_at is None) == [
            ("after_guidance", 1),
            ("needs_mapping", 3),
        ]
        assert [row.points for row in rows if row.replaced_at is not None] == [2]


def test_the_provider_answers_once_while_it_is_a_draft(
    database: Database, cast: Cast, card: UUID
) -> None:
    for by in (cast.sanna, cast.olli, cast.tuula):
        refused("not_permitted", database, "answer_scorecard", card, by, text=" ")
    found = refused("text_missing", database, "answer_scorecard", card, cast.roope, text=" ")
    assert found.field == "text"
    act(database, "answer_scorecard", card, cast.roope, text=" Korjaamme. ")
    refused("wrong_state", database, "answer_scorecard", card, cast.roope, text="Toisin")
    with database.reading() as session:
        assert session.get_one(Scorecard, card).answer == "Korjaamme."


def test_it_does_not_stand_without_both_views_nor_before_the_answer_or_its_time(
    database: Database, cast: Cast, card: UUID
) -> None:
    for by in (cast.roope, cast.kaisa, cast.eva, cast.paula):
        refused("not_permitted", database, "settle_scorecard", card, by, OVER)
    refused("assessments_missing", database, "settle_scorecard", card, cast.olli, OVER)
    act(database, "assess_provider", card, cast.olli, points=TWO)
    refused("assessments_missing", database, "settle_scorecard", card, cast.olli, OVER)
    assess_both(database, cast, card)
    last = OVER - timedelta(days=1)
    refused("answer_time_running", database, "settle_scorecard", card, cast.olli, last)
    act(database, "settle_scorecard", card, cast.olli, OVER)
    refused("wrong_state", database, "settle_scorecard", card, cast.olli, OVER)
    refused("wrong_state", database, "answer_scorecard", card, cast.roope, OVER, text="Myöhässä")


def test_an_answer_lets_it_stand_at_once_and_its_document_is_asked_for(
    database: Database, cast: Cast, card: UUID
) -> None:
    assess_both(database, cast, card)
    act(database, "answer_scorecard", card, cast.roope, text="Korjaamme.")
    act(database, "settle_scorecard", card, cast.olli)
    with database.reading() as session:
        jobs = session.scalars(select(Job).where(Job.once == f"scorecard:{card}:fi")).all()
        assert [job.arguments["owner"] for job in jobs] == [str(cast.river.id)]
        entries = select(AuditEntry.act).where(AuditEntry.chain == str(cast.river.id))
        assert {"draw_up_scorecard", "assess_provider", "answer_scorecard", "settle_scorecard"} <= (
            set(session.scalars(entries))
        )


def test_the_document_is_in_the_language_of_the_latest_contract(
    database: Database, cast: Cast, card: UUID
) -> None:
    with unit_of_work(database) as session:
        later = contract_in_force(session, cast)
        later.language = "sv"
        later.concluded_at += timedelta(days=30)
    assess_both(database, cast, card)
    act(database, "settle_scorecard", card, cast.olli, OVER)
    with database.reading() as session:
        assert session.scalar(select(Job.id).where(Job.once == f"scorecard:{card}:sv"))


def test_letters_go_to_those_who_have_to_know(database: Database, cast: Cast, card: UUID) -> None:
    assert letters(database) == [("scorecard_drawn_up", cast.roope.email)]
    with database.reading() as session:
        facts = session.scalars(
            select(OutgoingMail.facts).where(OutgoingMail.letter == "scorecard_drawn_up")
        ).one()
        assert date.fromisoformat(facts["answer_by"]) == ANSWER_BY
    assess_both(database, cast, card)
    act(database, "answer_scorecard", card, cast.roope, DRAWN + timedelta(hours=1), text="Kyllä.")
    act(database, "settle_scorecard", card, cast.olli, DRAWN + timedelta(hours=2))
    assert letters(database)[1:] == [
        ("scorecard_answered", cast.olli.email),
        ("scorecard_stands", cast.roope.email),
    ]
