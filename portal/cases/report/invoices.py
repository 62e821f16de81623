"""What the report says of a contract's invoices."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from portal.contracts.models import Contract
from portal.shared.numbers import shown
from portal.workdays.queries import invoices_of


def reported_invoices(session: Session, contract: Contract) -> list[dict[str, Any]]:
    """One invoice for each month, without value added tax, in order of months."""
    return [
        {
            "period": invoice.period,
            "quantity": shown(invoice.quantity),
            "amount": shown(invoice.amount),
        }
        for invoice in invoices_of(session, contract)
    ]
