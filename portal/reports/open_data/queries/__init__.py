"""Published procurements, and everything of one of them that may be told."""

from portal.reports.open_data.queries.listing import (
    PublishedList,
    keys_of,
    published_page,
)
from portal.reports.open_data.queries.packages import Packages, packages_of

__all__ = ["Packages", "PublishedList", "keys_of", "packages_of", "published_page"]
