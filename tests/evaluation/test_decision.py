"""The decision at every outcome: awarded, discontinued, lacking a part, corrected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.database import Database
from portal.documents.render import html_of
from portal.evaluation import usecases
from portal.evaluation.documents import award_decision, bidder_letter
from portal.evaluation.models import (
    Award,
    AwardDecision,
    BidderLetter,
    JointScore,
    SuitabilityJudgement,
)
from portal.procurement.models import Procurement
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.evaluation.conftest import AFTER, RIVER, SHORE, Evaluating
from tests.evaluation.pages.conftest import Browse

WHY = "Määräraha ei riitä."


@pytest.fixture
def after(clock: SettableClock) -> SettableClock:
    """A clock that stands at the opening."""
    clock.at = AFTER
    return clock


def letter(session: Session, offer_id: UUID) -> dict[str, Any]:
    """What the bidder's letter says."""
    found = session.scalars(select(BidderLetter).where(BidderLetter.offer_id == offer_id)).one()
    return bidder_letter(session, found.id, "fi")


def told(session: Session) -> dict[str, Any]:
    """What the only decision says."""
    return award_decision(session, session.scalars(select(AwardDecision.id)).one(), "fi")


def blank_joint_reason(session: Session) -> None:
    score = session.scalars(select(JointScore).where(JointScore.replaced_at.is_(None))).first()
    assert score is not None
    first = next(iter(score.points))
    score.points = {**score.points, first: {**score.points[first], "reason": " "}}


def blank_award_reason(session: Session) -> None:
    session.scalars(select(Award)).one().reason = "  "


def void_award(session: Session) -> None:
    award = session.scalars(select(Award)).one()
    award.voided_at = award.awarded_at


def blank_exclusion(session: Session) -> None:
    judged = session.scalars(
        select(SuitabilityJudgement).where(SuitabilityJudgement.suitable.is_(False))
    ).one()
    judged.reason = ""


def nameless_title(session: Session) -> None:
    session.scalars(select(Procurement)).one().title = {"fi": " "}


@pytest.mark.parametrize(
    ("spoil", "lacks"),
    [
        (blank_joint_reason, "the reason for the points of every criterion (Sea district)"),
        (blank_award_reason, "the reason for the outcome (Sea district)"),
        (void_award, "the outcome of every lot (Sea district)"),
        (blank_exclusion, "the ground and reason of every offer left out (Sea district)"),
        (nameless_title, "what is bought"),
    ],
)
def test_a_decision_that_lacks_a_part_is_refused_with_the_part_named(
    evaluating: Evaluating,
    cast: Cast,
    database: Database,
    spoil: Callable[[Session], None],
    lacks: str,
) -> None:
    evaluating.until("declared")
    evaluating.judge(cast.river)
    evaluating.judge(cast.shore, suitable=False)
    for person in (cast.eeva, cast.erik):
        evaluating.assess(person, cast.river, RIVER)
    evaluating.agree(cast.river, RIVER)
    evaluating.award(cast.river)
    with database.transaction() as session:
        spoil(session)
    refusal = evaluating.refused(evaluating.issue, "decision_incomplete")
    named = refusal.facts["missing"]
    assert isinstance(named, list)
    assert [names["en"] for names in named] == [lacks]


def test_the_excluded_are_told_the_ground_and_who_won(
    evaluating: Evaluating, cast: Cast, database: Database
) -> None:
    evaluating.until("declared")
    evaluating.judge(cast.river)
    evaluating.judge(cast.shore, suitable=False)
    for person in (cast.eeva, cast.erik):
        evaluating.assess(person, cast.river, RIVER)
    evaluating.agree(cast.river, RIVER)
    evaluating.award(cast.river)
    evaluating.issue()
    with database.reading() as session:
        (lot,) = letter(session, evaluating.offer_id(cast.shore))["lots"]
    assert (lot["own"]["left_out"], lot["own"]["reason"]) == (
        "unsuitable",
        "Selvitykset on tarkastettu.",
    )
    assert lot["winner"]["provider"]["name"] == {"fi": "Jokiopisto"}
    assert lot["criteria"] == []


def test_a_lot_discontinued_after_scoring_tells_each_bidder_its_own_points_alone(
    evaluating: Evaluating, cast: Cast, database: Database
) -> None:
    evaluating.until("agreed")
    evaluating.do(usecases.discontinue, cast.olli, lot="sea", reason=WHY)
    evaluating.issue()
    with database.reading() as session:
        decision, own = told(session), letter(session, evaluating.offer_id(cast.shore))
    (lot,) = decision["lots"]
    assert (lot["discontinued"], lot["reason"], lot["winner"]) == (True, WHY, None)
    assert lot["ranking"] == []
    (lot,) = own["lots"]
    assert (lot["own"]["rank"], str(lot["own"]["total"])) == (2, "78.33")
    assert lot["winner"] is None
    assert [row["own_points"] for row in lot["criteria"]] == list(SHORE)
    assert {row["winner_points"] for row in lot["criteria"]} == {None}
    for language in ("fi", "sv", "en"):
        assert WHY in html_of("award_decision", language, decision)
        html = html_of("bidder_letter", language, own)
        assert WHY in html
        assert "Jokiopisto" not in html


def test_a_call_given_up_before_the_opening_is_decided_on_its_page(
    browse: Browse, cast: Cast, database: Database, evaluating: Evaluating, after: SettableClock
) -> None:
    evaluating.until("appointed")
    evaluating.declare(cast.olli, cast.paula)
    evaluating.do(usecases.discontinue, cast.olli, lot="sea", reason=WHY)
    browser = browse(cast.paula)
    url = f"/procurements/{evaluating.call}/decision"
    assert WHY in browser.get(url).text
    browser.get(f"{url}/issue")
    browser.submit("main form[action$='/decision']")
    page = browser.follow()
    assert page.flashes == ["The decision is issued to every bidder."]
    for person in (cast.paula, cast.olli, cast.aino):
        evaluating.declare(person)
        told = browse(person).get(url).text
        assert "Rantaopisto" not in told
        assert "Jokiopisto" not in told
    with database.reading() as session:
        own = letter(session, evaluating.offer_id(cast.shore))
    assert [(lot["own"]["left_out"], lot["discontinued"]) for lot in own["lots"]] == [
        ("not_opened", True)
    ]
    assert "ei avattu" in html_of("bidder_letter", "fi", own)


def test_after_a_correction_bidders_see_no_new_award_before_it_is_decided(
    browse: Browse, cast: Cast, evaluating: Evaluating, after: SettableClock
) -> None:
    evaluating.until("decided")
    evaluating.do(usecases.correct_decision, cast.paula, reason="Pisteet on laskettu väärin.")
    evaluating.award(cast.river, reason="Uusi ratkaisu.")
    url = f"/procurements/{evaluating.call}/decision"
    page = browse(cast.sanna).get(url)
    assert "Decision 1 was made void" in page.text
    assert "Pisteet on laskettu väärin." in page.text
    assert "Uusi ratkaisu." not in page.text
    assert "Uusi ratkaisu." in browse(cast.paula).get(url).text
    evaluating.issue()
    page = browse(cast.sanna).get(url)
    assert "Uusi ratkaisu." in page.text
    assert len(page.all("#standstill tr")) == 3


def test_the_decision_keeps_the_law_and_the_instructions_that_it_gave(
    evaluating: Evaluating, cast: Cast, database: Database
) -> None:
    evaluating.until("decided")
    with database.reading() as session:
        decision = session.scalars(select(AwardDecision)).one()
        legal = told(session)["legal"]
    assert decision.legal == legal
    said = {part for section in legal["appeal"] for part in section["says"]}
    assert {"correction_time", "correction_how", "appeal_time", "appeal_fee"} <= said
    text = " ".join(paragraph for one in legal["appeal"] for paragraph in one["paragraphs"]["fi"])
    assert "Esimerkkilän hankinta" in text
    assert cast.olli.email in text
    assert legal["sha256"]
