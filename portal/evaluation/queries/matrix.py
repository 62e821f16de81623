"""A lot's offers beside one another, criterion by criterion, as wide as the call is long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from portal.documents.sheets import Cell
from portal.evaluation.queries.ranked import LotPage, MatrixOffer, RankedOffer, lot_page
from portal.evaluation.rules.matrix import Order, apart, ordered
from portal.organisations.models import Person
from portal.procurement.queries.shown import CriterionShown
from portal.shared.names import name_in


@dataclass(frozen=True)
class MatrixColumn:
    """A criterion, and how far the offers are apart under it."""

    criterion: CriterionShown
    apart: int


@dataclass(frozen=True)
class MatrixLine:
    """An offer with its joint points in the order of the columns, and its place if it has one."""

    line: MatrixOffer
    ranked: RankedOffer | None
    points: list[int | None]


@dataclass(frozen=True)
class Matrix:
    """All of it: ``first`` are the places that the reader has put first."""

    lot: LotPage
    order: Order
    first: tuple[int, ...]
    columns: list[MatrixColumn]
    lines: list[MatrixLine]

    def put_first(self, place: int) -> str:
        """What the address says when this criterion is put before all others."""
        return places_told([place, *(one for one in self.first if one != place)])


def places_told(places: Sequence[int]) -> str:
    """Places as the address says them: ``3.0.7``."""
    return ".".join(map(str, places))


def places_read(told: str) -> tuple[int, ...]:
    """The places that `places_told` wrote; whatever else is left out."""
    return tuple(int(one) for one in told.split(".") if one.isdecimal() and len(one) < 4)


def matrix_page(
    session: Session,
    procurement_id: UUID,
    lot_key: str,
    person: Person,
    order: Order,
    first: Sequence[int],
) -> Matrix:
    """The matrix as this person may see it. Raises what `lot_page` raises."""
    found = lot_page(session, procurement_id, lot_key, person)
    ranked = {one.offer.id: one for one in found.ranking}
    points = [
        [None if line.joint is None else line.joint[n] for line in found.offers]
        for n in range(len(found.criteria))
    ]
    places = ordered(order, [one.weight for one in found.criteria], points, first)
    # The best first; what has no place follows in the order of the lot's page.
    last = len(found.offers)
    lines = sorted(
        found.offers,
        key=lambda line: ranked[line.offer.id].rank if line.offer.id in ranked else last,
    )
    return Matrix(
        lot=found,
        order=order,
        first=tuple(place for place in dict.fromkeys(first) if place < len(found.criteria)),
        columns=[MatrixColumn(found.criteria[n], apart(points[n])) for n in places],
        lines=[
            MatrixLine(
                line,
                ranked.get(line.offer.id),
                [None if line.joint is None else line.joint[n] for n in places],
            )
            for line in lines
        ],
    )


def matrix_rows(matrix: Matrix, language: str, weight: str) -> list[list[Cell]]:
    """The rows of the file: the weights, then each offer; numbers are numbers.

    ``weight`` is what the row of the weights is called.
    """
    rows: list[list[Cell]] = [
        [None, weight, None, None, *(column.criterion.weight for column in matrix.columns)]
    ]
    for one in matrix.lines:
        ranked = one.ranked
        price: Decimal | None = None if ranked is None else ranked.comparison_price
        rows.append(
            [
                None if ranked is None else ranked.rank,
                name_in(one.line.offer.provider.name, language),
                price,
                None if ranked is None else ranked.total,
                *one.points,
            ]
        )
    return rows
