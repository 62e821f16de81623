"""What feedback asks of whom, read from ``items.yaml`` once in a process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from portal.data_files import from_yaml
from portal.feedback.rules import EMPLOYERS_QUESTIONS, Giver
from portal.shared.names import LANGUAGES

FILE = Path(__file__).with_name("items.yaml")
ALWAYS_ASKED = 3
"""The overall mark, why, and a proposal: every form has them beside its items."""


class BadItems(Exception):
    """The file cannot be used; ``faults`` has one line for each reason."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Item:
    """One thing that is asked, from 1 to 5: its short name, and its words for each giver asked.

    ``source`` is the lines of the study that it comes from, or that it is a proposal.
    """

    key: str
    name: dict[str, str]
    asked: dict[Giver, dict[str, str]]
    source: str


@cache
def items() -> tuple[Item, ...]:
    """Every item, in the order in which they are asked. Raises BadItems."""
    content = from_yaml(FILE.read_text(encoding="utf-8"))
    found = faults_of(content)
    if found:
        raise BadItems(found)
    return tuple(
        Item(
            key=row["key"],
            name=row["name"],
            asked={Giver(giver): words for giver, words in row["asked"].items()},
            source=str(row["source"].get("study", "proposal")),
        )
        for row in content["items"]
    )


def asked_of(giver: Giver) -> tuple[Item, ...]:
    """The items that this kind of giver is asked."""
    return tuple(item for item in items() if giver in item.asked)


def faults_of(content: Any) -> list[str]:
    """What is wrong with the content of such a file, one line for each fault."""
    rows = content.get("items") if isinstance(content, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return ["expected a list of items"]
    found = [line for row in rows for line in _faults_of_item(row)]
    keys = [row.get("key") for row in rows]
    found += [
        f"{key}: the key stands twice" for key in sorted({k for k in keys if keys.count(k) > 1})
    ]
    employers = sum(Giver.EMPLOYER in (row.get("asked") or {}) for row in rows)
    if employers + ALWAYS_ASKED > EMPLOYERS_QUESTIONS:
        found.append(f"the form of an employer may have {EMPLOYERS_QUESTIONS} questions at most")
    return found


def _faults_of_item(row: Mapping[str, Any]) -> list[str]:
    key = row.get("key")
    found = [
        f"{key}: its {part} is missing"
        for part in ("key", "name", "asked", "source")
        if not row.get(part)
    ]
    if found:
        return found
    found += [f"{key}: nobody is called {one}" for one in row["asked"] if one not in set(Giver)]
    for place, words in (("name", row["name"]), *row["asked"].items()):
        lacking = [one for one in LANGUAGES if not str((words or {}).get(one, "")).strip()]
        found += [f"{key}: {place} has no {language}" for language in lacking]
    if not {"study", "proposal"} & row["source"].keys():
        found.append(f"{key}: its source names lines of the study, or says proposal")
    return found
