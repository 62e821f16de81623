"""The joint score: drafts, versions, and two officers who write at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from random import Random

import pytest
from sqlalchemy import select

from portal.database import Database
from portal.evaluation import usecases
from portal.evaluation.models import Assessment, JointDraft, JointScore
from portal.organisations.models import Person
from portal.shared.errors import RuleBroken
from tests.cast import Cast
from tests.evaluation.conftest import KEYS, RIVER, SHORE, Evaluating, points


def joint(
    evaluating: Evaluating,
    values: tuple[int, ...],
    *,
    draft: bool = False,
    revision: int | None = None,
) -> None:
    evaluating.do(
        usecases.save_joint if draft else usecases.agree,
        evaluating.cast.olli,
        lot="sea",
        provider=evaluating.cast.river,
        points=points(values, "Paneeli keskusteli."),
        revision=revision,
    )


def versions(database: Database) -> list[tuple[int, list[int], bool]]:
    with database.reading() as session:
        rows = session.scalars(select(JointScore).order_by(JointScore.n))
        return [
            (row.n, [row.points[key]["points"] for key in KEYS], row.replaced_at is None)
            for row in rows
        ]


def test_a_draft_agrees_nothing(evaluating: Evaluating, cast: Cast, database: Database) -> None:
    evaluating.until("assessed")
    joint(evaluating, RIVER, draft=True)
    assert versions(database) == []
    evaluating.refused(lambda: evaluating.award(cast.river), "scores_missing")
    with database.reading() as session:
        draft = session.scalars(select(JointDraft)).one()
        assert draft.points[KEYS[0]]["points"] == RIVER[0]


def test_every_version_of_a_joint_score_is_kept(evaluating: Evaluating, database: Database) -> None:
    evaluating.until("assessed")
    joint(evaluating, SHORE)
    joint(evaluating, RIVER)
    assert versions(database) == [(1, list(SHORE), False), (2, list(RIVER), True)]


def test_the_second_of_two_officers_is_told(evaluating: Evaluating, database: Database) -> None:
    evaluating.until("assessed")
    joint(evaluating, RIVER, draft=True, revision=0)
    evaluating.refused(lambda: joint(evaluating, SHORE, revision=0), "changed_meanwhile")
    evaluating.refused(
        lambda: joint(evaluating, SHORE, draft=True, revision=0), "changed_meanwhile"
    )
    joint(evaluating, SHORE, revision=1)
    # An agreement counts as a change too.
    evaluating.refused(
        lambda: joint(evaluating, RIVER, draft=True, revision=1), "changed_meanwhile"
    )
    assert versions(database) == [(1, list(SHORE), True)]


def test_the_draft_is_refused_as_the_agreement_is(evaluating: Evaluating, cast: Cast) -> None:
    evaluating.until("judged")
    evaluating.refused(lambda: joint(evaluating, RIVER, draft=True), "assessments_missing")
    evaluating.assess_all()
    off = {KEYS[0]: points((4, 0, 0, 0))[KEYS[0]]}
    evaluating.refused(
        lambda: evaluating.do(
            usecases.save_joint, cast.olli, lot="sea", provider=cast.river, points=off
        ),
        "points_off_scale",
    )
    evaluating.agree_all()
    evaluating.award(cast.river)
    evaluating.refused(lambda: joint(evaluating, RIVER, draft=True), "wrong_state")


def test_a_late_conflict_leaves_the_original_and_takes_it_out_of_the_count(
    evaluating: Evaluating, cast: Cast, database: Database
) -> None:
    evaluating.until("judged")
    evaluating.assess(cast.eeva, cast.river, RIVER)
    evaluating.assess(cast.erik, cast.river, SHORE)
    evaluating.declare(cast.erik, conflicts=[cast.shore])
    evaluating.agree(cast.river, RIVER)
    with database.reading() as session:
        kept = {row.evaluator_id: row for row in session.scalars(select(Assessment))}
    assert kept[cast.erik.id].state == "handed_in"
    assert kept[cast.erik.id].points[KEYS[0]]["points"] == SHORE[0]


@pytest.mark.parametrize("seed", range(6))
def test_no_score_changes_after_hand_in_without_a_new_version(
    evaluating: Evaluating, cast: Cast, database: Database, seed: int
) -> None:
    """Whatever is tried in whatever order, what was handed in or agreed reads as it did."""
    evaluating.until("judged")
    chance = Random(seed)  # for variety, not for secrecy
    kept: dict[object, object] = {}
    for _ in range(14):
        by = chance.choice([cast.eeva, cast.erik])
        given = points([chance.randrange(4) for _ in KEYS], f"{by.name} perustelee.")
        place = {"lot": "sea", "provider": cast.river}
        told: list[tuple[Callable[..., None], Person, dict[str, object]]] = [
            (usecases.assess, by, {"points": given}),
            (usecases.assess, by, {"points": None, "abstain": "Tunnen hankkeen."}),
            (usecases.save_assessment, by, {"points": given}),
            (usecases.agree, cast.olli, {"points": given}),
            (usecases.save_joint, cast.olli, {"points": given}),
        ]
        act, actor, how = chance.choice(told)
        with suppress(RuleBroken):
            evaluating.do(act, actor, **place, **how)
        with database.reading() as session:
            for row in session.scalars(select(Assessment).where(Assessment.state != "draft")):
                handed = (row.state, row.points, row.abstained_because, row.handed_in_at)
                assert kept.setdefault(row.id, handed) == handed
            scores = session.scalars(select(JointScore).order_by(JointScore.n)).all()
            for score in scores:
                agreed = (score.n, score.points, score.agreed_by_id, score.agreed_at)
                assert kept.setdefault(score.id, agreed) == agreed
            assert [score.n for score in scores] == list(range(1, len(scores) + 1))
            assert [score.n for score in scores if score.replaced_at is None] == [
                score.n for score in scores[-1:]
            ]
