"""What a search finds, and one's own views of lists."""

from portal.finding.queries.hits import MOST_HITS, Group, Hit, found_by, organisation_page
from portal.finding.queries.views import own_view, views_of

__all__ = [
    "MOST_HITS",
    "Group",
    "Hit",
    "found_by",
    "organisation_page",
    "own_view",
    "views_of",
]
