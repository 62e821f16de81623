"""Plays a case act by act: each in a transaction of its own, its jobs done at once after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import event, select
from sqlalchemy.orm import ORMExecuteState, lazyload

from portal.audit.record import take_turn
from portal.capacity.models import Training
from portal.cases.acts import IN_THOUSANDS, Acts
from portal.cases.format import Act, Case
from portal.cases.stage import Stage, publisher_of, set_stage
from portal.installation import Installation
from portal.jobs.queue import do_all
from portal.reports.programme.usecases import make_indicator_report
from portal.shared.errors import NotFound, RuleBroken
from portal.unit_of_work import unit_of_work

_ALONE = lazyload("*")
AS_TOLD, OTHERWISE = 0, 1
"""How a play ends: as the file says, or by an act that ended otherwise."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one act."""

    act: Act
    rule: str | None
    shown: list[str] | None

    @property
    def as_told(self) -> bool:
        """Done as the file says, or refused by the rule that it expects."""
        if not self.act.expect_refused:
            return self.rule is None
        return self.rule is not None and self.act.rule in (None, self.rule)


@dataclass
class Play:
    """A case as far as it was played."""

    case: Case
    stage: Stage
    outcomes: list[Outcome] = field(default_factory=list)
    ending: int = AS_TOLD
    halted_by: Act | None = None


def play_case(
    installation: Installation,
    case: Case,
    *,
    password_hash: str | None = None,
    phrase: str | None = None,
    progress: Callable[[str], None] = lambda line: None,
) -> Play:
    """Act the case out; ``phrase`` closes the keys of its openers.

    It stops after an act that ends otherwise than told. Raises RuleBroken when the draft of the
    call cannot be entered.
    """
    beginning = case.timeline[0].at if case.timeline else case.procurement.questions_due
    with unit_of_work(installation.database) as session:
        stage = set_stage(session, case, beginning, password_hash, phrase)
    play = Play(case, stage)
    acts = Acts(stage, installation.settings)
    for act in case.timeline:
        outcome = _play_act(installation, acts, act)
        play.outcomes.append(outcome)
        progress(f"{act.n:4} {act.do} by {act.by}: {outcome.rule or 'done'}")
        do_all(installation.database, installation.tasks, act.at)
        if not outcome.as_told:
            play.ending, play.halted_by = OTHERWISE, act
            break
    _report_indicators(installation, play)
    return play


def _report_indicators(installation: Installation, play: Play) -> None:
    """Once somebody has started, a play ends with the report of its indicators as a document."""
    trainings = list(play.stage.trainings.values())
    begun = select(Training.id).where(Training.id.in_(trainings), Training.started_at.is_not(None))
    with installation.database.reading() as session:
        if session.scalar(begun.limit(1)) is None:
            return
    at = play.outcomes[-1].act.at
    with unit_of_work(installation.database) as session:
        make_indicator_report(
            session,
            procurement=play.stage.procurement(session),
            by=play.stage.person(session, publisher_of(play.case)),
            at=at,
        )
    do_all(installation.database, installation.tasks, at)


def _rows_alone(state: ORMExecuteState) -> None:
    """Read rows without all that hangs on them: an act asks for the little that it looks at.

    What a page shows of a row comes along with it. Thousands of acts, each of which would read a
    person with training, contract, office and every interview, spent their time on that.
    """
    if state.is_select:
        state.statement = state.statement.options(_ALONE)


def _play_act(installation: Installation, acts: Acts, act: Act) -> Outcome:
    try:
        with unit_of_work(installation.database) as session:
            if act.do in IN_THOUSANDS:
                event.listen(session, "do_orm_execute", _rows_alone)
                take_turn(session, acts.chain)
            return Outcome(act, None, acts.play(session, act))
    except RuleBroken as broken:
        return Outcome(act, broken.rule, None)
    except NotFound:
        return Outcome(act, "not_permitted", None)
