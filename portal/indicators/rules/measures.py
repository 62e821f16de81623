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
    """Those who started and whose end is in the period; a transfer is no end."""
    for one in records.participations:
        if one.started_on is not None and one.state in ENDED and period.holds(one.ended_on):
            yield one


def _of_those_ended(counts: Callable[[Participation], bool]) -> Measure:
    def rows(records: Records, period: Period) -> Iterator[Row]:
        for one in ended_in(records, period):
            yield Row("participation", one.id, one.contract_id, int(counts(one)))

    return rows


def _known_after(months: int) -> Measure:
    """Whose status so many months after the end is known, of those whose months are over."""

    def rows(records: Records, period: Period) -> Iterator[Row]:
        for one in ended_in(records, period):
            assert one.ended_on is not None
            if period.last is None or months_later(one.ended_on, months) <= period.last:
                yield Row("participation", one.id, one.contract_id, int(months in one.followed))

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


def _practices_kept(records: Records, period: Period) -> Iterator[Row]:
    """Of practices whose latest review is in the period; partly kept is not kept."""
    for one in records.practices:
        if period.holds(one.reviewed_on):
            yield Row("practice", one.id, one.contract_id, int(one.status == PracticeStatus.KEPT))


def _feedback_mean(records: Records, period: Period) -> Iterator[Row]:
    """The participants' own points, from 1 to 5."""
    for one in records.answers:
        if one.giver == Giver.PARTICIPANT and period.holds(one.given_on):
            yield Row("answer", one.id, one.contract_id, one.points)


def _units_per_completed(records: Records, period: Period) -> Iterator[Row]:
    """Units of qualifications, by those who completed or left early for work or studies."""
    for one in ended_in(records, period):
        if one.state in WITH_RESULT:
            yield Row("participation", one.id, one.contract_id, one.units)


MEASURES: dict[str, Measure] = {
    "open_market_share": _of_those_ended(lambda one: one.status_at_end == Status.OPEN_MARKET),
    "education_share": _of_those_ended(lambda one: one.status_at_end == Status.IN_EDUCATION),
    "completed_share": _of_those_ended(lambda one: one.state in WITH_RESULT),
    "interrupted_share": _of_those_ended(lambda one: one.state == EnrolmentState.INTERRUPTED),
    "known_at_3_months_share": _known_after(3),
    "start_within_limit_share": _start_within_limit,
    "practices_kept_share": _practices_kept,
    "feedback_mean": _feedback_mean,
    "units_per_completed": _units_per_completed,
}
"""The one table of indicators: key → the rows behind it."""


def rows_of(key: str, records: Records, period: Period) -> list[Row]:
    """The rows behind an indicator. Raises KeyError for a key that no function computes."""
    return list(MEASURES[key](records, period))
