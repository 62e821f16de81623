"""A card's page, and what its provider keeps it up by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import (
    func,
    select,
)
from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.organisations.models import Membership, Organisation, Person
from portal.permissions import ACTS, may
from portal.provider_cards.access import (
    is_of_provider,
    keeps_cards_of,
    may_see_card,
    providers_of,
    reads_remarks,
    referring_for,
)
from portal.provider_cards.lists import Lists, lists_of, names_of
from portal.provider_cards.models import CardRemark, ProviderCard
from portal.provider_cards.rules import (
    CardState,
    EntryKind,
    card_after,
    due_day,
    is_out_of_date,
)
from portal.shared.errors import NotFound
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging

Names = Mapping[str, str]


@dataclass(frozen=True)
class CardPage:
    """A card whole; ``keeper`` is None once they have left the provider.

    ``remarks`` is None for whom they are not for. ``remarks_as`` are the organisations in whose
    name the reader may remark.
    """

    card: ProviderCard
    lists: list[tuple[EntryKind, list[Names]]]
    keeper: str | None
    due: date
    out_of_date: bool
    remarks: list[CardRemark] | None
    remarks_as: list[Organisation]
    may_write: bool
    may_confirm: bool
    may_withdraw: bool
    may_answer: bool


def card_page(session: Session, card_id: UUID, person: Person, today: date) -> CardPage:
    """A card that the reader may see. Raises NotFound, the same for none and for a foreign one."""
    card = visible_card(session, card_id, person)
    lists = lists_of(session)
    days = settings_of(session).card_confirm_days
    keeper = card.keeper
    own = is_of_provider(person, card)
    shown = card.state == CardState.SHOWN
    remarks = None
    if reads_remarks(person, card):
        remarks = list(
            session.scalars(
                select(CardRemark)
                .where(CardRemark.card_id == card.id)
                .order_by(CardRemark.made_at.desc(), CardRemark.id)
            )
        )
    return CardPage(
        card=card,
        lists=[(kind, names_of(lists, kind, card.keys(kind))) for kind in EntryKind],
        keeper=keeper.name if keeps_cards_of(keeper, card.provider_id) else None,
        due=due_day(card.confirmed_on, days),
        out_of_date=is_out_of_date(card.confirmed_on, today, days),
        remarks=remarks,
        remarks_as=referring_for(person) if shown and not own else [],
        may_write=shown and own,
        may_confirm=shown and may(person, "confirm_card", card.provider_id),
        may_withdraw=shown and may(person, "withdraw_card", card.provider_id),
        may_answer=shown and may(person, "answer_remark", card.provider_id),
    )


def visible_card(session: Session, card_id: UUID, person: Person) -> ProviderCard:
    """A card that the reader may see. Raises NotFound."""
    card = session.get(ProviderCard, card_id)
    if card is None or not may_see_card(person, card):
        raise NotFound
    return card


def own_card(session: Session, card_id: UUID, person: Person) -> ProviderCard:
    """A card of a provider that the person works for. Raises NotFound."""
    card = session.get(ProviderCard, card_id)
    if card is None or not is_of_provider(person, card):
        raise NotFound
    return card


def card_to_write(session: Session, card_id: UUID, person: Person) -> ProviderCard:
    """An own card that is still shown. Raises NotFound, ``wrong_state``."""
    card = own_card(session, card_id, person)
    card_after(card.state, "write_card")
    return card


def remark_of(session: Session, card_id: UUID, remark_id: UUID, person: Person) -> CardRemark:
    """A remark on a card of the person's provider. Raises NotFound."""
    remark = session.get(CardRemark, remark_id)
    if remark is None or remark.card_id != own_card(session, card_id, person).id:
        raise NotFound
    return remark


@dataclass(frozen=True)
class OwnRow:
    """One card of the own list; ``keeper`` is None once they have left."""

    id: UUID
    title: Names
    provider: Names
    state: str
    keeper: str | None
    confirmed_on: date
    out_of_date: bool
    unanswered: int


@dataclass(frozen=True)
class OwnCards:
    """One page of the cards of the reader's providers."""

    rows: list[OwnRow]
    paging: Paging


def own_cards(session: Session, person: Person, today: date, n: int) -> OwnCards:
    """The cards of the providers that the person works for: those shown, the oldest first."""
    own = ProviderCard.provider_id.in_([one.id for one in providers_of(person)])
    pages = paging(
        session.scalar(select(func.count()).select_from(ProviderCard).where(own)) or 0, n
    )
    days = settings_of(session).card_confirm_days
    unanswered = (
        select(func.count())
        .select_from(CardRemark)
        .where(CardRemark.card_id == ProviderCard.id, CardRemark.answered_at.is_(None))
        .scalar_subquery()
    )
    stays = (
        select(Membership.id)
        .where(
            Membership.person_id == ProviderCard.keeper_id,
            Membership.organisation_id == ProviderCard.provider_id,
            Membership.role.in_(ACTS["write_card"]),
            Person.closed_at.is_(None),
        )
        .exists()
    )
    found = session.execute(
        select(
            ProviderCard.id,
            ProviderCard.title,
            Organisation.name.label("provider"),
            ProviderCard.state,
            Person.name.label("keeper"),
            stays.label("stays"),
            ProviderCard.confirmed_on,
            unanswered.label("unanswered"),
        )
        .join(Organisation, Organisation.id == ProviderCard.provider_id)
        .join(Person, Person.id == ProviderCard.keeper_id)
        .where(own)
        .order_by(
            ProviderCard.state != CardState.SHOWN,
            ProviderCard.confirmed_on,
            ProviderCard.sorted_as,
            ProviderCard.id,
        )
        .limit(ROWS_ON_A_PAGE)
        .offset(pages.offset)
    )
    return OwnCards(
        rows=[
            OwnRow(
                id=row.id,
                title=row.title,
                provider=row.provider,
                state=row.state,
                keeper=row.keeper if row.stays else None,
                confirmed_on=row.confirmed_on,
                out_of_date=row.state == CardState.SHOWN
                and is_out_of_date(row.confirmed_on, today, days),
                unanswered=row.unanswered,
            )
            for row in found
        ],
        paging=pages,
    )


@dataclass(frozen=True)
class Choices:
    """What whoever writes a card chooses from: the lists, the providers, and who can keep it."""

    lists: Lists
    providers: list[Organisation]
    keepers: list[tuple[UUID, str]]


def choices_for(session: Session, person: Person, provider_id: UUID | None = None) -> Choices:
    """For a new card of the person's providers, or for one of the provider given."""
    providers = providers_of(person)
    keys = [one.id for one in providers] if provider_id is None else [provider_id]
    people = session.execute(
        select(Person.id, Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id.in_(keys),
            Membership.role.in_(ACTS["write_card"]),
            Person.closed_at.is_(None),
        )
        .distinct()
        .order_by(Person.name, Person.id)
    )
    return Choices(lists_of(session), providers, [(key, name) for key, name in people])


def writing_for(session: Session, person: Person, provider_id: UUID) -> Organisation:
    """One of the providers whose cards the person may write. Raises NotFound."""
    for provider in providers_of(session.get_one(Person, person.id)):
        if provider.id == provider_id:
            return provider
    raise NotFound


def remarking_for(session: Session, person: Person, organisation_id: UUID) -> Organisation:
    """One of the organisations in whose name the person may remark. Raises NotFound."""
    for organisation in referring_for(session.get_one(Person, person.id)):
        if organisation.id == organisation_id:
            return organisation
    raise NotFound
