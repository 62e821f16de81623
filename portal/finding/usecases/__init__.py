"""What changes in this room: the words of things, and one's own views of lists."""

from portal.finding.usecases.indexing import keep_terms, reindex
from portal.finding.usecases.keeping import delete_view, open_with, save_view

__all__ = ["delete_view", "keep_terms", "open_with", "reindex", "save_view"]
