"""What the pages of options, changes, passings and handovers show."""

from portal.options.queries.changes import change_of, change_page, changes_page
from portal.options.queries.options import amendment_of, option_of, option_page, options_page
from portal.options.queries.passing_on import (
    HandoversPage,
    PassingPage,
    handover_pack,
    handover_page,
    handovers_page,
    passing_page,
)

__all__ = [
    "HandoversPage",
    "PassingPage",
    "amendment_of",
    "change_of",
    "change_page",
    "changes_page",
    "handover_pack",
    "handover_page",
    "handovers_page",
    "option_of",
    "option_page",
    "options_page",
    "passing_page",
]
