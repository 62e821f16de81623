"""One function for each indicator: which records are its rows, and what each row adds.

Shares of results are of those who started and whose end is in the period, whichever way it ended:
so interrupting the weakest helps nobody (cases/FORMAT.md, the report).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from portal.capacity.rules import CallOffState
from portal.enrolments.rules import EnrolmentState, Status
from portal.feedback.rules import Giver
from portal.indicators.rules.figures import Row
from portal.indicators.rules.records import Participation, Period, Records
from portal.meetings.rules import PracticeStatus
from portal.shared.clock import months_later

WITH_RESULT = frozenset({EnrolmentState.COMPLETED, EnrolmentState.LEFT_EARLY})
"""Leaving early for work or studies counts as completed, and is never an interruption."""
ENDED = WITH_RESULT | {EnrolmentState.INTERRUPTED}

Measure = Callable[[Records, Period], Iterator[Row]]


def ended_in(records: Records, period: Period) -> Iterator[Participation]:
    """Those who started and whose end is in the period; a transfer is no end.

    Over the whole time everybody counts who has ended, whether the day is known or not.
    """
    for one in records.participations:
        in_it = period.is_whole or period.holds(one.ended_on)
        if one.started_on is not None and one.state in ENDED and in_it:
            yield one


def _of_those_ended(counts: Callable[[Participation], bool]) -> Measure:
    def rows(records: Records, period: Period) -> Iterator[Row]:
        for one in ended_in(records, period):
            yield Row("participation", one.id, one.contract_id, int(counts(one)))

    return rows


def _known_after(months: int) -> Measure:
    """Whose status so many months after the end is known, of those whose months are over."""
    return _months_after(months, lambda status: status is not None)


def _months_after(months: int, counts: Callable[[str | None], bool]) -> Measure:
    """Of those whose months are over by the period's last day, known or not.

    Counted of all and not of those reached, so that not asking the weakest helps nobody.
    """

    def rows(records: Records, period: Period) -> Iterator[Row]:
        for one in ended_in(records, period):
            if one.ended_on is None:
                continue
            if period.last is None or months_later(one.ended_on, months) <= period.last:
                above = int(counts(one.followed.get(months)))
                yield Row("participation", one.id, one.contract_id, above)

    return rows


def _start_within_limit(records: Records, period: Period) -> Iterator[Row]:
    """Of call-offs called in the period and confirmed or declined; a declined one is not within."""
    for one in records.call_offs:
        settled = one.state in (CallOffState.CONFIRMED, CallOffState.DECLINED)
        if settled and period.holds(one.called_on):
            within = (
                one.state == CallOffState.CONFIRMED
                and one.starts is not None
                and one.starts <= one.start_by
            )
            yield Row("call_off", one.id, one.contract_id, int(within))


def _days_to_start(records: Records, period: Period) -> Iterator[Row]:
    """Of call-offs called in the period and confirmed: calendar days to the confirmed start."""
    for one in records.call_offs:
        confirmed = one.state == CallOffState.CONFIRMED and one.starts is not None
        if confirmed and period.holds(one.called_on):
            assert one.starts is not None
            yield Row("call_off", one.id, one.contract_id, (one.starts - one.called_on).days)


def _practices_kept(records: Records, period: Period) -> Iterator[Row]:
    """Of practices whose latest review is in the period; partly kept is not kept."""
    for one in records.practices:
        if period.holds(one.reviewed_on):
            yield Row("practice", one.id, one.contract_id, int(one.status == PracticeStatus.KEPT))


def _answers_of(giver: Giver, *, points: bool) -> Measure:
    """The answers of one kind of giver: their points from 1 to 5, or only how many there are."""

    def rows(records: Records, period: Period) -> Iterator[Row]:
        for one in records.answers:
            if one.giver == giver and period.holds(one.given_on):
                yield Row("answer", one.id, one.contract_id, one.points if points else 1)

    return rows


def _proposals_answered(records: Records, period: Period) -> Iterator[Row]:
    """Of proposals made in the period, those with an answer by now."""
    for one in records.proposals:
        if period.holds(one.made_on):
            yield Row("proposal", one.id, one.contract_id, int(one.answered_on is not None))


def _visits_per_participant(records: Records, period: Period) -> Iterator[Row]:
    """Visits made in the period above, below those who were in a training during it."""
    for one in records.participations:
        if in_training_in(one, period):
            yield Row("participation", one.id, one.contract_id, 0)
    for visit in records.visits:
        if period.holds(visit.made_on):
            yield Row("visit", visit.id, visit.contract_id, 1, 0)


def in_training_in(one: Participation, period: Period) -> bool:
    """Whether somebody was in the training on some day of the period.

    Whoever was transferred is looked for in the training where the way goes on.
    """
    if one.started_on is None or one.state == EnrolmentState.TRANSFERRED:
        return False
    if period.last is not None and one.started_on > period.last:
        return False
    return period.first is None or one.ended_on is None or one.ended_on >= period.first


def _guidance(state: str) -> Measure:
    """Of those who ended and whose contract has after-guidance."""

    def rows(records: Records, period: Period) -> Iterator[Row]:
        for one in ended_in(records, period):
            if one.guided is not None:
                yield Row("participation", one.id, one.contract_id, int(state in one.guided))

    return rows


def started_in(records: Records, period: Period) -> Iterator[Participation]:
    """Those who started in the period and did not go on in another training."""
    for one in records.participations:
        if one.state != EnrolmentState.TRANSFERRED and period.holds(one.started_on):
            yield one


def _target_group_reached(records: Records, period: Period) -> Iterator[Row]:
    """Of those who started in the period, where the lot says who is of its target group."""
    for one in started_in(records, period):
        if one.in_target is not None:
            yield Row("participation", one.id, one.contract_id, int(one.in_target))


def _completed_of(count: Callable[[Participation], int]) -> Measure:
    """What was completed by those who ended, added up."""

    def rows(records: Records, period: Period) -> Iterator[Row]:
        for one in ended_in(records, period):
            yield Row("participation", one.id, one.contract_id, count(one))

    return rows


def _units_per_completed(records: Records, period: Period) -> Iterator[Row]:
    """Units of qualifications, by those who completed or left early for work or studies."""
    for one in ended_in(records, period):
        if one.state in WITH_RESULT:
            yield Row("participation", one.id, one.contract_id, one.units)


MEASURES: dict[str, Measure] = {
    "open_market_share": _of_those_ended(lambda one: one.status_at_end == Status.OPEN_MARKET),
    "education_share": _of_those_ended(lambda one: one.status_at_end == Status.IN_EDUCATION),
    "completed_share": _of_those_ended(lambda one: one.state in WITH_RESULT),
    "left_early_share": _of_those_ended(lambda one: one.state == EnrolmentState.LEFT_EARLY),
    "interrupted_share": _of_those_ended(lambda one: one.state == EnrolmentState.INTERRUPTED),
    "open_market_at_3_months_share": _months_after(3, lambda it: it == Status.OPEN_MARKET),
    "known_at_3_months_share": _known_after(3),
    "known_at_6_months_share": _known_after(6),
    "known_at_12_months_share": _known_after(12),
    "units_completed": _completed_of(lambda one: one.units),
    "qualifications": _completed_of(lambda one: one.qualifications),
    "units_per_completed": _units_per_completed,
    "target_group_reached_share": _target_group_reached,
    "start_within_limit_share": _start_within_limit,
    "days_to_start": _days_to_start,
    "practices_kept_share": _practices_kept,
    "feedback_mean": _answers_of(Giver.PARTICIPANT, points=True),
    "feedback_answers": _answers_of(Giver.PARTICIPANT, points=False),
    "employer_feedback_mean": _answers_of(Giver.EMPLOYER, points=True),
    "employer_answers": _answers_of(Giver.EMPLOYER, points=False),
    "proposals_answered_share": _proposals_answered,
    "visits_per_participant": _visits_per_participant,
    "after_guidance_offered_share": _guidance("offered"),
    "after_guidance_accepted_share": _guidance("accepted"),
    "after_guidance_used_share": _guidance("used"),
}
"""The one table of indicators: key → the rows behind it. Each has its definition as data."""

MONTHS_AFTER = {
    "open_market_at_3_months_share": 3,
    "known_at_3_months_share": 3,
    "known_at_6_months_share": 6,
    "known_at_12_months_share": 12,
}
"""Indicators that are known only so many months after the end."""

OF_CASE_FILES = (
    "open_market_share",
    "education_share",
    "completed_share",
    "interrupted_share",
    "known_at_3_months_share",
    "start_within_limit_share",
    "practices_kept_share",
    "feedback_mean",
    "units_per_completed",
)
"""The indicators that the report of a case file prints (cases/FORMAT.md)."""


def rows_of(key: str, records: Records, period: Period) -> list[Row]:
    """The rows behind an indicator. Raises KeyError for a key that no function computes."""
    return list(MEASURES[key](records, period))
