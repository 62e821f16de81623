"""A market of any size in the tables: providers, calls in every state, offers, contracts, people.

The rows are those that the acts would have left: frozen calls hash as published ones do, offers
are sealed in the vault, opened ones are unsealed into their tables, scored ones have both
assessments and joint scores. Only the acts themselves are left out, because playing them would
take minutes: the audit record of such a market is empty. Offers of one call share one sealed
content.
"""

from benchmarks.market.ground import AT, COUNTRY, DAY, DISTRICT, LARGE, SMALL, Market, Size
from benchmarks.market.growing import grow
from benchmarks.market.pages import LIST_PAGES, ListPage

__all__ = [
    "AT",
    "COUNTRY",
    "DAY",
    "DISTRICT",
    "LARGE",
    "LIST_PAGES",
    "SMALL",
    "ListPage",
    "Market",
    "Size",
    "grow",
]
