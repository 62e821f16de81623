"""Which rows of a long list a page shows."""

from __future__ import annotations

from dataclasses import dataclass

ROWS_ON_A_PAGE = 20


@dataclass(frozen=True)
class Paging:
    """One page of a list: ``n`` of ``pages``, with ``total`` rows on all of them together."""

    total: int
    n: int
    pages: int

    @property
    def earlier(self) -> int | None:
        """The page before this one."""
        return self.n - 1 if self.n > 1 else None

    @property
    def later(self) -> int | None:
        """The page after this one."""
        return self.n + 1 if self.n < self.pages else None

    @property
    def offset(self) -> int:
        """How many rows come before this page."""
        return (self.n - 1) * ROWS_ON_A_PAGE


def paging(total: int, n: int) -> Paging:
    """The page asked for; one below the first is the first, one beyond the last is the last."""
    pages = max(1, -(-total // ROWS_ON_A_PAGE))
    return Paging(total, min(max(n, 1), pages), pages)
