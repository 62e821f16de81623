"""An opened offer, and whether its provider may take part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.evaluation.models import Award, SuitabilityJudgement
from portal.evaluation.queries.part import Part, by_name, offer_of, seeing_part
from portal.offers.models import LotOffer, Offer, OfferVersion, OpenedContent
from portal.offers.queries import Asked, Names, asked_criteria
from portal.offers.rules import OfferContent, OfferFile, unpacked
from portal.organisations.models import Person
from portal.procurement.models import Lot
from portal.shared.errors import NotFound


@dataclass(frozen=True)
class OpenedOffer:
    """Everything that a provider offers, as it was opened."""

    part: Part
    offer: Offer
    version: OfferVersion
    content: OfferContent
    criteria: list[Asked]
    judgement: SuitabilityJudgement | None

    @property
    def lots(self) -> list[Lot]:
        """The lots of the call, offered or not."""
        return list(self.part.procurement.lots)

    def title_of(self, key: str) -> Names:
        """The title of a criterion of this call."""
        titles: dict[str, Names] = {criterion.key: criterion.title for criterion in self.criteria}
        return titles.get(key, {"fi": key})


def opened_offer(
    session: Session, procurement_id: UUID, offer_id: UUID, person: Person
) -> OpenedOffer:
    """One opened offer. Raises NotFound and what `Part.require_open` raises."""
    part = seeing_part(session, procurement_id, person)
    offer = offer_of(session, part.procurement, offer_id)
    opened = session.get_one(OpenedContent, offer.id)
    return OpenedOffer(
        part=part,
        offer=offer,
        version=session.get_one(OfferVersion, opened.version_id),
        content=unpacked(opened.content),
        criteria=asked_criteria(part.procurement),
        judgement=judgement_of(session, offer),
    )


def file_of(opened: OpenedOffer, file_id: UUID) -> OfferFile:
    """A file of the offer. Raises NotFound."""
    for file in opened.content.files:
        if file.id == file_id:
            return file
    raise NotFound


def judgement_of(session: Session, offer: Offer) -> SuitabilityJudgement | None:
    """How the offer's provider has been judged."""
    return session.scalar(
        select(SuitabilityJudgement).where(SuitabilityJudgement.offer_id == offer.id)
    )


@dataclass(frozen=True)
class SuitabilityRow:
    """One offer and whether it takes part in the comparison."""

    offer: Offer
    judgement: SuitabilityJudgement | None
    judged_by: str | None
    may_judge: bool


@dataclass(frozen=True)
class SuitabilityPage:
    """Every opened offer with its judgement."""

    part: Part
    rows: list[SuitabilityRow]

    def row_of(self, offer_id: UUID) -> SuitabilityRow:
        """The row of one offer. Raises NotFound."""
        for row in self.rows:
            if row.offer.id == offer_id:
                return row
        raise NotFound


def suitability_page(session: Session, procurement_id: UUID, person: Person) -> SuitabilityPage:
    """The judgements so far. Raises NotFound and what `Part.require_open` raises."""
    part = seeing_part(session, procurement_id, person)
    offers = session.scalars(
        select(Offer)
        .join(OpenedContent, OpenedContent.offer_id == Offer.id)
        .where(Offer.procurement_id == part.procurement.id)
    ).all()
    judgements = {
        judgement.offer_id: judgement
        for judgement in session.scalars(
            select(SuitabilityJudgement).where(
                SuitabilityJudgement.offer_id.in_([offer.id for offer in offers])
            )
        )
    }
    names = _names(session, {judgement.judged_by_id for judgement in judgements.values()})
    settled = set(
        session.scalars(
            select(LotOffer.offer_id)
            .join(Award, Award.lot_id == LotOffer.lot_id)
            .where(LotOffer.offer_id.in_([offer.id for offer in offers]), Award.voided_at.is_(None))
        )
    )
    may_judge = part.officer and part.under_way
    return SuitabilityPage(
        part,
        [
            SuitabilityRow(
                offer=offer,
                judgement=judgements.get(offer.id),
                judged_by=(
                    names[judgements[offer.id].judged_by_id] if offer.id in judgements else None
                ),
                may_judge=may_judge and offer.id not in settled,
            )
            for offer in sorted(offers, key=lambda offer: by_name(offer.provider))
        ],
    )


def _names(session: Session, people: set[UUID]) -> Mapping[UUID, str]:
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(people)))
    return {row.id: row.name for row in rows}
