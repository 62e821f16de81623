"""Who may work on an offer, and who may see the opening."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import Session

from portal.offers.models import Offer, OpenedContent
from portal.offers.rules import OfferState
from portal.organisations.models import Organisation, Person
from portal.permissions import ACTS, Kind, Role
from portal.procurement.access import is_handler
from portal.procurement.models import Procurement
from portal.procurement.usecases import appointed
from portal.shared.names import DEFAULT_LANGUAGE, name_in

Check = Callable[[Session, Procurement, Person], bool]

_shut_out: list[Check] = []
_shown_to: list[Check] = []


def shut_out_by(check: Check) -> None:
    """Let a later room say, at wiring, whom it shuts out of a procurement's opened offers."""
    if check not in _shut_out:
        _shut_out.append(check)


def shown_to_whom(check: Check) -> None:
    """Let a later room say, at wiring, who may be shown what has been opened."""
    if check not in _shown_to:
        _shown_to.append(check)


def offers_for(person: Person) -> list[Organisation]:
    """The providers in whose name this person may write offers, by name."""
    found = [
        organisation
        for organisation in person.organisations_as(Role.REPRESENTATIVE)
        if Kind.PROVIDER in organisation.kinds
    ]
    return sorted(found, key=lambda provider: name_in(provider.name, DEFAULT_LANGUAGE))


def chosen_provider(person: Person, asked: UUID | None) -> Organisation | None:
    """The provider asked for, or the only one that the person represents."""
    mine = offers_for(person)
    if asked is None:
        return mine[0] if len(mine) == 1 else None
    return next((provider for provider in mine if provider.id == asked), None)


def counted(procurement: Procurement) -> ColumnElement[bool]:
    """A condition: the procurement's offers that are submitted, with no amendment behind."""
    return (
        (Offer.procurement_id == procurement.id)
        & (Offer.state == OfferState.SUBMITTED)
        & (Offer.confirmed_amendment == procurement.amended)
    )


def behind(procurement: Procurement) -> ColumnElement[bool]:
    """A condition: the procurement's submitted offers that an amendment has left behind."""
    return (
        (Offer.procurement_id == procurement.id)
        & (Offer.state == OfferState.SUBMITTED)
        & (Offer.confirmed_amendment < procurement.amended)
    )


def opened(procurement: Procurement) -> ColumnElement[bool]:
    """A condition: the procurement's offers that have been opened."""
    return (Offer.procurement_id == procurement.id) & exists().where(
        OpenedContent.offer_id == Offer.id
    )


def awaits_confirmation(offer: Offer, procurement: Procurement) -> bool:
    """Whether the call was amended after the offer was submitted or last confirmed."""
    return offer.state == OfferState.SUBMITTED and offer.confirmed_amendment < procurement.amended


def is_own(person: Person | None, offer: Offer) -> bool:
    """Whether the person represents the offer's provider."""
    return person is not None and person.holds({Role.REPRESENTATIVE}, offer.provider_id)


def is_opener(person: Person, procurement: Procurement) -> bool:
    """An opener of the procurement's buyer."""
    return person.holds(ACTS["open_offers"], procurement.buyer_id)


def may_see_opening(session: Session, procurement: Procurement, person: Person) -> bool:
    """The buyer's handlers and the appointed evaluators, but for those shut out by a conflict."""
    takes_part = is_handler(person, procurement) or (
        person.holds({Role.EVALUATOR}) and appointed(session, procurement, person)
    )
    return takes_part and not is_shut_out(session, procurement, person)


def is_shut_out(session: Session, procurement: Procurement, person: Person) -> bool:
    """Whether a later room, by a declared conflict say, keeps the person from the offers."""
    return any(check(session, procurement, person) for check in _shut_out)


def may_be_shown(session: Session, procurement: Procurement, person: Person) -> bool:
    """Whether the person has done what a later room asks for, as declaring interests."""
    return all(check(session, procurement, person) for check in _shown_to)
