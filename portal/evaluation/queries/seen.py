"""A lot after the opening, and how far its reader may see into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.evaluation.comparison import LotComparison, PricedOffer, compare_lot, sort_key
from portal.evaluation.queries.panel_work import OfferWork, PanelWork, panel_work
from portal.evaluation.queries.part import Part, seeing_lot
from portal.evaluation.rules import Placing
from portal.organisations.models import Person
from portal.procurement.models import Lot
from portal.procurement.queries.shown import CriterionShown, criteria_shown


@dataclass(frozen=True)
class SeenLot:
    """What the lot's pages are made from. Its comparison knows more than the reader may see."""

    part: Part
    lot: Lot
    criteria: list[CriterionShown]
    compared: LotComparison
    work: PanelWork

    @cached_property
    def offers(self) -> list[PricedOffer]:
        """The offers by their providers' names."""
        return sorted(self.compared.offers.values(), key=lambda offer: sort_key(offer.provider))

    @cached_property
    def work_on(self) -> Mapping[UUID, OfferWork]:
        """What the panel has done of each offer, by the offer's key."""
        return {key: self.work.of((self.lot.id, key)) for key in self.compared.offers}

    @cached_property
    def blind(self) -> bool:
        """Whether points are kept from the reader for now."""
        return any(not self.work_on[key].visible for key in self.compared.left_in)

    @property
    def placings(self) -> Sequence[Placing]:
        """The ranking as far as the reader may see it: all or nothing."""
        if self.blind and self.compared.award is None:
            return ()
        return self.compared.placings


def seen_lot(session: Session, procurement_id: UUID, lot_key: str, person: Person) -> SeenLot:
    """The lot for this person. Raises NotFound and what `Part.require_open` raises."""
    found = seeing_lot(session, procurement_id, lot_key, person)
    procurement = found.part.procurement
    return SeenLot(
        part=found.part,
        lot=found.lot,
        criteria=criteria_shown(procurement),
        compared=compare_lot(session, procurement, found.lot, found.award, found.discontinuation),
        work=panel_work(session, found.part, [found.lot]),
    )


def in_order(points: Mapping[str, Any], criteria: list[CriterionShown]) -> list[int | None]:
    """Points of a table's row, in the order of the criteria."""
    return [
        points[criterion.key]["points"] if criterion.key in points else None
        for criterion in criteria
    ]
