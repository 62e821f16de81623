"""Opening all offers of a procurement, by two openers together."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.record import Facts, acting
from portal.documents import store
from portal.offers.access import counted
from portal.offers.models import LotOffer, Offer, OfferVersion, OpenedContent
from portal.offers.rules import OpeningStage, unpacked
from portal.offers.usecases import openers
from portal.organisations.models import Person
from portal.permissions import require
from portal.procurement.models import Procurement
from portal.procurement.rules import State
from portal.procurement.usecases import note_opened
from portal.shared.canonical import sha256
from portal.shared.clock import in_time
from portal.shared.errors import RuleBroken
from portal.storage.vault import vault_of


def _require_openable(procurement: Procurement, at: datetime) -> None:
    if procurement.state != State.PUBLISHED or procurement.offers_due is None:
        raise RuleBroken("wrong_state")
    if in_time(at, procurement.offers_due):
        raise RuleBroken("before_deadline")


def request_opening(
    session: Session, *, procurement: Procurement, by: Person, at: datetime, phrase: str = ""
) -> None:
    """The first opener is ready; another one opens. Asking again starts the wait anew.

    ``phrase`` opens their part of the procurement's key, where it has one. Raises
    ``wrong_state``, ``before_deadline``, ``opener_without_part``, ``opener_phrase_wrong``.
    """
    with acting(session, "request_opening", chain=procurement.id, by=by.id, at=at):
        require(by, "request_opening", procurement.buyer_id)
        _require_openable(procurement, at)
        openers.leave_part(
            session, procurement, OpeningStage.OFFERS, first=by, phrase=phrase, first_at=at
        )
        openers.begin(session, procurement, OpeningStage.OFFERS, first=by, first_at=at)


def confirm_opening(
    session: Session,
    *,
    procurement: Procurement,
    window: timedelta,
    by: Person,
    at: datetime,
    phrase: str = "",
) -> None:
    """The second opener follows within the window, with a log-in and a phrase of their own.

    Raises ``second_opener_required``, ``opening_expired``, and what `open_offers` raises.
    """
    with acting(session, "confirm_opening", chain=procurement.id, by=by.id, at=at):
        require(by, "confirm_opening", procurement.buyer_id)
        _require_openable(procurement, at)
        first = openers.first_of(
            session, procurement, OpeningStage.OFFERS, window=window, second_at=at
        )
    with acting(session, "open_offers", chain=procurement.id, by=by.id, at=at) as facts:
        _open(
            session,
            procurement,
            (first, by),
            lambda: openers.recovered(
                session, procurement, OpeningStage.OFFERS, second=by, phrase=phrase
            ),
            facts,
            at,
        )


def open_offers(
    session: Session,
    *,
    procurement: Procurement,
    with_: Person,
    by: Person,
    at: datetime,
    phrases: Mapping[UUID, str] | None = None,
) -> None:
    """Unseal every submitted offer, all together, by two different openers.

    ``phrases`` are the two's, by person. An offer that was not confirmed after an amendment does
    not count and stays sealed.

    Raises ``wrong_state``, ``before_deadline``, ``second_opener_required``,
    ``opener_without_part``, ``opener_phrase_wrong``.
    """
    with acting(session, "open_offers", chain=procurement.id, by=by.id, at=at) as facts:
        _open(
            session,
            procurement,
            (with_, by),
            lambda: openers.recovered_by_both(
                session, procurement, openers=(with_, by), phrases=phrases or {}
            ),
            facts,
            at,
        )


def _open(
    session: Session,
    procurement: Procurement,
    both: tuple[Person, Person],
    recovered: Callable[[], bytes | None],
    facts: Facts,
    at: datetime,
) -> None:
    with_, by = both
    require(by, "open_offers", procurement.buyer_id)
    _require_openable(procurement, at)
    openers.require_two(procurement, with_, by)
    private = recovered()
    lots = {lot.key: lot.id for lot in procurement.lots}
    offers = session.scalars(select(Offer).where(counted(procurement))).all()
    for offer in offers:
        assert offer.current_version is not None
        _unseal_for_evaluation(
            session,
            offer,
            offer.current_version,
            lots,
            private=private,
            prices=not procurement.two_envelopes,
        )
    openers.done(session, procurement, OpeningStage.OFFERS, openers=(with_, by), opened_at=at)
    note_opened(procurement)
    facts.note(
        openers=[with_.id, by.id],
        offers=sorted(offer.current_version.sha256 for offer in offers if offer.current_version),
    )
    store.request(
        session,
        "opening_record",
        subject=procurement.id,
        owner=procurement.id,
        language="fi",
        at=at,
    )


def _unsealed(session: Session, version: OfferVersion, private: bytes | None) -> dict[str, Any]:
    sealed = vault_of(session).unseal_for_openers(session, version.blob_id, private)
    if sha256(sealed) != version.sha256:
        raise RuntimeError(f"offer version {version.id} is not what its receipt says")
    content: dict[str, Any] = json.loads(sealed)
    return content


def _unseal_for_evaluation(
    session: Session,
    offer: Offer,
    version: OfferVersion,
    lots: dict[str, UUID],
    *,
    private: bytes | None,
    prices: bool,
) -> None:
    """Into tables goes what evaluation needs; of two envelopes the prices stay in the vault.

    So does the version that holds them: the portal is let to it only with the prices.
    """
    content = _unsealed(session, version, private)
    offered = unpacked(content)
    files = [file.id for file in offered.files]
    vault_of(session).open_to_portal(
        session, [*files, version.blob_id] if prices else files, private
    )
    for key, price in offered.lots.items():
        session.add(
            LotOffer(
                offer_id=offer.id,
                lot_id=lots[key],
                price=price.price if prices else None,
                coordination_fee=price.coordination_fee if prices else None,
            )
        )
    session.add(
        OpenedContent(
            offer_id=offer.id,
            version_id=version.id,
            content=content if prices else {**content, "lots": {}},
        )
    )


def unseal_prices(session: Session, procurement: Procurement, private: bytes | None) -> None:
    """The second envelope of every opened offer, when the evaluation's room says so."""
    lots = {lot.key: lot.id for lot in procurement.lots}
    opened = session.execute(
        select(OpenedContent, OfferVersion)
        .join(OfferVersion, OfferVersion.id == OpenedContent.version_id)
        .join(Offer, Offer.id == OpenedContent.offer_id)
        .where(Offer.procurement_id == procurement.id)
    ).all()
    rows = {
        (row.offer_id, row.lot_id): row
        for row in session.scalars(select(LotOffer).where(LotOffer.lot_id.in_(lots.values())))
    }
    for kept, version in opened:
        content = _unsealed(session, version, private)
        vault_of(session).open_to_portal(session, [version.blob_id], private)
        for key, price in unpacked(content).lots.items():
            row = rows[kept.offer_id, lots[key]]
            row.price, row.coordination_fee = price.price, price.coordination_fee
        kept.content = content
