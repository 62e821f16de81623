"""The accessibility statement, read from its file once in a process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from portal.data_files import from_yaml
from portal.shared.names import LANGUAGES

FILE = Path(__file__).with_name("statement.yaml")
STATUSES = ("full", "partial", "none")

Names = dict[str, str]


class BadStatement(Exception):
    """The file cannot be used; ``faults`` has one line for each reason."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Gap:
    """What does not meet the standard yet, by which criterion, and what to do meanwhile."""

    criterion: str
    what: Names
    meanwhile: Names


@dataclass(frozen=True)
class Supervisor:
    """The authority that supervises, and how it is reached."""

    name: Names
    website: Names
    email: str
    phone: str


@dataclass(frozen=True)
class Statement:
    """All that the page says that is not the same in every installation."""

    written_on: date
    status: str
    standard: Names
    evaluated: tuple[Names, ...]
    gaps: tuple[Gap, ...]
    supervisor: Supervisor


@cache
def statement(own: Path | None = None) -> Statement:
    """The portal's statement, with what the installation's own file says in place of it.

    Raises BadStatement.
    """
    content = _read(FILE) | (_read(own) if own is not None else {})
    faults = faults_of(content)
    if faults:
        raise BadStatement(faults)
    told = content["supervisor"]
    return Statement(
        written_on=content["written_on"],
        status=content["status"],
        standard=content["standard"],
        evaluated=tuple(content["evaluated"]),
        gaps=tuple(Gap(**row) for row in content["gaps"]),
        supervisor=Supervisor(**{**told, "website": _in_each_language(told["website"])}),
    )


def faults_of(content: Mapping[str, Any]) -> list[str]:
    """What is wrong with such a file, one line for each fault."""
    found = []
    if type(content["written_on"]) is not date:
        found.append("written_on: expected a day, 2026-11-27")
    if content["status"] not in STATUSES:
        found.append(f"status: expected one of {', '.join(STATUSES)}")
    if not isinstance(content["evaluated"], list) or not isinstance(content["gaps"], list):
        return [*found, "evaluated, gaps: expected lists"]
    texts = [("standard", content["standard"])]
    texts += [("evaluated", one) for one in content["evaluated"]]
    for gap in content["gaps"]:
        if not isinstance(gap, dict) or set(gap) != {"criterion", "what", "meanwhile"}:
            found.append("gaps: each has criterion, what and meanwhile")
            continue
        texts += [("gaps: what", gap["what"]), ("gaps: meanwhile", gap["meanwhile"])]
    supervisor = content["supervisor"]
    if not isinstance(supervisor, dict) or set(supervisor) != {"name", "website", "email", "phone"}:
        found.append("supervisor: expected name, website, email and phone")
    else:
        texts.append(("supervisor: name", supervisor["name"]))
        websites = _in_each_language(supervisor["website"])
        texts.append(("supervisor: website", websites))
        if not all(str(one).startswith("https://") for one in websites.values()):
            found.append("supervisor: website: expected an address with https://")
    found += [
        f"{place}: a text is missing in one of {', '.join(LANGUAGES)}"
        for place, names in texts
        if not isinstance(names, dict) or not all(names.get(one) for one in LANGUAGES)
    ]
    return found


def _in_each_language(website: Any) -> Names:
    """The authority's pages by language; of a single address, the same in each."""
    return website if isinstance(website, dict) else dict.fromkeys(LANGUAGES, str(website))


def _read(path: Path) -> dict[str, Any]:
    try:
        content = from_yaml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as fault:
        raise BadStatement([f"{path}: {fault}"]) from None
    if not isinstance(content, dict):
        raise BadStatement([f"{path}: expected keys with their values"])
    known = set(from_yaml(FILE.read_text(encoding="utf-8")))
    unknown = sorted(str(key) for key in content if key not in known)
    if unknown:
        raise BadStatement([f"{path}: nothing is called {', '.join(unknown)}"])
    return content
