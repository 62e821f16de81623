"""What a walk finds: each fault once, with where it was seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

MOST_PLACES = 5


@dataclass(frozen=True)
class Seen:
    """Who looked at which page, how."""

    reader: str
    endpoint: str
    address: str
    language: str
    width: int
    state: str
    """``full``, ``empty``, ``with errors`` or ``swapped``."""

    def line(self) -> str:
        """In one line, to be found again by."""
        return f"{self.address} ({self.state}, {self.reader}, {self.language}, {self.width} px)"


@dataclass
class Findings:
    """All that a walk has looked at and found."""

    faults: dict[tuple[str, str, str], list[Seen]] = field(default_factory=dict)
    """By rule, element and what is wrong."""
    looked: Counter[str] = field(default_factory=Counter)
    """How often each measure was taken."""
    pages: set[str] = field(default_factory=set)
    endpoints: set[str] = field(default_factory=set)

    def add(self, seen: Seen, found: Iterable[tuple[str, str, str]]) -> None:
        """What one look has found."""
        self.pages.add(f"{seen.reader} {seen.address}")
        self.endpoints.add(seen.endpoint)
        for rule, element, said in found:
            places = self.faults.setdefault((rule, element, said), [])
            if len(places) < MOST_PLACES and seen not in places:
                places.append(seen)

    def lines(self) -> list[str]:
        """Each fault in one line, by rule."""
        return [
            f"{rule}: {element}: {said} <- {places[0].line()}"
            for (rule, element, said), places in sorted(self.faults.items())
        ]
