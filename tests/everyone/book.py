"""What has been looked at, look by look, kept so that a walk can be done in pieces.

One line of ``looks.jsonl`` is one look of one reader at one page in one language and state of the
portal. A page that is looked at again has its line before forgotten. The figures of all of them
are ``docs/accessibility.json``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tests.everyone.findings import Findings, Seen

Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Look:
    """One page as one reader had it."""

    state: str
    endpoint: str
    reader: str
    language: str
    address: str
    looked: dict[str, int]
    """How often each measure was taken."""
    faults: list[list[str]]
    """Rule, element, what is wrong, and where it was seen."""
    sent: list[list[str]]
    """The forms that were sent, by where to and their fields."""

    @property
    def key(self) -> Key:
        """What a later look takes the place of."""
        return (self.state, self.endpoint, self.reader, self.language)


class Book:
    """All looks of a file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.looks: dict[Key, Look] = {}
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        for line in lines:
            look = Look(**json.loads(line))
            self.looks[look.key] = look

    def add(self, look: Look) -> None:
        """One more, kept at once."""
        self.looks[look.key] = look
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(asdict(look), ensure_ascii=False) + "\n")

    def begin_anew(self) -> None:
        """Forget everything."""
        self.looks.clear()
        self.file.unlink(missing_ok=True)

    def lines(self) -> list[str]:
        """Each fault in one line, once, by rule."""
        told: dict[tuple[str, str, str], str] = {}
        for look in self.looks.values():
            for rule, element, said, where in look.faults:
                told.setdefault((rule, element, said), where)
        return [
            f"{rule}: {element}: {said} <- {where}"
            for (rule, element, said), where in sorted(told.items())
        ]

    def figures(self, today: date) -> dict[str, Any]:
        """How much has been looked at, and how many faults are left."""
        looks = list(self.looks.values())
        looked: Counter[str] = Counter()
        for look in looks:
            looked.update(look.looked)
        left = Counter(line.partition(":")[0] for line in self.lines())
        return {
            "date": today.isoformat(),
            "looks": len(looks),
            "routes": len({one.endpoint for one in looks}),
            "readers": len({one.reader for one in looks}),
            "routes_and_readers": len({(one.endpoint, one.reader) for one in looks}),
            "by_language": _counted(one.language for one in looks),
            "by_state": _counted(one.state for one in looks),
            "routes_by_language": {
                language: len({one.endpoint for one in looks if one.language == language})
                for language in sorted({one.language for one in looks})
            },
            "measures": dict(sorted(looked.items())),
            "faults_left": left.total(),
            "faults_by_rule": dict(sorted(left.items())),
        }

    def write_figures(self, file: Path, today: date) -> None:
        """Into a file of the documentation."""
        told = json.dumps(self.figures(today), indent=2, ensure_ascii=False)
        file.write_text(told + "\n", encoding="utf-8")


def look_of(state: str, seen: Seen, findings: Findings, sent: Iterable[tuple[str, ...]]) -> Look:
    """One look, from what was found during it."""
    faults = [
        [rule, element, said, places[0].line()]
        for (rule, element, said), places in sorted(findings.faults.items())
    ]
    return Look(
        state,
        seen.endpoint,
        seen.reader,
        seen.language,
        seen.address,
        dict(findings.looked),
        faults,
        [list(one) for one in sorted(sent)],
    )


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))
