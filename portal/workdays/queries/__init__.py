"""What the pages of records and invoices show."""

from portal.workdays.queries.accepted import accepted_workdays, accepted_workdays_of
from portal.workdays.queries.bases import (
    BasisShown,
    InvoicePage,
    InvoicesPage,
    RevisionPage,
    invoice_page,
    invoiced_of_all,
    invoices_page,
    issued,
    revision_page,
)
from portal.workdays.queries.invoices import (
    invoices_of,
    invoices_of_all,
    revisions_of,
    terms_of,
)
from portal.workdays.queries.records import (
    MonthPage,
    RecordsPage,
    SettlePage,
    month_page,
    records_page,
    settle_page,
)
from portal.workdays.queries.waiting import (
    AbsenceAlert,
    WaitingPage,
    absence_alerts,
    records_chosen,
    waiting_page,
)

__all__ = [
    "AbsenceAlert",
    "BasisShown",
    "InvoicePage",
    "InvoicesPage",
    "MonthPage",
    "RecordsPage",
    "RevisionPage",
    "SettlePage",
    "WaitingPage",
    "absence_alerts",
    "accepted_workdays",
    "accepted_workdays_of",
    "invoice_page",
    "invoiced_of_all",
    "invoices_of",
    "invoices_of_all",
    "invoices_page",
    "issued",
    "month_page",
    "records_chosen",
    "records_page",
    "revision_page",
    "revisions_of",
    "settle_page",
    "terms_of",
    "waiting_page",
]
