"""What the pages of reusing an offer show: the own earlier offers, and one beside the new call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.offers.models import Offer, OfferVersion
from portal.offers.queries import OwnOffer
from portal.offers.reuse.differences import (
    ContentChanges,
    Piece,
    content_changes,
    is_changed,
    pieces,
)
from portal.offers.reuse.rules import has_answer
from portal.offers.rules import OfferContent
from portal.offers.usecases import submitted_content
from portal.organisations.models import Organisation
from portal.procurement.models import AwardCriterion, Procurement
from portal.procurement.queries.shown import CriterionShown, criteria_shown
from portal.shared.errors import NotFound
from portal.shared.names import name_in

Names = Mapping[str, str]
Pieces = tuple[Piece, ...]


@dataclass(frozen=True)
class EarlierRow:
    """An own offer in another call; ``common`` counts the criteria that both calls have."""

    offer_id: UUID
    reference: str
    title: Names
    buyer: Names
    state: str
    submitted_at: datetime
    common: int


@dataclass(frozen=True)
class EarlierOffers:
    """Those to choose from, the most alike first and of these the latest."""

    own: OwnOffer
    rows: list[EarlierRow]
    criteria: int


def earlier_offers(session: Session, own: OwnOffer) -> EarlierOffers:
    """What the provider has submitted in other calls. Nothing is unsealed for the list."""
    keys = [criterion.key for criterion in own.criteria]
    common = (
        select(func.count())
        .where(AwardCriterion.procurement_id == Offer.procurement_id, AwardCriterion.key.in_(keys))
        .correlate(Offer)
        .scalar_subquery()
    )
    found = session.execute(
        select(
            Offer.id,
            Procurement.reference,
            Procurement.title,
            Organisation.name,
            Offer.state,
            OfferVersion.submitted_at,
            common.label("common"),
        )
        .join(Procurement, Procurement.id == Offer.procurement_id)
        .join(Organisation, Organisation.id == Procurement.buyer_id)
        .join(OfferVersion, OfferVersion.id == Offer.current_version_id)
        .where(Offer.provider_id == own.provider.id, Offer.procurement_id != own.procurement.id)
        .order_by(common.desc(), OfferVersion.submitted_at.desc(), Offer.id)
    )
    return EarlierOffers(own, [EarlierRow(*row) for row in found], len(keys))


@dataclass(frozen=True)
class CriterionBeside:
    """A criterion of this call beside the one of the same key in the earlier call.

    ``facts`` are what each point asks to be seen, from the top; ``standing`` is ``none``, ``same``
    or ``other``: what the draft has in place of the earlier answer. ``answer`` then marks what
    taking it would change.
    """

    shown: CriterionShown
    version_before: int | None
    weight_before: Decimal
    question: Pieces
    guidance: Pieces
    facts: list[tuple[int, Pieces]]
    changed: bool
    standing: str
    answer: Pieces
    promises: list[str]


@dataclass(frozen=True)
class ReusePage:
    """An earlier offer beside the call that is being answered now."""

    own: OwnOffer
    earlier: Offer
    version: OfferVersion
    reference: str
    title: Names
    criteria: list[CriterionBeside]
    only_now: list[Names]
    only_before: list[Names]


def earlier_offer(session: Session, provider: Organisation, offer_id: UUID, not_in: UUID) -> Offer:
    """What the provider has submitted in another call.

    Raises NotFound, the same for another's offer and for none.
    """
    offer = session.get(Offer, offer_id)
    if (
        offer is None
        or offer.provider_id != provider.id
        or offer.procurement_id == not_in
        or offer.current_version is None
    ):
        raise NotFound
    return offer


def reuse_page(session: Session, own: OwnOffer, offer_id: UUID, language: str) -> ReusePage:
    """The earlier offer criterion by criterion, compared in the reader's language.

    Raises NotFound where `earlier_offer` does.
    """
    earlier = earlier_offer(session, own.provider, offer_id, own.procurement.id)
    version = earlier.current_version
    assert version is not None
    procurement = session.get_one(Procurement, earlier.procurement_id)
    content = submitted_content(session, version)
    before = {criterion.key: criterion for criterion in criteria_shown(procurement)}
    now = {criterion.key for criterion in own.criteria}
    return ReusePage(
        own=own,
        earlier=earlier,
        version=version,
        reference=procurement.reference,
        title=procurement.title,
        criteria=[
            _beside(before[criterion.key], criterion, content, own.content, language)
            for criterion in own.criteria
            if criterion.key in before and has_answer(content, criterion.key)
        ],
        only_now=[c.title for c in own.criteria if c.key not in before],
        only_before=[c.title for key, c in before.items() if key not in now],
    )


def _beside(
    before: CriterionShown,
    now: CriterionShown,
    content: OfferContent,
    draft: OfferContent,
    language: str,
) -> CriterionBeside:
    question = pieces(name_in(before.question, language), name_in(now.question, language))
    guidance = pieces(name_in(before.guidance, language), name_in(now.guidance, language))
    facts_before, facts_now = _facts(before, language), _facts(now, language)
    facts = [
        (value, pieces(facts_before.get(value, ""), facts_now.get(value, "")))
        for value in sorted({*facts_before, *facts_now}, reverse=True)
    ]
    answer, said = content.answers[now.key], draft.answers.get(now.key, "")
    standing = "none" if not has_answer(draft, now.key) else "same" if said == answer else "other"
    changed = any(is_changed(part) for part in (question, guidance, *(p for _v, p in facts)))
    return CriterionBeside(
        shown=now,
        version_before=before.version,
        weight_before=before.weight,
        question=question,
        guidance=guidance,
        facts=facts,
        changed=changed,
        standing=standing,
        answer=pieces(said if standing == "other" else answer, answer),
        promises=[
            promise.text
            for promise in content.promises
            if promise.criterion == now.key and promise not in draft.promises
        ],
    )


def _facts(criterion: CriterionShown, language: str) -> dict[int, str]:
    return {
        value: "\n".join(name_in(fact, language) for fact in facts)
        for value, facts in criterion.points
    }


def unsent_changes(session: Session, own: OwnOffer) -> ContentChanges | None:
    """What the draft says otherwise than what was last submitted; None where nothing was."""
    version = own.standing.version
    if version is None or not own.standing.unsent:
        return None
    return content_changes(submitted_content(session, version), own.content)
