"""Standing scorecards over periods and over providers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.criteria.rules import Names
from portal.indicators.rules import MEASURES, Figure, tells_of_few
from portal.organisations.models import Person
from portal.scorecards.access import scorecards_seen_by
from portal.scorecards.comparing.charts import (
    BarChart,
    LineChart,
    bar_chart,
    line_chart,
    scale_of,
)
from portal.scorecards.comparing.queries.comparison import CellShown, cell_shown
from portal.scorecards.comparing.rules import Cell
from portal.scorecards.models import Scorecard
from portal.scorecards.rules import ScorecardState
from portal.shared.errors import NotFound
from portal.shared.names import name_in
from portal.training_forms.queries import form_of


@dataclass(frozen=True)
class Point:
    """One standing scorecard in a history: whose, of which period, and the figure it fixed."""

    scorecard_id: UUID
    provider: Names
    n: int
    first_day: date
    last_day: date
    form: str | None
    cell: CellShown


@dataclass(frozen=True)
class Series:
    """One indicator over standing scorecards, and its chart."""

    key: str
    points: list[Point]
    line: LineChart
    bars: BarChart


@dataclass(frozen=True)
class History:
    """Standing scorecards of a provider by period, or of a form of training by provider."""

    title: Names
    key: str
    series: list[Series]


def _settled(session: Session, person: Person, *which: ColumnElement[bool]) -> list[Scorecard]:
    return list(
        session.scalars(
            select(Scorecard)
            .where(Scorecard.state == ScorecardState.SETTLED, scorecards_seen_by(person), *which)
            .order_by(Scorecard.form, Scorecard.last_day, Scorecard.first_day, Scorecard.n)
        )
    )


def provider_history(session: Session, provider_id: UUID, person: Person) -> History:
    """A provider's standing scorecards that the reader may see, by form of training and period.

    Raises NotFound where there is none.
    """
    found = _settled(session, person, Scorecard.provider_id == provider_id)
    if not found:
        raise NotFound
    return History(found[0].provider.name, str(provider_id), _series(session, found))


def service_history(session: Session, key: str, person: Person, language: str) -> History:
    """The standing scorecards of one form of training that the reader may see, by provider.

    Raises NotFound for no form of training.
    """
    form = form_of(session, key)
    found = _settled(session, person, Scorecard.form == key)
    found.sort(key=lambda one: name_in(one.provider.name, language).casefold())
    return History(form.name, key, _series(session, found))


def _series(session: Session, scorecards: Sequence[Scorecard]) -> list[Series]:
    least = settings_of(session).small_group
    keys = dict.fromkeys([*MEASURES, *(key for one in scorecards for key in one.figures)])
    return [_one_series(key, scorecards, least) for key in keys if scorecards]


def _one_series(key: str, scorecards: Sequence[Scorecard], least: int) -> Series:
    cells = [_cell(Figure(key, *one.figures.get(key, (0, 0))), least) for one in scorecards]
    values = [None if cell.figure is None else cell.figure.value for cell in cells]
    scale = scale_of(key, values)
    return Series(
        key=key,
        points=[
            Point(
                scorecard_id=one.id,
                provider=one.provider.name,
                n=one.n,
                first_day=one.first_day,
                last_day=one.last_day,
                form=one.form,
                cell=cell_shown(cell),
            )
            for one, cell in zip(scorecards, cells, strict=True)
        ],
        line=line_chart(values, scale, [one.form for one in scorecards]),
        bars=bar_chart(values, scale),
    )


def _cell(figure: Figure, least: int) -> Cell:
    """The figure as it was fixed, unless it is the mean of too few answers."""
    return Cell(figure.key, None if tells_of_few(figure, least) else figure)
