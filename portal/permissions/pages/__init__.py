"""The table of pages: who is let through to each route."""

from portal.permissions.pages.in_use import IN_USE
from portal.permissions.pages.page import LOGGED_IN, PUBLIC, Page, doers, holders
from portal.permissions.pages.to_contract import TO_CONTRACT

__all__ = ["LOGGED_IN", "PAGES", "PUBLIC", "Page", "doers", "holders"]

PAGES: dict[str, Page] = {**TO_CONTRACT, **IN_USE}
