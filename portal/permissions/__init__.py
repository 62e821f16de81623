"""Who may do what: one table of acts and one of pages.

A use-case asks `require` with its own name; a page is let through by its row in `PAGES` before
its view runs. A route without a row is refused, and a test names it.
"""

from portal.permissions.acts import ACTS, Actor, may, require
from portal.permissions.pages import LOGGED_IN, PAGES, PUBLIC, Page, doers, holders
from portal.permissions.roles import (
    BUYERS_HANDLERS,
    FOLLOWING,
    KINDS_FOR_ROLE,
    OVERVIEW_READERS,
    PROVIDING,
    REPORT_READERS,
    SECOND_FACTOR_NEEDED,
    SPONSORING,
    TRAINING_READERS,
    USING_CAPACITY,
    Kind,
    Role,
)

__all__ = [
    "ACTS",
    "BUYERS_HANDLERS",
    "FOLLOWING",
    "KINDS_FOR_ROLE",
    "LOGGED_IN",
    "OVERVIEW_READERS",
    "PAGES",
    "PROVIDING",
    "PUBLIC",
    "REPORT_READERS",
    "SECOND_FACTOR_NEEDED",
    "SPONSORING",
    "TRAINING_READERS",
    "USING_CAPACITY",
    "Actor",
    "Kind",
    "Page",
    "Role",
    "doers",
    "holders",
    "may",
    "require",
]
