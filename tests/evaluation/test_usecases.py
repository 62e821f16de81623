from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.audit.record import faults
from portal.database import Database
from portal.documents.catalogue import preview
from portal.documents.plain import require_plain
from portal.documents.render import render
from portal.evaluation import usecases
from portal.evaluation.access import panel
from portal.evaluation.comparison import compare_lots
from portal.evaluation.documents import DOCUMENTS
from portal.evaluation.models import (
    Assessment,
    Award,
    AwardDecision,
    BidderLetter,
    InterestDeclaration,
    JointScore,
    SuitabilityJudgement,
)
from portal.evaluation.queries.panel_work import panel_work
from portal.evaluation.queries.part import part_of
from portal.evaluation.rules import Points
from portal.jobs.models import Job, OutgoingMail
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Procurement
from portal.shared.errors import RuleBroken
from tests.cast import Cast
from tests.evaluation.conftest import COMBINED, KEYS, OPENS, RIVER, SHORE, Evaluating, points


def judging(evaluating: Evaluating, by: Person | None = None, **how: object) -> Callable[[], None]:
    """Judging Jokiopisto suitable, by default as it should be."""
    told = {"provider": evaluating.cast.river, "suitable": True, "reason": "Kunnossa.", **how}
    return lambda: evaluating.do(
        usecases.judge_suitability,
        by or evaluating.cast.olli,
        **told,  # type: ignore[arg-type]
    )


def assessing(
    evaluating: Evaluating, by: Person | None = None, **how: object
) -> Callable[[], None]:
    """Assessing Jokiopisto, by default as it should be."""
    told = {"lot": "sea", "provider": evaluating.cast.river, "points": points(RIVER), **how}
    return lambda: evaluating.do(
        usecases.assess,
        by or evaluating.cast.eeva,
        **told,  # type: ignore[arg-type]
    )


def agreeing(evaluating: Evaluating, by: Person | None = None, **how: object) -> Callable[[], None]:
    """Agreeing Jokiopisto's joint score, by default as it should be."""
    told = {"lot": "sea", "provider": evaluating.cast.river, "points": points(RIVER), **how}
    return lambda: evaluating.do(
        usecases.agree,
        by or evaluating.cast.olli,
        **told,  # type: ignore[arg-type]
    )


def awarding(evaluating: Evaluating, by: Person | None = None, **how: object) -> Callable[[], None]:
    """Awarding the lot to Jokiopisto, by default as it should be."""
    told = {"lot": "sea", "provider": evaluating.cast.river, "reason": "Paras.", **how}
    return lambda: evaluating.do(
        usecases.award,
        by or evaluating.cast.olli,
        **told,  # type: ignore[arg-type]
    )


def issuing(evaluating: Evaluating, by: Person | None = None) -> Callable[[], object]:
    """Issuing the decision."""
    return lambda: evaluating.issue(by)


def without(values: dict[str, Points], key: str) -> dict[str, Points]:
    return {name: value for name, value in values.items() if name != key}


def test_judging_is_refused_in_the_order_of_the_format(evaluating: Evaluating, cast: Cast) -> None:
    evaluating.until("offered")
    evaluating.refused(judging(evaluating, cast.eva, reason=""), "not_permitted")
    evaluating.refused(judging(evaluating, cast.eeva, reason=""), "not_permitted")
    evaluating.refused(judging(evaluating, reason=""), "not_opened")
    evaluating.open()
    evaluating.refused(judging(evaluating, reason=""), "interests_undeclared")
    evaluating.declare(cast.olli)
    evaluating.refused(judging(evaluating, reason=" "), "reason_missing")
    evaluating.declare(cast.olli, conflicts=[cast.shore])
    evaluating.refused(judging(evaluating, reason=""), "conflict_of_interest")


def test_assessing_is_refused_in_the_order_of_the_format(
    evaluating: Evaluating, cast: Cast
) -> None:
    evaluating.until("offered")
    bad = {KEYS[0]: Points(7, "")}
    evaluating.refused(assessing(evaluating, cast.olli, points=bad), "not_permitted")
    evaluating.refused(assessing(evaluating, points=bad), "not_permitted")
    evaluating.appoint(cast.eeva)
    evaluating.refused(assessing(evaluating, points=bad), "not_opened")
    evaluating.open()
    evaluating.refused(assessing(evaluating, points=bad), "interests_undeclared")
    evaluating.declare(cast.eeva)
    evaluating.refused(assessing(evaluating, points=bad), "points_off_scale")
    evaluating.refused(
        assessing(evaluating, points=without(points(RIVER), KEYS[3])), "reason_missing"
    )
    evaluating.refused(assessing(evaluating, points=points(RIVER, " ")), "reason_missing")
    evaluating.refused(assessing(evaluating, points=None, abstain=" "), "reason_missing")
    assessing(evaluating)()
    evaluating.refused(assessing(evaluating, points=bad), "handed_in")
    evaluating.refused(assessing(evaluating, points=None, abstain="Myöhässä."), "handed_in")
    evaluating.declare(cast.eeva, conflicts=[cast.river])
    evaluating.refused(assessing(evaluating, points=bad), "conflict_of_interest")


def test_agreeing_is_refused_in_the_order_of_the_format(evaluating: Evaluating, cast: Cast) -> None:
    evaluating.until("offered")
    bad = {KEYS[0]: Points(7, "")}
    evaluating.refused(agreeing(evaluating, cast.eeva, points=bad), "not_permitted")
    evaluating.refused(agreeing(evaluating, points=bad), "wrong_state")
    evaluating.open()
    evaluating.refused(agreeing(evaluating, points=bad), "interests_undeclared")
    evaluating.declare(cast.olli)
    evaluating.refused(agreeing(evaluating, points=bad), "assessments_missing")
    evaluating.appoint(cast.eeva, cast.erik)
    evaluating.declare(cast.eeva, cast.erik)
    evaluating.assess(cast.eeva, cast.river, None)
    evaluating.refused(agreeing(evaluating, points=bad), "assessments_missing")
    evaluating.assess(cast.erik, cast.river, RIVER)
    evaluating.refused(agreeing(evaluating, points=bad), "points_off_scale")
    evaluating.refused(agreeing(evaluating, points=points(RIVER, "")), "reason_missing")
    evaluating.declare(cast.olli, conflicts=[cast.shore])
    evaluating.refused(agreeing(evaluating, points=bad), "conflict_of_interest")


def test_a_panel_that_all_abstained_has_assessed_nothing(
    evaluating: Evaluating, cast: Cast
) -> None:
    evaluating.until("judged")
    for person in (cast.eeva, cast.erik):
        evaluating.assess(person, cast.river, None)
    evaluating.refused(agreeing(evaluating), "assessments_missing")


def test_awarding_is_refused_in_the_order_of_the_format(evaluating: Evaluating, cast: Cast) -> None:
    evaluating.until("offered")
    evaluating.refused(awarding(evaluating, cast.paula), "not_permitted")
    evaluating.refused(awarding(evaluating), "wrong_state")
    evaluating.appoint(cast.eeva, cast.erik)
    evaluating.open()
    evaluating.refused(awarding(evaluating), "interests_undeclared")
    evaluating.declare(cast.olli, cast.eeva, cast.erik)
    evaluating.refused(awarding(evaluating), "scores_missing")
    evaluating.judge(cast.river, cast.shore)
    evaluating.assess_all()
    evaluating.agree(cast.river, RIVER)
    evaluating.refused(awarding(evaluating), "scores_missing")
    evaluating.agree(cast.shore, SHORE)
    evaluating.refused(awarding(evaluating, provider=cast.shore), "not_first")
    awarding(evaluating)()
    evaluating.refused(awarding(evaluating), "wrong_state")
    evaluating.refused(agreeing(evaluating), "wrong_state")
    evaluating.refused(judging(evaluating), "wrong_state")
    evaluating.refused(assessing(evaluating), "wrong_state")


def test_issuing_is_refused_in_the_order_of_the_format(evaluating: Evaluating, cast: Cast) -> None:
    evaluating.until("offered")
    evaluating.refused(issuing(evaluating, cast.olli), "not_permitted")
    evaluating.refused(issuing(evaluating), "wrong_state")
    evaluating.appoint(cast.eeva, cast.erik)
    evaluating.open()
    evaluating.refused(issuing(evaluating), "interests_undeclared")
    evaluating.declare(cast.olli, cast.paula, cast.eeva, cast.erik)
    evaluating.refused(issuing(evaluating), "decision_incomplete")
    evaluating.judge(cast.river, cast.shore)
    evaluating.assess_all()
    evaluating.agree_all()
    evaluating.award(cast.river)
    evaluating.issue()
    evaluating.refused(issuing(evaluating), "wrong_state")


def test_declaring_is_for_those_who_handle_offers(evaluating: Evaluating, cast: Cast) -> None:
    for person in (cast.eeva, cast.roope, cast.eva, cast.tarja):
        evaluating.refused(lambda by=person: evaluating.declare(by), "not_permitted")
    evaluating.appoint(cast.eeva)
    evaluating.declare(cast.eeva)


def test_a_conflict_once_declared_stands(
    evaluating: Evaluating, cast: Cast, database: Database
) -> None:
    evaluating.until("opened")
    evaluating.declare(cast.eeva, conflicts=[cast.river])
    evaluating.declare(cast.eeva)
    evaluating.refused(assessing(evaluating), "conflict_of_interest")
    evaluating.declare(cast.erik)
    with database.reading() as session:
        assert len(session.scalars(select(InterestDeclaration)).all()) == 3
        procurement = session.get_one(Procurement, evaluating.call)
        assert list(panel(session, procurement)) == [cast.erik.id]


def test_a_draft_is_its_own_evaluators_alone(
    evaluating: Evaluating, cast: Cast, database: Database
) -> None:
    evaluating.until("judged")
    half = {KEYS[0]: Points(2, ""), KEYS[1]: Points(None, "Kesken.")}
    evaluating.do(usecases.save_assessment, cast.eeva, lot="sea", provider=cast.river, points=half)
    with database.reading() as session:
        for person, seen in ((cast.eeva, 1), (cast.erik, 0), (cast.olli, 0)):
            part = part_of(session, evaluating.call, session.get_one(Person, person.id))
            assert len(panel_work(session, part, part.procurement.lots).assessments) == seen
    evaluating.refused(agreeing(evaluating), "assessments_missing")


def test_a_stale_draft_is_refused(evaluating: Evaluating, cast: Cast, database: Database) -> None:
    evaluating.until("judged")

    def save(revision: int) -> None:
        evaluating.do(
            usecases.save_assessment,
            cast.eeva,
            lot="sea",
            provider=cast.river,
            points=points(RIVER),
            revision=revision,
        )

    save(0)
    evaluating.refused(lambda: save(0), "changed_meanwhile")
    evaluating.refused(assessing(evaluating, revision=0), "changed_meanwhile")
    assessing(evaluating, revision=1)()


def test_the_originals_stay_beside_the_joint_score(
    evaluating: Evaluating, database: Database
) -> None:
    evaluating.until("agreed")
    evaluating.agree(evaluating.cast.river, SHORE)
    with database.reading() as session:
        kept = session.scalars(select(Assessment)).all()
        assert len(kept) == 4
        assert {row.points[KEYS[2]]["points"] for row in kept} == {3, 1}
        versions = session.scalars(select(JointScore).order_by(JointScore.n)).all()
        assert [(row.n, row.replaced_at is None) for row in versions] == [
            (1, True),
            (1, False),
            (2, True),
        ] or [(row.n, row.replaced_at is None) for row in versions] == [
            (1, False),
            (1, True),
            (2, True),
        ]


def test_the_unsuitable_are_neither_ranked_nor_counted_for_the_lowest_price(
    evaluating: Evaluating, cast: Cast, database: Database
) -> None:
    evaluating.until("declared")
    evaluating.judge(cast.river)
    evaluating.judge(cast.shore, suitable=False)
    for person in (cast.eeva, cast.erik):
        evaluating.assess(person, cast.river, RIVER)
    evaluating.agree(cast.river, RIVER)
    with database.reading() as session:
        procurement = session.get_one(Procurement, evaluating.call)
        (lot,) = compare_lots(session, procurement).values()
        assert [row.as_reported()["price_points"] for row in lot.placings] == ["40.00"]
    evaluating.refused(awarding(evaluating, provider=cast.shore), "not_first")
    evaluating.award(cast.river)


def test_the_award_keeps_the_ranking_as_it_stood(
    evaluating: Evaluating, database: Database
) -> None:
    evaluating.until("awarded")
    with database.reading() as session:
        award = session.scalars(select(Award)).one()
        told = [(row["rank"], row["total"]) for row in award.ranking]
        assert told == [(1, "87.87"), (2, "78.33")]
        assert session.scalar(select(Job.id).where(Job.once == f"result_sheet:{award.id}:fi"))


def test_the_decision_starts_the_standstill_and_tells_every_bidder(
    evaluating: Evaluating, database: Database, call: UUID
) -> None:
    evaluating.until("decided")
    with database.reading() as session:
        decision = session.scalars(select(AwardDecision)).one()
        assert (decision.received_on, decision.standstill_days) == (date(2026, 2, 6), 14)
        assert decision.standstill_ends == date(2026, 2, 20)
        assert decision.first_signing_day == date(2026, 2, 21)
        letters = session.scalars(select(BidderLetter)).all()
        assert len(letters) == 2
        mails = session.scalars(
            select(OutgoingMail.letter).where(OutgoingMail.letter == "decision_issued")
        ).all()
        assert len(mails) == 2
        assert session.get_one(Procurement, call).state == "decided"


def test_every_act_and_every_refusal_is_on_the_record(
    evaluating: Evaluating, cast: Cast, database: Database, call: UUID
) -> None:
    evaluating.until("decided")
    with pytest.raises(RuleBroken):
        judging(evaluating)()
    with database.reading() as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.chain == str(call)).order_by(AuditEntry.n)
        ).all()
        acts = [entry.act for entry in entries]
        for act in ("declare_interests", "judge_suitability", "assess", "agree", "award"):
            assert act in acts
        assert (entries[-1].act, entries[-1].outcome) == ("judge_suitability", "denied")
        assert faults(session) == []
        told = " ".join(str(entry.facts) for entry in entries)
        assert "perustelee" not in told
        assert "Paneeli" not in told


@pytest.mark.parametrize("kind", sorted(DOCUMENTS))
def test_a_document_has_what_its_preview_has(
    evaluating: Evaluating, database: Database, kind: str
) -> None:
    evaluating.until("decided")
    with database.reading() as session:
        subjects = {
            "result_sheet": session.scalars(select(Award.id)).one(),
            "award_decision": session.scalars(select(AwardDecision.id)).one(),
            "bidder_letter": session.scalars(
                select(BidderLetter.id).where(
                    BidderLetter.offer_id == evaluating.offer_id(evaluating.cast.shore)
                )
            ).one(),
        }
        context = DOCUMENTS[kind](session, subjects[kind], "fi")
    require_plain(context)
    expected = preview(kind, "fi")
    assert context.keys() == expected.keys()
    for part in ("buyer", "procurement", "decision", "lot"):
        if part in expected:
            assert context[part].keys() == expected[part].keys()
    for part in ("lots", "offers", "criteria"):
        if part in expected:
            assert context[part][0].keys() == expected[part][0].keys()
    assert render(kind, "fi", context).pages >= 1


def test_a_judgement_may_be_changed_until_the_award(
    evaluating: Evaluating, cast: Cast, database: Database
) -> None:
    evaluating.until("declared")
    evaluating.judge(cast.river, suitable=False)
    evaluating.judge(cast.river)
    with database.reading() as session:
        judgements = session.scalars(select(SuitabilityJudgement)).all()
        assert [row.suitable for row in judgements if row.replaced_at is None] == [True]
        assert [row.suitable for row in judgements if row.replaced_at is not None] == [False]


def test_looking_at_offers_is_closed_by_a_conflict(evaluating: Evaluating, cast: Cast) -> None:
    evaluating.until("offered")
    look = usecases.look_at_offers
    evaluating.refused(lambda: evaluating.do(look, cast.olli, OPENS), "sealed")
    evaluating.open()
    assert len(evaluating.do(look, cast.olli)) == 2
    assert len(evaluating.do(look, cast.roope)) == 1
    evaluating.declare(cast.olli, conflicts=[cast.river])
    evaluating.refused(lambda: evaluating.do(look, cast.olli), "conflict_of_interest")


def test_the_deciders_duties_are_kept_apart(
    evaluating: Evaluating, cast: Cast, database: Database
) -> None:
    evaluating.until("awarded")
    with database.transaction() as session:
        procurement = session.get_one(Procurement, evaluating.call)
        procurement.published_by_id = cast.paula.id
    evaluating.refused(issuing(evaluating), "duties_combined")
    assert frozenset() == COMBINED
    with database.reading() as session:
        assert session.get_one(Organisation, cast.buyer.id)
