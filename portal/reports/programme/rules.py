"""The arithmetic of the indicator table, over plain records in one pass.

What a participation counts in is said once, in `counted_in`: the table is the sum of it, and the
rows behind a figure are the records that it names the figure for. So each figure equals its rows.
The meaning of every figure is that of cases/FORMAT.md, "The report".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from portal.enrolments.rules import Education, EnrolmentState, Sex, Status
from portal.indicators.rules import Period
from portal.shared.errors import RuleBroken

WITH_RESULT = frozenset({EnrolmentState.COMPLETED, EnrolmentState.LEFT_EARLY})
"""Leaving early for work or studies counts as completed, and is never an interruption."""

COMPLETED, STARTED = "completed", "started"
GROUPS = ("immigrants", "minorities", "disabled", "other_disadvantaged")
"""Sensitive groups: counted for a training as a whole, and never kept for a person."""

_PEOPLE = ("total", "women", *(status.value for status in Status))
_BACKGROUND = ("age_15_24", "age_55_64", *(level.value for level in Education))
_VOLUMES = ("units", "qualifications")

RESULTS = (*(f"{COMPLETED}.{name}" for name in _PEOPLE), "interrupted", *_VOLUMES)
"""What the table begins with: what became of those whose training has ended."""
INTAKE = tuple(f"{STARTED}.{name}" for name in (*_PEOPLE, *_BACKGROUND, *GROUPS))
"""What comes second: who started (results first, volumes second: 4732-4737)."""
FIGURES = RESULTS + INTAKE
"""The keys of all figures, in the order in which they are shown."""
OF_GROUPS = frozenset(f"{STARTED}.{name}" for name in GROUPS)

_YOUNG, _OLD = range(15, 25), range(55, 65)
_COUNTED_TOO = {
    Status.LONG_TERM_UNEMPLOYED.value: Status.UNEMPLOYED.value,
    Status.IN_EDUCATION.value: Status.OUTSIDE.value,
}


class Counted(Protocol):
    """What is looked at of a participation: a record of the indicators, or a row of their columns.

    ``units`` and ``qualifications`` may be None for none.
    """

    @property
    def state(self) -> str: ...  # noqa: D102  # the columns of Enrolment
    @property
    def status_at_start(self) -> str: ...  # noqa: D102
    @property
    def status_at_end(self) -> str | None: ...  # noqa: D102
    @property
    def sex(self) -> str: ...  # noqa: D102
    @property
    def birth_year(self) -> int: ...  # noqa: D102
    @property
    def education(self) -> str: ...  # noqa: D102
    @property
    def started_on(self) -> date | None: ...  # noqa: D102
    @property
    def ended_on(self) -> date | None: ...  # noqa: D102
    @property
    def units(self) -> int | None: ...  # noqa: D102
    @property
    def qualifications(self) -> int | None: ...  # noqa: D102


@dataclass(frozen=True)
class Selection:
    """Which contracts, and of them which trainings; nothing chosen of a kind is all of it."""

    contracts: tuple[UUID, ...] = ()
    lots: tuple[UUID, ...] = ()
    providers: tuple[UUID, ...] = ()
    buyers: tuple[UUID, ...] = ()
    forms: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    period: Period = field(default_factory=Period)


@dataclass(frozen=True)
class Background:
    """A training's report of sensitive groups, of the training that began on ``starts``."""

    training_id: UUID
    starts: date
    immigrants: int
    minorities: int
    disabled: int
    other_disadvantaged: int


@dataclass(frozen=True)
class Table:
    """The figures of a selection, by their key."""

    counts: Mapping[str, int]

    def __getitem__(self, key: str) -> int:
        """How many; nobody is zero. Raises KeyError for what is no figure."""
        if key not in FIGURES:
            raise KeyError(key)
        return self.counts.get(key, 0)

    def as_reported(self) -> dict[str, Any]:
        """In the shape and by the keys of cases/FORMAT.md."""
        found: dict[str, Any] = {STARTED: {}, COMPLETED: {}}
        for key in (*INTAKE, *RESULTS):
            part, _sign, name = key.rpartition(".")
            (found[part] if part else found)[name] = self[key]
        return found


def require_ordered(period: Period) -> None:
    """Refuses by ``days_disordered`` a period that ends before it begins."""
    if period.first is not None and period.last is not None and period.last < period.first:
        raise RuleBroken("days_disordered", field="last")


def counted_in(one: Counted, period: Period) -> Iterator[tuple[str, int]]:
    """Every figure that a participation counts in, and how much it adds there.

    Who started counts by the day of the start, what came of it by the day of the end. Whoever was
    transferred counts where they went on. Without a period everybody who started counts.
    """
    if one.started_on is None or one.state == EnrolmentState.TRANSFERRED:
        return
    if _holds(period, one.started_on):
        yield from _people(STARTED, one, one.status_at_start)
        age = one.started_on.year - one.birth_year
        if age in _YOUNG:
            yield "started.age_15_24", 1
        elif age in _OLD:
            yield "started.age_55_64", 1
        yield f"{STARTED}.{one.education}", 1
    if not _holds(period, one.ended_on):
        return
    if one.state in WITH_RESULT:
        yield from _people(COMPLETED, one, one.status_at_end)
    elif one.state == EnrolmentState.INTERRUPTED:
        yield "interrupted", 1
    if one.units:
        yield "units", one.units
    if one.qualifications:
        yield "qualifications", one.qualifications


def _holds(period: Period, day: date | None) -> bool:
    return (period.first is None and period.last is None) or period.holds(day)


def _people(part: str, one: Counted, status: str | None) -> Iterator[tuple[str, int]]:
    """``unemployed`` counts the long-term unemployed too, ``outside`` those in education too."""
    yield f"{part}.total", 1
    if one.sex == Sex.WOMAN:
        yield f"{part}.women", 1
    if status:
        yield f"{part}.{status}", 1
        wider = _COUNTED_TOO.get(status)
        if wider is not None:
            yield f"{part}.{wider}", 1


def reported_in(one: Background, period: Period) -> Iterator[tuple[str, int]]:
    """Every figure that a training's report counts in: its groups are not known by person.

    With a period, those of the trainings that began in it.
    """
    if _holds(period, one.starts):
        for name in GROUPS:
            count = getattr(one, name)
            if count:
                yield f"{STARTED}.{name}", count


def tallied(people: Iterable[Counted], backgrounds: Iterable[Background], period: Period) -> Table:
    """The table of these records; each is looked at once and then let go."""
    counts: Counter[str] = Counter()
    for one in people:
        for key, more in counted_in(one, period):
            counts[key] += more
    for report in backgrounds:
        for key, more in reported_in(report, period):
            counts[key] += more
    return Table(counts)


def may_open(key: str, count: int, *, named: bool, small_group: int) -> bool:
    """Whether the records behind a figure are shown one by one.

    Whoever sees everybody in it by name may always; others only from ``small_group`` records on.
    Counts of sensitive groups open to reports of trainings, and these too only from there on.
    """
    if not count:
        return False
    return count >= small_group or (named and key not in OF_GROUPS)
