"""What is done with monthly records and invoices."""

from portal.workdays.usecases.invoicing import issue_invoice_basis, revise_price
from portal.workdays.usecases.recording import correct_workdays, record_workdays
from portal.workdays.usecases.settling import (
    accept_workdays,
    awaits_acceptance,
    dispute_workdays,
)

__all__ = [
    "accept_workdays",
    "awaits_acceptance",
    "correct_workdays",
    "dispute_workdays",
    "issue_invoice_basis",
    "record_workdays",
    "revise_price",
]
