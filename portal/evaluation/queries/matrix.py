"""A lot's offers beside one another, criterion by criterion, as wide as the call is long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from portal.documents.sheets import Cell
from portal.evaluation.comparison import LeftOut, PricedOffer
from portal.evaluation.queries.places import RankedOffer, ranked_offer
from portal.evaluation.queries.seen import SeenLot, in_order, seen_lot
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

    offer: PricedOffer
    left_out: LeftOut | None
    ranked: RankedOffer | None
    points: list[int | None]


@dataclass(frozen=True)
class Matrix:
    """All of it: ``first`` are the places that the reader has put first."""

    lot: SeenLot
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
    """The matrix as this person may see it. Raises what `seen_lot` raises."""
    seen = seen_lot(session, procurement_id, lot_key, person)
    ranked = {
        place.offer.offer_id: place
        for place in (ranked_offer(seen, placing) for placing in seen.placings)
    }
    # The best first; what has no place follows in the order of the lot's page.
    offers = [one.offer for one in ranked.values()]
    offers += [offer for offer in seen.offers if offer.offer_id not in ranked]
    criteria = seen.criteria
    agreed = [_agreed_points(seen, offer.offer_id) for offer in offers]
    points = [[row[n] for row in agreed] for n in range(len(criteria))]
    places = ordered(order, [one.weight for one in criteria], points, first)
    return Matrix(
        lot=seen,
        order=order,
        first=tuple(place for place in dict.fromkeys(first) if place < len(criteria)),
        columns=[MatrixColumn(criteria[n], apart(points[n])) for n in places],
        lines=[
            MatrixLine(
                offer,
                seen.compared.left_out(offer.offer_id),
                ranked.get(offer.offer_id),
                [row[n] for n in places],
            )
            for offer, row in zip(offers, agreed, strict=True)
        ],
    )


def _agreed_points(seen: SeenLot, offer_id: UUID) -> list[int | None]:
    """The joint points in the order of the criteria, where the reader may see them."""
    joint = seen.compared.joint.get(offer_id) if seen.work_on[offer_id].visible else None
    points = joint.points if joint is not None else {}
    return in_order(points, seen.criteria)


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
                name_in(one.offer.provider.name, language),
                price,
                None if ranked is None else ranked.total,
                *one.points,
            ]
        )
    return rows
