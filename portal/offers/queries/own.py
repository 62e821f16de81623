"""What the pages of the offers show. Nothing here tells one provider of another's offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.documents import store
from portal.documents.models import StoredDocument
from portal.offers.access import (
    chosen_provider,
    offers_for,
)
from portal.offers.models import Offer, OfferVersion
from portal.offers.queries.asked import DeclarationAsked, answer_pieces, asked_of
from portal.offers.rules import (
    OfferContent,
    OfferFile,
    OfferState,
    Progress,
    Step,
    Task,
    missing_from_offer,
    progress_of_offer,
    undeclared,
)
from portal.offers.usecases import draft_content, own_offer, submitted_content
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Lot, Procurement
from portal.procurement.queries.shown import CriterionShown, criteria_shown
from portal.procurement.rules import State
from portal.shared.clock import in_time
from portal.shared.errors import NotFound
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging

Names = Mapping[str, str]


@dataclass(frozen=True)
class Standing:
    """How an offer stands: as what was submitted, and whether later changes were not."""

    state: str
    unsent: bool
    saved_at: datetime | None
    version: OfferVersion | None
    open: bool
    awaits_confirmation: bool = False

    @property
    def counts(self) -> bool:
        """Whether there is an offer that will be opened."""
        return self.submitted and not self.awaits_confirmation

    @property
    def submitted(self) -> bool:
        """Whether something stands as submitted, confirmed under the latest amendment or not."""
        return self.state == OfferState.SUBMITTED


def standing_of(
    offer: Offer | None, offers_due: datetime | None, amended: int, at: datetime
) -> Standing:
    """How the offer stands at this time; without one, as an empty draft.

    ``amended`` is the number of the call's amendments.
    """
    is_open = offers_due is not None and in_time(at, offers_due)
    if offer is None:
        return Standing(OfferState.DRAFT, False, None, None, is_open)
    return Standing(
        offer.state,
        offer.state != OfferState.DRAFT and offer.draft_blob_id is not None,
        offer.draft_saved_at,
        offer.current_version,
        is_open,
        offer.state == OfferState.SUBMITTED and offer.confirmed_amendment < amended,
    )


@dataclass(frozen=True)
class OwnRow:
    """One line of a representative's own offers."""

    procurement_id: UUID
    reference: str
    title: Names
    offers_due: datetime
    provider: Organisation
    standing: Standing


@dataclass(frozen=True)
class OwnOffers:
    """One page of a representative's own offers."""

    rows: list[OwnRow]
    paging: Paging


def own_offers(session: Session, person: Person, at: datetime, n: int) -> OwnOffers:
    """The offers of the providers that the person represents, latest deadline first."""
    providers = [provider.id for provider in offers_for(person)]
    mine = (
        select(Offer)
        .join(Procurement, Procurement.id == Offer.procurement_id)
        .where(Offer.provider_id.in_(providers), Procurement.offers_due.is_not(None))
    )
    total = session.scalar(mine.with_only_columns(func.count(), maintain_column_froms=True)) or 0
    pages = paging(total, n)
    rows = session.execute(
        mine.add_columns(
            Procurement.id,
            Procurement.reference,
            Procurement.title,
            Procurement.offers_due,
            Procurement.amended,
        )
        .order_by(Procurement.offers_due.desc(), Procurement.reference, Offer.id)
        .limit(ROWS_ON_A_PAGE)
        .offset(pages.offset)
    )
    return OwnOffers(
        [
            OwnRow(key, reference, title, due, offer.provider, standing_of(offer, due, amended, at))
            for offer, key, reference, title, due, amended in rows
        ],
        pages,
    )


def published_call(session: Session, procurement_id: UUID) -> Procurement:
    """A call that has been published. Raises NotFound."""
    procurement = session.get(Procurement, procurement_id)
    if procurement is None or procurement.state == State.DRAFT:
        raise NotFound
    return procurement


def own_side(
    session: Session, procurement_id: UUID, person: Person, asked: UUID | None
) -> tuple[Procurement, Organisation]:
    """The call and the provider in whose name the person works on it. Raises NotFound."""
    procurement = published_call(session, procurement_id)
    provider = chosen_provider(person, asked)
    if provider is None:
        raise NotFound
    return procurement, provider


def begun_offer(session: Session, procurement: Procurement, provider: Organisation) -> Offer:
    """The provider's own offer. Raises NotFound where it has begun none."""
    offer = own_offer(session, procurement, provider)
    if offer is None:
        raise NotFound
    return offer


@dataclass(frozen=True)
class OwnOffer:
    """Everything of the own page: the call, the provider, and what its offer says so far."""

    procurement: Procurement
    provider: Organisation
    offer: Offer | None
    content: OfferContent
    standing: Standing
    criteria: list[CriterionShown]
    lots: list[Lot]
    asked: list[DeclarationAsked]
    missing: list[tuple[str, str]]

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The steps of writing and how far each is."""
        return progress_of_offer(
            self.content,
            lots=[lot.key for lot in self.lots],
            criteria=[criterion.key for criterion in self.criteria],
            asked=[asked.key for asked in self.asked],
            submitted=self.standing.counts and not self.standing.unsent,
        )

    @property
    def untold(self) -> list[Step]:
        """The steps that may be left as they are, but are better not."""
        optional = {Step.BIDDER, Step.DECLARATIONS}
        tasks = [task for task in self.tasks if task.progress != Progress.DONE]
        return [task.step for task in tasks if task.step in optional]

    @property
    def to_begin(self) -> bool:
        """Whether neither who offers nor what is declared has been told yet."""
        return len(self.untold) == 2 and not self.content.consortium + self.content.subcontractors

    @property
    def undeclared(self) -> list[DeclarationAsked]:
        """What has not been declared yet."""
        keys = undeclared(self.content, [asked.key for asked in self.asked])
        return [asked for asked in self.asked if asked.key in keys]

    @property
    def unanswered(self) -> list[CriterionShown]:
        """The criteria that have no answer yet."""
        keys = {key for part, key in self.missing if part == "answers"}
        return [criterion for criterion in self.criteria if criterion.key in keys]

    @property
    def hash(self) -> str:
        """Of the content as it is shown."""
        return self.content.hash()

    def title_of(self, key: str) -> Names:
        """The title of a criterion of this call."""
        titles: dict[str, Names] = {criterion.key: criterion.title for criterion in self.criteria}
        return titles.get(key, {"fi": key})

    def pieces(self, key: str) -> list[tuple[str, bool]]:
        """The answer to a criterion in pieces, each with whether it is secret."""
        return answer_pieces(self.content, key)


def own_page(
    session: Session, procurement_id: UUID, person: Person, asked: UUID | None, at: datetime
) -> OwnOffer:
    """The own offer as it may be written on, begun or not. Raises NotFound."""
    procurement, provider = own_side(session, procurement_id, person, asked)
    offer = own_offer(session, procurement, provider)
    content = OfferContent() if offer is None else draft_content(session, offer)
    return _own(procurement, provider, offer, content, at)


def begun_page(
    session: Session, procurement_id: UUID, person: Person, asked: UUID | None, at: datetime
) -> OwnOffer:
    """The own offer that has been begun. Raises NotFound, the same for none and for another's."""
    own = own_page(session, procurement_id, person, asked, at)
    if own.offer is None:
        raise NotFound
    return own


def _own(
    procurement: Procurement,
    provider: Organisation,
    offer: Offer | None,
    content: OfferContent,
    at: datetime,
) -> OwnOffer:
    lots = list(procurement.lots)
    criteria = criteria_shown(procurement)
    return OwnOffer(
        procurement=procurement,
        provider=provider,
        offer=offer,
        content=content,
        standing=standing_of(offer, procurement.offers_due, procurement.amended, at),
        criteria=criteria,
        lots=lots,
        asked=asked_of(procurement),
        missing=missing_from_offer(
            content, [lot.key for lot in lots], [criterion.key for criterion in criteria]
        ),
    )


@dataclass(frozen=True)
class Receipt:
    """What the receipt of the version that stands (or stood) says."""

    own: OwnOffer
    version: OfferVersion
    submitted_by: str
    document: StoredDocument | None


def receipt_page(
    session: Session, procurement_id: UUID, person: Person, asked: UUID | None, at: datetime
) -> Receipt:
    """The receipt of what was last submitted. Raises NotFound where nothing has been."""
    procurement, provider = own_side(session, procurement_id, person, asked)
    offer = begun_offer(session, procurement, provider)
    version = offer.current_version
    if version is None:
        raise NotFound
    own = _own(procurement, provider, offer, submitted_content(session, version), at)
    return Receipt(
        own=own,
        version=version,
        submitted_by=session.get_one(Person, version.submitted_by_id).name,
        document=store.find(session, "offer_receipt", version.id, person.language),
    )


def own_file(session: Session, offer: Offer, file_id: UUID) -> OfferFile:
    """A file of the draft or of what stands as submitted. Raises NotFound."""
    contents = [draft_content(session, offer)]
    if offer.current_version is not None:
        contents.append(submitted_content(session, offer.current_version))
    for content in contents:
        for file in content.files:
            if file.id == file_id:
                return file
    raise NotFound
