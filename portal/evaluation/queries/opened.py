"""An opened offer, and whether its provider may take part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.evaluation.comparison import PricedOffer, compare_lots, sort_key
from portal.evaluation.models import (
    Award,
    ConformityJudgement,
    SuitabilityJudgement,
)
from portal.evaluation.queries.clarified import Clarified, clarifications_of, explained
from portal.evaluation.queries.part import Part, lot_of, offer_of, seeing_part
from portal.evaluation.rules import LowPrice
from portal.offers.models import LotOffer, Offer, OfferVersion, OpenedContent
from portal.offers.queries import Names
from portal.offers.queries.asked import DeclarationAsked, answer_pieces, asked_of
from portal.offers.rules import OfferContent, OfferFile, unpacked
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Lot
from portal.procurement.queries.shown import CriterionShown, criteria_shown, requirements_shown
from portal.procurement.rules import RequirementTerms
from portal.shared.errors import NotFound, RuleBroken


@dataclass(frozen=True)
class OpenedOffer:
    """Everything that a provider offers, as it was opened."""

    part: Part
    offer: Offer
    version: OfferVersion
    content: OfferContent
    criteria: list[CriterionShown]
    judgement: SuitabilityJudgement | None
    clarifications: list[Clarified]

    @property
    def prices_sealed(self) -> bool:
        """Whether the prices are still in their own envelope."""
        return self.part.procurement.two_envelopes and not self.content.lots

    @property
    def lots(self) -> list[Lot]:
        """The lots of the call, offered or not."""
        return list(self.part.procurement.lots)

    @property
    def provider(self) -> Organisation:
        """Who offers."""
        return self.offer.provider

    @property
    def asked(self) -> list[DeclarationAsked]:
        """What every bidder was asked to declare."""
        return asked_of(self.part.procurement)

    def pieces(self, key: str) -> list[tuple[str, bool]]:
        """The answer to a criterion in pieces, each with whether it is secret."""
        return answer_pieces(self.content, key)

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
        criteria=criteria_shown(part.procurement),
        judgement=judgement_of(session, offer),
        clarifications=clarifications_of(session, offer.id),
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
        select(SuitabilityJudgement).where(
            SuitabilityJudgement.offer_id == offer.id, SuitabilityJudgement.replaced_at.is_(None)
        )
    )


@dataclass(frozen=True)
class SuitabilityRow:
    """One offer and whether it takes part in the comparison."""

    offer: Offer
    judgement: SuitabilityJudgement | None
    may_judge: bool


@dataclass(frozen=True)
class SuitabilityPage:
    """Every opened offer with its judgement, beside what the call requires."""

    part: Part
    requirements: list[RequirementTerms]
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
            select(SuitabilityJudgement)
            .where(
                SuitabilityJudgement.offer_id.in_([offer.id for offer in offers]),
                SuitabilityJudgement.replaced_at.is_(None),
            )
            .options(joinedload(SuitabilityJudgement.judged_by))
        )
    }
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
        requirements_shown(part.procurement),
        [
            SuitabilityRow(
                offer=offer,
                judgement=judgements.get(offer.id),
                may_judge=may_judge and offer.id not in settled,
            )
            for offer in sorted(offers, key=lambda offer: sort_key(offer.provider))
        ],
    )


@dataclass(frozen=True)
class ConformityPage:
    """One offer in one lot, to be judged; ``explained`` where its low price may leave it out."""

    part: Part
    lot: Lot
    row: PricedOffer
    standing: ConformityJudgement | None
    low_price: LowPrice | None
    explained: bool
    clarifications: list[Clarified]
    may_judge: bool


def conformity_page(
    session: Session,
    procurement_id: UUID,
    lot_key: str,
    offer_id: UUID,
    person: Person,
    at: datetime,
) -> ConformityPage:
    """Whether the offer is what the lot asks for.

    Raises NotFound, ``not_permitted``, and what `Part.require_open` raises.
    """
    part = seeing_part(session, procurement_id, person)
    if not part.officer:
        raise RuleBroken("not_permitted")
    lot = lot_of(part.procurement, lot_key)
    compared = compare_lots(session, part.procurement)[lot.id]
    row = compared.offers.get(offer_id)
    if row is None:
        raise NotFound
    return ConformityPage(
        part=part,
        lot=lot,
        row=row,
        standing=session.scalar(
            select(ConformityJudgement)
            .where(
                ConformityJudgement.lot_id == lot.id,
                ConformityJudgement.offer_id == offer_id,
                ConformityJudgement.replaced_at.is_(None),
            )
            .options(joinedload(ConformityJudgement.judged_by))
            .execution_options(populate_existing=True)
        ),
        low_price=compared.low_prices.get(str(offer_id)),
        explained=explained(session, offer_id, lot, at),
        clarifications=clarifications_of(session, offer_id, lot),
        may_judge=part.under_way and compared.award is None,
    )
