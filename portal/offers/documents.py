"""What the receipt of an offer and the opening record say, as plain values."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.documents.store import Builder
from portal.offers.access import behind
from portal.offers.models import LotOffer, Offer, OfferVersion, Opening
from portal.offers.queries import opened_rows
from portal.offers.rules import OpeningStage, Partner
from portal.offers.usecases import submitted_content
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Lot, Procurement


def _party(organisation: Organisation) -> dict[str, Any]:
    return {"name": dict(organisation.name), "business_id": organisation.business_id}


def _partners(partners: tuple[Partner, ...]) -> list[dict[str, Any]]:
    """Who offers with the provider or works for it; what falls to them is of the offer itself."""
    return [
        {"name": {"fi": partner.name}, "business_id": partner.business_id or None}
        for partner in partners
    ]


def _call(procurement: Procurement) -> dict[str, Any]:
    return {
        "reference": procurement.reference,
        "title": dict(procurement.title),
        "offers_due": procurement.offers_due,
    }


def _lot(lot: Lot) -> dict[str, Any]:
    return {"title": dict(lot.title)}


def offer_receipt(session: Session, subject: UUID, language: str) -> dict[str, Any]:
    """The receipt of one submitted version: who offers, but nothing of its texts or prices."""
    version = session.get_one(OfferVersion, subject)
    offer = session.get_one(Offer, version.offer_id)
    procurement = session.get_one(Procurement, offer.procurement_id)
    content = submitted_content(session, version)
    return {
        "made_at": version.submitted_at,
        "buyer": _party(procurement.buyer),
        "provider": _party(offer.provider),
        "procurement": _call(procurement),
        "version": {
            "reference": version.reference,
            "n": version.n,
            "submitted_at": version.submitted_at,
            "submitted_by": session.get_one(Person, version.submitted_by_id).name,
            "sha256": version.sha256,
        },
        "lots": [_lot(lot) for lot in procurement.lots if lot.key in content.lots],
        "consortium": _partners(content.consortium),
        "subcontractors": _partners(content.subcontractors),
        "files": [
            {"name": file.name, "size": file.size, "sha256": file.sha256} for file in content.files
        ],
    }


def opening_record(session: Session, subject: UUID, language: str) -> dict[str, Any]:
    """Who opened which offers and when.

    ``subject`` is the procurement or, of two envelopes, the opening of its prices; only the
    latter's record names prices.
    """
    opening = (
        session.get(Opening, subject)
        or session.scalars(
            select(Opening).where(
                Opening.procurement_id == subject, Opening.stage == OpeningStage.OFFERS
            )
        ).one()
    )
    procurement = session.get_one(Procurement, opening.procurement_id)
    assert opening.second is not None
    prices = _prices(session, procurement) if opening.stage == OpeningStage.PRICES else {}
    return {
        "made_at": opening.opened_at,
        "buyer": _party(procurement.buyer),
        "procurement": _call(procurement) | {"two_envelopes": procurement.two_envelopes},
        "opening": {
            "stage": opening.stage,
            "first": opening.first.name,
            "second": opening.second.name,
            "opened_at": opening.opened_at,
        },
        "offers": [
            {
                "provider": _party(row.provider),
                "consortium": _partners(row.consortium),
                "reference": row.version.reference,
                "n": row.version.n,
                "submitted_at": row.version.submitted_at,
                "sha256": row.version.sha256,
                "lots": [
                    _lot(lot) | prices.get((row.version.offer_id, lot.id), {}) for lot in row.lots
                ],
            }
            for row in opened_rows(session, procurement)
        ],
        "left_sealed": [
            {"provider": _party(offer.provider), "reference": version.reference}
            for offer, version in session.execute(
                select(Offer, OfferVersion)
                .join(OfferVersion, OfferVersion.id == Offer.current_version_id)
                .where(behind(procurement))
                .order_by(OfferVersion.submitted_at, OfferVersion.reference)
            )
        ],
    }


def _prices(session: Session, procurement: Procurement) -> dict[tuple[UUID, UUID], dict[str, Any]]:
    rows = session.scalars(
        select(LotOffer).where(LotOffer.lot_id.in_([lot.id for lot in procurement.lots]))
    )
    return {
        (row.offer_id, row.lot_id): {"price": row.price, "coordination_fee": row.coordination_fee}
        for row in rows
    }


DOCUMENTS: dict[str, Builder] = {
    "offer_receipt": offer_receipt,
    "opening_record": opening_record,
}
