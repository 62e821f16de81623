"""The pages of finding things again: the search, and one's own views of lists."""

from portal.finding.views import keeping, searching
from portal.finding.views.blueprint import bp

__all__ = ["bp", "keeping", "searching"]
