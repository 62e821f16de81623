"""Writing, confirming and withdrawing a card; remarking on it; reminding of one out of date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.config import settings_of
from portal.jobs.mail import send_mail
from portal.organisations.models import Membership, Organisation, Person
from portal.permissions import Kind, Role, require
from portal.provider_cards.access import is_of_provider, keeps_cards_of
from portal.provider_cards.lists import Lists, lists_of, named
from portal.provider_cards.models import (
    CardEntry,
    CardRemark,
    CardReminder,
    CardTerm,
    ProviderCard,
)
from portal.provider_cards.rules import (
    CardState,
    CardTerms,
    EntryKind,
    Part,
    card_after,
    entries_to_keep,
    index_of,
    out_of_date_before,
    require_card,
    sorted_as,
)
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken
from portal.shared.identity_codes import require_no_identity_code

WEIGHTS = {
    "title": 8,
    EntryKind.FIELD: 6,
    EntryKind.SUPPORT: 5,
    "services": 5,
    "provider": 5,
    EntryKind.REGION: 4,
    "area": 4,
    "target_groups": 4,
    EntryKind.STAGE: 3,
    "also": 2,
    "description": 2,
    "preconditions": 1,
}
"""How much a word counts, by where in the card it stands (a proposal)."""


def write_card(
    session: Session,
    *,
    provider: Organisation,
    terms: CardTerms,
    keeper: Person,
    by: Person,
    at: datetime,
    card: ProviderCard | None = None,
    revision: int | None = None,
) -> ProviderCard:
    """Write a provider's new card, or anew the one given; either counts as confirming it.

    ``revision`` is the one that the writer had before their eyes. Raises ``not_permitted``,
    ``wrong_state`` of a withdrawn card, ``changed_meanwhile``, ``keeper_elsewhere`` where the
    keeper is not one of the provider's people, and what `rules.require_card` does.
    """
    written = card or ProviderCard(
        provider=provider, provider_id=provider.id, state=CardState.SHOWN, withdrawn_at=None
    )
    with acting(session, "write_card", chain=written.id, by=by.id, at=at) as facts:
        require(by, "write_card", provider.id)
        if Kind.PROVIDER not in provider.kinds or written.provider_id != provider.id:
            raise RuleBroken("not_permitted")
        if card is not None:
            _lock(session, card, revision)
        written.state = card_after(written.state, "write_card")
        lists = lists_of(session)
        require_card(terms, {kind: entries.keys() for kind, entries in lists.items()})
        if not keeps_cards_of(keeper, provider.id):
            raise RuleBroken("keeper_elsewhere", field="keeper")
        _write(written, terms)
        written.keeper_id = keeper.id
        written.written_by_id, written.written_at = by.id, at
        written.confirmed_by_id, written.confirmed_on = by.id, day_in_helsinki(at)
        session.add(written)
        session.flush()
        _index(session, written, lists)
        facts.note(provider=provider.id, keeper=keeper.id)
    return written


def confirm_card(
    session: Session, *, card: ProviderCard, by: Person, at: datetime, revision: int | None = None
) -> None:
    """Nothing has changed, and the card is still true.

    Raises ``not_permitted``, ``wrong_state``, ``changed_meanwhile`` for whoever confirms what
    they have not seen.
    """
    with acting(session, "confirm_card", chain=card.id, by=by.id, at=at):
        require(by, "confirm_card", card.provider_id)
        _lock(session, card, revision)
        card.state = card_after(card.state, "confirm_card")
        card.confirmed_by_id, card.confirmed_on = by.id, day_in_helsinki(at)


def withdraw_card(session: Session, *, card: ProviderCard, by: Person, at: datetime) -> None:
    """The service is offered no more: only the provider still sees its card.

    Raises ``not_permitted``, ``wrong_state``.
    """
    with acting(session, "withdraw_card", chain=card.id, by=by.id, at=at):
        require(by, "withdraw_card", card.provider_id)
        _lock(session, card, None)
        card.state = card_after(card.state, "withdraw_card")
        card.withdrawn_at = at
        session.execute(delete(CardTerm).where(CardTerm.card_id == card.id))


def remark_on_card(
    session: Session,
    *,
    card: ProviderCard,
    organisation: Organisation,
    text: str,
    by: Person,
    at: datetime,
) -> CardRemark:
    """What a referrer says of the service, in the name of an office or buyer.

    Raises ``not_permitted`` (one's own provider's card too), ``wrong_state``, ``text_missing``,
    ``identity_code``.
    """
    remark = CardRemark(
        card_id=card.id, organisation_id=organisation.id, text=text, made_by_id=by.id, made_at=at
    )
    with acting(session, "remark_on_card", chain=card.id, by=by.id, at=at) as facts:
        require(by, "remark_on_card", organisation.id)
        if is_of_provider(by, card):
            raise RuleBroken("not_permitted")
        card_after(card.state, "remark_on_card")
        _require_text(text)
        session.add(remark)
        facts.note(remark=remark.id, organisation=organisation.id)
    return remark


def answer_remark(
    session: Session, *, remark: CardRemark, text: str, by: Person, at: datetime
) -> None:
    """The provider's one answer to a remark.

    Raises ``not_permitted``, ``wrong_state`` (also once it is answered), ``text_missing``,
    ``identity_code``.
    """
    with acting(session, "answer_remark", chain=remark.card_id, by=by.id, at=at) as facts:
        require(by, "answer_remark", remark.card.provider_id)
        card_after(remark.card.state, "answer_remark")
        if remark.answered_at is not None:
            raise RuleBroken("wrong_state")
        _require_text(text)
        remark.answer, remark.answered_by_id, remark.answered_at = text, by.id, at
        facts.note(remark=remark.id)


def reindex_cards(session: Session) -> int:
    """Write the terms of every card anew, after a change of the lists; returns how many cards."""
    lists = lists_of(session)
    shown = select(ProviderCard).where(ProviderCard.state == CardState.SHOWN)
    cards = session.scalars(shown).all()
    for card in cards:
        _index(session, card, lists)
    return len(cards)


def remind_keepers(session: Session, on: datetime) -> int:
    """Write to the keeper of each card that is out of date; returns how many letters.

    Once for each day that a card was confirmed on, however often this is run. Where the keeper
    has left, the provider's representatives are written to, and told so.
    """
    today = day_in_helsinki(on)
    before = out_of_date_before(today, settings_of(session).card_confirm_days)
    noted = select(CardReminder.card_id).where(
        CardReminder.card_id == ProviderCard.id,
        CardReminder.confirmed_on == ProviderCard.confirmed_on,
    )
    cards = session.scalars(
        select(ProviderCard)
        .where(
            ProviderCard.state == CardState.SHOWN,
            ProviderCard.confirmed_on < before,
            ~noted.exists(),
        )
        .order_by(ProviderCard.sorted_as, ProviderCard.id)
    ).all()
    keepers = _people(session, {card.keeper_id for card in cards})
    representatives = _representatives(session, {card.provider_id for card in cards})
    sent = 0
    for card in cards:
        if not _note(session, card, on):
            continue
        keeper = keepers[card.keeper_id]
        stays = keeps_cards_of(keeper, card.provider_id)
        for person in [keeper] if stays else representatives.get(card.provider_id, []):
            send_mail(
                session,
                to=person,
                letter="card_out_of_date" if stays else "card_without_keeper",
                facts={
                    "card": card.title,
                    "confirmed_on": card.confirmed_on.isoformat(),
                    "path": f"/provider-cards/{card.id}",
                },
                at=on,
                about=card.id,
            )
            sent += 1
    return sent


def _lock(session: Session, card: ProviderCard, revision: int | None) -> None:
    session.refresh(card, with_for_update={"of": ProviderCard})
    if revision is not None and revision != card.revision:
        raise RuleBroken("changed_meanwhile")


def _require_text(text: str) -> None:
    if not text.strip():
        raise RuleBroken("text_missing", field="text")
    require_no_identity_code(("text", text))


def _write(card: ProviderCard, terms: CardTerms) -> None:
    card.title = _filled(terms.title)
    card.description = _filled(terms.description)
    card.services = _filled(terms.services)
    card.target_groups = _filled(terms.target_groups)
    card.preconditions = _filled(terms.preconditions)
    card.area = terms.area
    card.contact_name = terms.contact_name
    card.phone, card.email, card.website = terms.phone, terms.email, terms.website
    card.sorted_as = sorted_as(card.title)
    wanted = entries_to_keep(terms.entries)
    standing = {(entry.kind, entry.key): entry for entry in card.entries}
    card.entries = [
        standing.get((kind, key)) or CardEntry(kind=str(kind), key=key) for kind, key in wanted
    ]


def _filled(texts: Mapping[str, str]) -> dict[str, str]:
    return {language: text for language, text in texts.items() if text.strip()}


def _index(session: Session, card: ProviderCard, lists: Lists) -> None:
    session.execute(delete(CardTerm).where(CardTerm.card_id == card.id))
    session.execute(
        insert(CardTerm),
        [
            {"term": term, "card_id": card.id, "weight": weight}
            for term, weight in index_of(parts_of(card, lists)).items()
        ],
    )


def parts_of(card: ProviderCard, lists: Lists) -> list[Part]:
    """All that a card is found by: its own texts, its provider, and what its entries are called."""
    found = [
        Part(WEIGHTS[name], getattr(card, name))
        for name in ("title", "services", "target_groups", "description", "preconditions")
    ]
    found += [Part(WEIGHTS["provider"], card.provider.name), Part(WEIGHTS["area"], {"": card.area})]
    for row in card.entries:
        kind = EntryKind(row.kind)
        entry = named(lists, kind, row.key)
        found += [
            Part(WEIGHTS[kind], entry.name),
            Part(WEIGHTS["also"], {"": " ".join(entry.also)}),
        ]
    return found


def _people(session: Session, keys: set[UUID]) -> dict[UUID, Person]:
    return {one.id: one for one in session.scalars(select(Person).where(Person.id.in_(keys)))}


def _representatives(session: Session, providers: set[UUID]) -> dict[UUID, list[Person]]:
    rows = session.execute(
        select(Membership.organisation_id, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.organisation_id.in_(providers),
            Membership.role == Role.REPRESENTATIVE,
            Person.closed_at.is_(None),
        )
        .order_by(Person.email)
    )
    found: dict[UUID, list[Person]] = {}
    for provider_id, person in rows:
        found.setdefault(provider_id, []).append(person)
    return found


def _note(session: Session, card: ProviderCard, at: datetime) -> bool:
    """Whether this run is the one that noted it; another at the same moment waits, and is not."""
    adding = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values: dict[str, UUID | date | datetime] = {
        "card_id": card.id,
        "confirmed_on": card.confirmed_on,
        "noted_at": at,
    }
    noting = adding(CardReminder).values(values).on_conflict_do_nothing()
    return session.scalar(noting.returning(CardReminder.card_id)) is not None
