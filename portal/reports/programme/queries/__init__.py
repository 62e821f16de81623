"""The table of a selection, what can be chosen, the rows behind a figure, and kept reports."""

from portal.reports.programme.queries.choosing import Choices, choices_of, trainings_of
from portal.reports.programme.queries.counting import table_of
from portal.reports.programme.queries.made import (
    DOCUMENT,
    contracts_of,
    report_document,
    reports_page,
    table_of_procurement,
)
from portal.reports.programme.queries.shown import (
    RowsPage,
    TablePage,
    rows_page,
    table_page,
)

__all__ = [
    "DOCUMENT",
    "Choices",
    "RowsPage",
    "TablePage",
    "choices_of",
    "contracts_of",
    "report_document",
    "reports_page",
    "rows_page",
    "table_of",
    "table_of_procurement",
    "table_page",
    "trainings_of",
]
