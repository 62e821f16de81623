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
from portal.workdays.queries.together import (
    MOST_CHOSEN,
    ChosenPage,
    ChosenRecord,
    chosen_page,
    chosen_record,
)
from portal.workdays.queries.waiting import (
    AbsenceAlert,
    Waiting,
    WaitingPage,
    absence_alerts,
    waiting_page,
)

__all__ = [
    "MOST_CHOSEN",
    "AbsenceAlert",
    "BasisShown",
    "ChosenPage",
    "ChosenRecord",
    "InvoicePage",
    "InvoicesPage",
    "MonthPage",
    "RecordsPage",
    "RevisionPage",
    "SettlePage",
    "Waiting",
    "WaitingPage",
    "absence_alerts",
    "accepted_workdays",
    "accepted_workdays_of",
    "chosen_page",
    "chosen_record",
    "invoice_page",
    "invoiced_of_all",
    "invoices_of",
    "invoices_of_all",
    "invoices_page",
    "issued",
    "month_page",
    "records_page",
    "revision_page",
    "revisions_of",
    "settle_page",
    "terms_of",
    "waiting_page",
]
