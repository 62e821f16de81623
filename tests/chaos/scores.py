"""Many who write the same joint score at once: one is kept, the others are told, none is silent.

python -m tests.chaos.scores --database both --conflicts 10000 --workers 20
"""

from __future__ import annotations

import sys
from collections import Counter
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.audit.record import faults
from portal.config import Settings
from portal.evaluation.models import JointDraft
from portal.evaluation.usecases import save_joint
from portal.installation import Installation
from portal.organisations.models import Person
from portal.permissions import Role
from portal.shared.errors import RuleBroken
from tests.cast import assemble, person
from tests.chaos.command import Asked, Figures, run
from tests.chaos.ground import opened_installation
from tests.chaos.processes import Tell, fork
from tests.evaluation.conftest import Evaluating, points, published

CROWDS = (2, 5, 20)
# How often a crowd meets before it parts.
MEETINGS = 5


def trial(settings: Settings, asked: Asked) -> Figures:
    """In each round a crowd reads the same draft and writes to it; in turn small and large ones."""
    with opened_installation(settings) as installation:
        evaluating, officers = _assessed(installation, max(2, asked.workers))
        conflicts = kept = rounds = 0
        while conflicts < asked.times and asked.goes_on:
            crowd = min(CROWDS[rounds % len(CROWDS)], len(officers))
            told = _round(evaluating, installation, officers[:crowd], asked.seed + rounds)
            # A crowd meets several times; each time exactly one of them is let.
            for meeting in range(MEETINGS):
                here = [one for one in told if one["meeting"] == meeting]
                answers = Counter(one["rule"] for one in here)
                assert answers == {None: 1, "changed_meanwhile": crowd - 1}, answers
                (winner,) = [one for one in here if one["rule"] is None]
            rounds, kept = rounds + 1, kept + MEETINGS
            conflicts += MEETINGS * (crowd - 1)
            with installation.database.reading() as session:
                draft = session.scalars(select(JointDraft)).one()
                assert draft.revision == kept
                assert [one["points"] for one in draft.points.values()] == winner["values"]
        with installation.database.reading() as session:
            assert faults(session) == []
    return {
        "conflicts": conflicts,
        "told": conflicts,
        "silently overwritten": 0,
        "largest crowd": len(officers) if rounds > 2 else crowd,
    }


def _assessed(installation: Installation, crowd: int) -> tuple[Evaluating, list[UUID]]:
    """Offers opened and assessed, and so many officers who may write the joint score."""
    with installation.database.transaction() as session:
        session.expire_on_commit = False
        cast = assemble(session)
        more = [
            person(session, f"Virkailija{n} Ostaja", cast.buyer, Role.PROCUREMENT_OFFICER)
            for n in range(crowd)
        ]
    evaluating = Evaluating(
        installation.database, cast, published(installation.database, cast)
    ).until("assessed")
    evaluating.declare(*more)
    return evaluating, [one.id for one in more]


def _round(
    evaluating: Evaluating, installation: Installation, officers: list[UUID], seed: int
) -> list[dict[str, Any]]:
    installation.close()
    together = get_context("fork").Barrier(len(officers))
    processes = [
        fork(lambda tell, one=one: _write(evaluating, installation, together, one, seed, tell))
        for one in officers
    ]
    return [one for process in processes for one in process.wait()]


def _write(
    evaluating: Evaluating,
    installation: Installation,
    together: Barrier,
    officer: UUID,
    seed: int,
    tell: Tell,
) -> None:
    random = Random(f"{seed} {officer}")
    with installation.database.reading() as session:
        me = session.get_one(Person, officer)
    for meeting in range(MEETINGS):
        with installation.database.reading() as session:
            read = session.scalar(select(JointDraft.revision)) or 0
        values = [random.randrange(4) for _criterion in range(4)]
        together.wait()
        rule = None
        try:
            evaluating.do(
                save_joint,
                me,
                lot="sea",
                provider=evaluating.cast.river,
                points=points(values, f"{me.name} kirjoitti."),
                revision=read,
            )
        except RuleBroken as broken:
            rule = broken.rule
        tell(meeting=meeting, rule=rule, values=values)
        together.wait()


def main() -> int:
    """The long trial."""
    return run(
        "no_lost_score", "scores", trial, times=10_000, minutes=8, name="conflicts", workers=20
    )


if __name__ == "__main__":
    sys.exit(main())
