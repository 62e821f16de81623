"""What the order says, as plain values: what a call-off said when it was made."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.capacity.models import CallOff
from portal.contracts.models import Contract
from portal.documents.store import Builder
from portal.offers.models import LotOffer
from portal.organisations.models import Organisation
from portal.procurement.models import Lot, Procurement
from portal.training_forms.queries import form_name


def order_context(session: Session, subject: UUID, language: str) -> dict[str, Any]:
    """The order of a call-off, from what does not change after it has been made."""
    row = session.get_one(CallOff, subject)
    contract = session.get_one(Contract, row.contract_id)
    lot = session.get_one(Lot, contract.lot_id)
    procurement = session.get_one(Procurement, contract.procurement_id)
    price = session.scalars(
        select(LotOffer.price).where(
            LotOffer.lot_id == lot.id, LotOffer.offer_id == contract.award.offer_id
        )
    ).one()
    approver = row.small_group_approved_by
    return {
        "made_at": row.called_at,
        "buyer": _party(contract.buyer),
        "provider": _party(contract.provider),
        "procurement": {"reference": procurement.reference, "title": dict(procurement.title)},
        "contract": {"reference": contract.reference},
        "lot": {
            "title": dict(lot.title),
            "region": lot.region,
            "unit": lot.unit,
            "price_model": lot.price_model,
            "minimum_group": lot.minimum_group,
        },
        "price": price,
        "order": {
            "n": row.n,
            "called_by": row.called_by.name,
            "office": None if row.office is None else dict(row.office.name),
            "called_at": row.called_at,
            "start_by": row.start_by,
            "form": dict(form_name(session, row.form)),
            "field": row.field,
            "units": list(row.units),
            "amount": row.amount,
            "places": row.places,
            "workplaces_confirmed": row.workplaces_confirmed,
            "gain": row.gain,
            "small_group_reason": row.small_group_reason,
            "small_group_approved_by": None if approver is None else approver.name,
        },
    }


def _party(organisation: Organisation) -> dict[str, Any]:
    return {"name": dict(organisation.name), "business_id": organisation.business_id}


DOCUMENTS: dict[str, Builder] = {"order": order_context}
