"""What the basis of an invoice is given: nothing but what was kept when it was issued."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.documents.store import Builder
from portal.workdays.models import InvoiceBasis
from portal.workdays.queries.bases import shown


def invoice_basis_context(session: Session, subject: UUID, language: str) -> dict[str, Any]:
    """A month's basis with its parties, in counts and sums: no participant is named."""
    row = session.get_one(InvoiceBasis, subject)
    kept = row.content
    return {
        "made_at": row.issued_at,
        "buyer": kept["buyer"],
        "provider": kept["provider"],
        "procurement": {"reference": kept["procurement"]},
        "contract": {"reference": kept["contract"]},
        "n": row.n,
        "price_model_code": kept["price_model"],
        "unit": kept["unit"],
        "basis": asdict(shown(kept)),
    }


DOCUMENTS: dict[str, Builder] = {"invoice_basis": invoice_basis_context}
