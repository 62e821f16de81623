"""Opening all offers of a procurement, by two openers together."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.documents import store
from portal.offers.models import LotOffer, Offer, OfferVersion, OpenedContent, Opening
from portal.offers.rules import (
    OfferState,
    in_time,
    unpacked,
)
from portal.organisations.models import Person
from portal.permissions import ACTS, require
from portal.procurement.models import Procurement
from portal.procurement.rules import State
from portal.procurement.usecases import note_opened
from portal.shared.canonical import sha256
from portal.shared.errors import RuleBroken
from portal.storage.vault import vault_of


def _require_openable(procurement: Procurement, at: datetime) -> None:
    if procurement.state != State.PUBLISHED or procurement.offers_due is None:
        raise RuleBroken("wrong_state")
    if in_time(at, procurement.offers_due):
        raise RuleBroken("before_deadline")


def _opening(session: Session, procurement: Procurement) -> Opening | None:
    return session.scalar(select(Opening).where(Opening.procurement_id == procurement.id))


def request_opening(
    session: Session, *, procurement: Procurement, by: Person, at: datetime
) -> None:
    """The first opener is ready; another one opens. Asking again starts the wait anew.

    Raises ``wrong_state``, ``before_deadline``.
    """
    with acting(session, "request_opening", chain=procurement.id, by=by.id, at=at):
        require(by, "request_opening", procurement.buyer_id)
        _require_openable(procurement, at)
        opening = _opening(session, procurement)
        if opening is None:
            session.add(Opening(procurement_id=procurement.id, first_id=by.id, first_at=at))
        else:
            opening.first_id, opening.first_at = by.id, at


def confirm_opening(
    session: Session, *, procurement: Procurement, window: timedelta, by: Person, at: datetime
) -> None:
    """The second opener follows within the window, with a log-in of their own.

    Raises ``second_opener_required``, ``opening_expired``, and what `open_offers` raises.
    """
    with acting(session, "confirm_opening", chain=procurement.id, by=by.id, at=at):
        require(by, "confirm_opening", procurement.buyer_id)
        _require_openable(procurement, at)
        opening = _opening(session, procurement)
        if opening is None:
            raise RuleBroken("second_opener_required")
        if at - opening.first_at > window:
            raise RuleBroken("opening_expired")
    open_offers(session, procurement=procurement, with_=opening.first, by=by, at=at)


def open_offers(
    session: Session, *, procurement: Procurement, with_: Person, by: Person, at: datetime
) -> None:
    """Unseal every submitted offer, all together, by two different openers.

    Raises ``wrong_state``, ``before_deadline``, ``second_opener_required``.
    """
    with acting(session, "open_offers", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "open_offers", procurement.buyer_id)
        _require_openable(procurement, at)
        if with_.id == by.id or not with_.holds(ACTS["open_offers"], procurement.buyer_id):
            raise RuleBroken("second_opener_required")
        lots = {lot.key: lot.id for lot in procurement.lots}
        offers = session.scalars(
            select(Offer).where(
                Offer.procurement_id == procurement.id, Offer.state == OfferState.SUBMITTED
            )
        ).all()
        for offer in offers:
            assert offer.current_version is not None
            _unseal_for_evaluation(session, offer, offer.current_version, lots)
        opening = _opening(session, procurement)
        if opening is None:
            opening = Opening(procurement_id=procurement.id, first_id=with_.id, first_at=at)
            session.add(opening)
        opening.first_id, opening.second_id, opening.opened_at = with_.id, by.id, at
        note_opened(procurement)
        facts.note(
            openers=[with_.id, by.id],
            offers=sorted(
                offer.current_version.sha256 for offer in offers if offer.current_version
            ),
        )
        store.request(
            session,
            "opening_record",
            subject=procurement.id,
            owner=procurement.id,
            language="fi",
            at=at,
        )


def _unseal_for_evaluation(
    session: Session, offer: Offer, version: OfferVersion, lots: dict[str, UUID]
) -> None:
    sealed = vault_of(session).unseal(session, version.blob_id)
    if sha256(sealed) != version.sha256:
        raise RuntimeError(f"offer version {version.id} is not what its receipt says")
    content = unpacked(json.loads(sealed))
    for key, price in content.lots.items():
        session.add(
            LotOffer(
                offer_id=offer.id,
                lot_id=lots[key],
                price=price.price,
                coordination_fee=price.coordination_fee,
            )
        )
    session.add(OpenedContent(offer_id=offer.id, version_id=version.id, content=json.loads(sealed)))
