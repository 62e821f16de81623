"""What a walk finds: each fault once, with where it was seen, as a table and as a file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

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

    def table(self) -> list[str]:
        """How many faults there are of each rule, and how much was looked at."""
        rules = Counter(rule for rule, _element, _said in self.faults)
        rows = [f"{'rule':<32} faults"]
        rows += [f"{rule:<32} {count}" for rule, count in sorted(rules.items())]
        rows.append(f"{len(self.pages)} pages of {len(self.endpoints)} routes")
        rows += [f"{measure}: {times}" for measure, times in sorted(self.looked.items())]
        return rows

    def write(self, folder: Path) -> Path:
        """All of it into a file of the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "findings.json"
        told = {
            "looked": dict(self.looked),
            "routes": sorted(self.endpoints),
            "faults": [
                {
                    "rule": rule,
                    "element": element,
                    "said": said,
                    "seen": [one.line() for one in places],
                }
                for (rule, element, said), places in sorted(self.faults.items())
            ],
        }
        file.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        return file
