"""By which column a list is sorted, as its address says it: ``sort=name`` or ``sort=-name``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Ordering:
    """What a list can be sorted by, and what it is; without a choice it keeps its own order."""

    columns: tuple[str, ...] = ()
    chosen: str = ""
    descending: bool = False

    @property
    def sort(self) -> str | None:
        """The value that stands in the address; None where nothing was chosen."""
        if not self.chosen:
            return None
        return f"-{self.chosen}" if self.descending else self.chosen

    def direction(self, column: str) -> str | None:
        """For ``aria-sort``; None for a column that the list is not sorted by."""
        if column != self.chosen:
            return None
        return "descending" if self.descending else "ascending"

    def turned(self, column: str) -> str:
        """What the head of the column leads to: ascending first, then the other way round."""
        return f"-{column}" if column == self.chosen and not self.descending else column


def ordering(asked: str | None, columns: Iterable[str]) -> Ordering:
    """What was asked for; anything but one of the columns counts as not asked."""
    known = tuple(columns)
    name = (asked or "").removeprefix("-")
    if name not in known:
        return Ordering(known)
    return Ordering(known, name, (asked or "").startswith("-"))
