"""What the pages of records and invoices show."""

from portal.workdays.queries.accepted import accepted_workdays, accepted_workdays_of
from portal.workdays.queries.invoices import invoices_of, revisions_of, terms_of

__all__ = [
    "accepted_workdays",
    "accepted_workdays_of",
    "invoices_of",
    "revisions_of",
    "terms_of",
]
