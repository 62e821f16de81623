"""Who is where on the way through a training, and what must hold at each step."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.shared.clock import months_later
from portal.shared.errors import RuleBroken

LEAST_STARTED = 5
"""Counts of sensitive groups are kept for so many people who started, and never for fewer."""

MOST_JUDGED = 3
"""Need, urgency and suitability are judged from 0 to this (cases/FORMAT.md, "interview")."""


class Status(StrEnum):
    """Where somebody stands towards working life: one list for the start, the end and after it.

    ``unemployed`` counts the long-term unemployed too, ``outside`` those in education too.
    """

    OPEN_MARKET = "open_market"
    OTHER_WORK = "other_work"
    UNEMPLOYED = "unemployed"
    LONG_TERM_UNEMPLOYED = "long_term_unemployed"
    OUTSIDE = "outside"
    IN_EDUCATION = "in_education"


class Sex(StrEnum):
    """As the person tells it; it need not be told."""

    WOMAN = "woman"
    MAN = "man"
    OTHER = "other"
    UNDISCLOSED = "undisclosed"


class Education(StrEnum):
    """The highest education completed before the training."""

    BASIC = "basic"
    UPPER_SECONDARY = "upper_secondary"
    POST_SECONDARY = "post_secondary"
    HIGHER = "higher"


class LeftTo(StrEnum):
    """What somebody left early for: a result of its own, never an interruption."""

    WORK = "work"
    STUDIES = "studies"


class Outcome(StrEnum):
    """What a selection decides for a person."""

    SELECTED = "selected"
    REJECTED = "rejected"
    INSTEAD = "instead"


class EnrolmentState(StrEnum):
    """Where a person is in one training. Everybody is in exactly one of these."""

    APPLIED = "applied"
    INTERVIEWED = "interviewed"
    SELECTED = "selected"
    REJECTED = "rejected"
    STARTED = "started"
    COMPLETED = "completed"
    LEFT_EARLY = "left_early"
    INTERRUPTED = "interrupted"
    TRANSFERRED = "transferred"


_S = EnrolmentState

TRANSITIONS: dict[str, dict[EnrolmentState, EnrolmentState]] = {
    # Somebody may be interviewed again, by others, until the decision.
    "interview": {_S.APPLIED: _S.INTERVIEWED, _S.INTERVIEWED: _S.INTERVIEWED},
    "select": {_S.INTERVIEWED: _S.SELECTED},
    # Nobody is held to a place before the start: whoever was selected and will not come, or for
    # whom something else is found first, is turned down with a reason and frees the place.
    "reject": {_S.APPLIED: _S.REJECTED, _S.INTERVIEWED: _S.REJECTED, _S.SELECTED: _S.REJECTED},
    "start": {_S.SELECTED: _S.STARTED},
    "complete": {_S.STARTED: _S.COMPLETED},
    "leave_early": {_S.STARTED: _S.LEFT_EARLY},
    "interrupt": {_S.STARTED: _S.INTERRUPTED},
    # What has been in this training stays here; the way goes on in another.
    "transfer": {
        _S.APPLIED: _S.TRANSFERRED,
        _S.INTERVIEWED: _S.TRANSFERRED,
        _S.SELECTED: _S.TRANSFERRED,
        _S.STARTED: _S.TRANSFERRED,
    },
}
"""The one table that moves an enrolment: act → from → to. ``apply`` begins it."""

ENDED = frozenset({_S.COMPLETED, _S.LEFT_EARLY, _S.INTERRUPTED})
"""The training has ended for the person, with a status at the end; a transfer is no end."""

UNDECIDED = frozenset({_S.APPLIED, _S.INTERVIEWED})
HOLDING_A_PLACE = frozenset({_S.SELECTED, _S.STARTED}) | ENDED
NOT_BEGUN = UNDECIDED | {_S.SELECTED, _S.REJECTED}

# The rule that says why, where somebody has not come as far as the act needs.
_NOT_AS_FAR: dict[str, tuple[frozenset[EnrolmentState], str]] = {
    "select": (frozenset({_S.APPLIED}), "selection_incomplete"),
    "start": (UNDECIDED | {_S.REJECTED}, "not_selected"),
    "complete": (NOT_BEGUN, "not_started"),
    "leave_early": (NOT_BEGUN, "not_started"),
    "interrupt": (NOT_BEGUN, "not_started"),
}


def require_state(act: str, states: Iterable[str]) -> None:
    """Refuses by ``wrong_state`` unless the act can move each, or a rule of its own names why not.

    Source: cases/FORMAT.md, "Before all these".
    """
    not_as_far = _NOT_AS_FAR.get(act, (frozenset(), ""))[0]
    for state in states:
        if state not in TRANSITIONS[act] and state not in not_as_far:
            raise RuleBroken("wrong_state")


def moved(state: str, act: str) -> EnrolmentState:
    """The state after an act.

    Raises ``selection_incomplete``, ``not_selected`` or ``not_started`` for somebody who has not
    come as far, ``wrong_state`` where the table has no such move otherwise.
    """
    after = TRANSITIONS[act].get(EnrolmentState(state))
    if after is not None:
        return after
    states, rule = _NOT_AS_FAR.get(act, (frozenset(), ""))
    raise RuleBroken(rule if state in states else "wrong_state")


def require_both_sides(*, interviewed: bool, trainer: bool, sponsor: bool) -> None:
    """Refuses by ``selection_incomplete`` a selection on paper alone, or by one side alone.

    A trainer of the training's provider and a course sponsor of an office of it must be among
    those who interviewed or select the person (1987-2004 and 2183-2189 of the study).
    """
    if not (interviewed and trainer and sponsor):
        raise RuleBroken("selection_incomplete", field="with_")


def require_room(taken: int, more: int, places: int) -> None:
    """Refuses by ``training_full`` more selected than places.

    A place is held by everybody who was selected and not turned down later, also once the person
    has ended: so many places were called off (cases/FORMAT.md, "select").
    """
    if taken + more > places:
        raise RuleBroken("training_full", field="enrolments")


def require_ends_after_start(started_on: date | None, day: date) -> None:
    """Refuses by ``ends_before_start`` an end before the person's first day."""
    if started_on is not None and day < started_on:
        raise RuleBroken("ends_before_start", field="day")


def require_group(started: int, counts: Sequence[int]) -> None:
    """Refuses by ``group_too_small`` a report on fewer than five who started.

    And by ``more_than_started`` a count that is beyond them.
    """
    if started < LEAST_STARTED:
        raise RuleBroken("group_too_small", least=LEAST_STARTED)
    if any(count > started for count in counts):
        raise RuleBroken("more_than_started", started=started)


@dataclass(frozen=True)
class DueFollowUp:
    """A follow-up that waits: so many months after the end, from that day on."""

    months: int
    day: date


def due_follow_ups(
    ended_on: date, recorded: Collection[int], months: Iterable[int], today: date
) -> list[DueFollowUp]:
    """The follow-ups whose day has come and whose status nobody has recorded yet."""
    days = ((count, months_later(ended_on, count)) for count in sorted(months))
    return [
        DueFollowUp(count, day) for count, day in days if day <= today and count not in recorded
    ]


def last_day_ended(months: int, today: date) -> date:
    """The last day of an end whose follow-up after so many months has come by today."""
    day = months_later(today, -months)
    # The last days of a long month all come to the last day of a short one.
    while months_later(day + timedelta(days=1), months) <= today:
        day += timedelta(days=1)
    return day
