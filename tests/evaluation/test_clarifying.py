"""Clarifications: in writing, the same of all that are asked, each in its own time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from portal.database import Database
from portal.evaluation import usecases
from portal.evaluation.models import Clarification
from portal.evaluation.queries.clarified import proposed_due
from portal.evaluation.rules import ClarificationKind
from portal.jobs.models import OutgoingMail
from portal.offers.models import OfferVersion, OpenedContent
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Procurement
from tests.cast import Cast
from tests.evaluation.conftest import Evaluating
from tests.offers.conftest import AFTER

DUE = AFTER + timedelta(days=5)


def ask(
    evaluating: Evaluating, *providers: Organisation, by: Person | None = None, **how: object
) -> list[Clarification]:
    told = {"text": "Kuinka monta ryhmää aloittaa?", "due": DUE, **how}
    asked: list[Clarification] = evaluating.do(
        usecases.ask_clarification,
        by or evaluating.cast.olli,
        providers=list(providers),
        **told,  # type: ignore[arg-type]
    )
    return asked


def answer(
    evaluating: Evaluating,
    clarification: Clarification,
    by: Person,
    text: str = "Kaksi ryhmää.",
    at: datetime = AFTER,
) -> None:
    def act(session: object, **how: object) -> None:
        mine = session.get_one(Clarification, clarification.id)  # type: ignore[attr-defined]
        usecases.answer_clarification(session, clarification=mine, text=text, **how)  # type: ignore[arg-type]

    evaluating.do(act, by, at)


def test_the_same_question_goes_to_each_bidder_and_each_answers_for_itself(
    evaluating: Evaluating, cast: Cast, database: Database
) -> None:
    evaluating.until("declared")
    to_river, to_shore = ask(evaluating, cast.river, cast.shore)
    answer(evaluating, to_river, cast.roope)
    with database.reading() as session:
        river = session.get_one(Clarification, to_river.id)
        shore = session.get_one(Clarification, to_shore.id)
        assert (river.state, river.answer, river.answered_by_id) == (
            "answered",
            "Kaksi ryhmää.",
            cast.roope.id,
        )
        assert (shore.state, shore.answer) == ("asked", None)
        told = [(mail.letter, mail.recipient_id) for mail in session.scalars(select(OutgoingMail))]
    assert ("clarification_asked", cast.roope.id) in told
    assert ("clarification_asked", cast.sanna.id) in told
    assert ("clarification_answered", cast.olli.id) in told


def test_an_answer_never_changes_the_offer(
    evaluating: Evaluating, cast: Cast, database: Database
) -> None:
    evaluating.until("declared")
    (asked,) = ask(evaluating, cast.river)

    def kept() -> list[object]:
        with database.reading() as session:
            return [
                (content.offer_id, content.content)
                for content in session.scalars(select(OpenedContent))
            ] + [version.sha256 for version in session.scalars(select(OfferVersion))]

    before = kept()
    answer(evaluating, asked, cast.roope, "Hinta onkin 1 euro.")
    assert kept() == before


def test_an_answer_is_given_once_in_time_and_by_the_bidder_alone(
    evaluating: Evaluating, cast: Cast
) -> None:
    evaluating.until("declared")
    first, _ = ask(evaluating, cast.river, cast.shore)
    late = DUE + timedelta(seconds=1)
    evaluating.refused(lambda: answer(evaluating, first, cast.sanna), "not_permitted")
    evaluating.refused(lambda: answer(evaluating, first, cast.olli), "not_permitted")
    evaluating.refused(lambda: answer(evaluating, first, cast.roope, " "), "text_missing")
    evaluating.refused(lambda: answer(evaluating, first, cast.roope, at=late), "answer_time_passed")
    answer(evaluating, first, cast.roope, at=DUE)
    evaluating.refused(lambda: answer(evaluating, first, cast.roope, "Toinen"), "wrong_state")


def test_asking_is_refused_by_the_rules_in_their_order(evaluating: Evaluating, cast: Cast) -> None:
    evaluating.until("appointed")
    evaluating.refused(lambda: ask(evaluating, cast.river), "not_opened")
    evaluating.open()
    evaluating.refused(lambda: ask(evaluating, cast.river, by=cast.eeva), "not_permitted")
    evaluating.refused(lambda: ask(evaluating), "wrong_state")
    evaluating.refused(lambda: ask(evaluating, cast.river), "interests_undeclared")
    evaluating.declare(cast.olli)
    evaluating.refused(lambda: ask(evaluating, cast.river, text=" "), "text_missing")
    evaluating.refused(lambda: ask(evaluating, cast.river, due=AFTER), "due_not_ahead")
    evaluating.refused(lambda: ask(evaluating, cast.buyer), "wrong_state")
    # A price is asked about lot by lot.
    evaluating.refused(
        lambda: ask(evaluating, cast.river, kind=ClarificationKind.LOW_PRICE), "wrong_state"
    )
    evaluating.declare(cast.olli, conflicts=[cast.river])
    evaluating.refused(lambda: ask(evaluating, cast.river), "conflict_of_interest")


def test_nothing_is_asked_or_answered_once_the_decision_is_issued(
    evaluating: Evaluating, cast: Cast, database: Database
) -> None:
    evaluating.until("agreed")
    (asked,) = ask(evaluating, cast.river)
    evaluating.award(cast.river)
    evaluating.refused(lambda: ask(evaluating, cast.river, lot="sea"), "wrong_state")
    evaluating.issue()
    evaluating.refused(lambda: ask(evaluating, cast.river), "wrong_state")
    evaluating.refused(lambda: answer(evaluating, asked, cast.roope), "wrong_state")
    with database.reading() as session:
        assert session.get_one(Procurement, evaluating.call).state == "decided"


def test_the_proposed_moment_is_the_end_of_office_hours_on_a_working_day() -> None:
    # Five days from Monday 8 June 2026 is a Saturday; five from Tuesday 1 December is Sunday the
    # 6th, Independence Day.
    monday = datetime(2026, 6, 8, 6, 0, tzinfo=UTC)
    assert proposed_due(monday, 5) == datetime(2026, 6, 15, 13, 15, tzinfo=UTC)
    tuesday = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
    assert proposed_due(tuesday, 5) == datetime(2026, 12, 7, 14, 15, tzinfo=UTC)
