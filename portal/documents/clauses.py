"""The clauses of the contract: a file for each version of each, and the values that they name.

A version that stands is never edited: whoever changes a clause adds ``KEY.VERSION.yaml`` and names
it in ``current.yaml``. A contract keeps what it was concluded from (``pinned``), so that later
versions and later values change no earlier contract.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from portal.data_files import from_yaml
from portal.language.formats import day, number
from portal.paths import DOCUMENTS
from portal.shared.canonical import canonical, sha256
from portal.shared.names import LANGUAGES, name_in

FOLDER = DOCUMENTS / "contract" / "clauses"
PARAMETERS = DOCUMENTS / "contract" / "parameters.yaml"
FACTS = frozenset(
    {
        "buyer",
        "provider",
        "procurement_reference",
        "offer_reference",
        "contract_start",
        "contract_end",
        "latest_end",
        "portal_address",
    }
)
_PLACE = re.compile(r"\{(\w+)\}")

Fact = str | int | Decimal | date | Mapping[str, str]
Value = int | str | dict[str, str]
"""A parameter as it is pinned: a whole number, a decimal as text, or a name in each language."""


class BadClause(Exception):
    """A clause that lacks a language, a version, its source, or asks for what no contract has."""


class BadParameter(Exception):
    """A parameter that the clauses do not know, or a value that it cannot have."""


@dataclass(frozen=True)
class Clause:
    """One version of a clause; ``confirm`` says what a lawyer must confirm before relying on it.

    ``start_up``: the start-up meeting goes through it. ``annex``: printed after the terms.
    """

    key: str
    version: int
    title: dict[str, str]
    paragraphs: dict[str, list[str]]
    source: str
    confirm: str | None = None
    start_up: bool = False
    annex: bool = False

    @property
    def sha256(self) -> str:
        """SHA-256 of all that is printed of it; not of its source or of what is to be confirmed."""
        printed = {
            "key": self.key,
            "version": self.version,
            "title": self.title,
            "paragraphs": self.paragraphs,
            "start_up": self.start_up,
            "annex": self.annex,
        }
        return sha256(canonical(printed))


@cache
def library() -> dict[tuple[str, int], Clause]:
    """Every version of every clause. Raises BadClause."""
    found = {}
    for file in sorted(FOLDER.glob("*.*.yaml")):
        clause = _clause(file.name, file.read_text("utf-8"))
        found[clause.key, clause.version] = clause
    return found


@cache
def clauses() -> list[Clause]:
    """The clauses of a contract concluded today, in their order. Raises BadClause."""
    listed = from_yaml((FOLDER / "current.yaml").read_text("utf-8"))
    found = []
    for name in listed:
        key, _point, version = name.rpartition(".")
        if (key, int(version)) not in library():
            raise BadClause(f"current.yaml: there is no {name}")
        found.append(library()[key, int(version)])
    return found


def _clause(name: str, text: str) -> Clause:
    content = from_yaml(text)
    clause = Clause(
        key=content["key"],
        version=content["version"],
        title=content["title"],
        paragraphs=content["paragraphs"],
        source=content.get("source") or "",
        confirm=content.get("confirm"),
        start_up=content.get("start_up", False),
        annex=content.get("annex", False),
    )
    if name != f"{clause.key}.{clause.version}.yaml":
        raise BadClause(f"{name}: the file is called by its key and version")
    if not clause.source.strip():
        raise BadClause(f"{name}: a clause says where it comes from")
    lengths = {len(clause.paragraphs.get(language, [])) for language in LANGUAGES}
    if set(clause.title) != set(LANGUAGES) or len(lengths) != 1 or lengths == {0}:
        raise BadClause(f"{name}: every language needs the title and the same paragraphs")
    asked = {language: _asked(clause.paragraphs[language]) for language in LANGUAGES}
    if len(set(asked.values())) != 1:
        raise BadClause(f"{name}: the languages ask for different facts")
    unknown = asked["fi"] - FACTS - parameters().keys()
    if unknown:
        raise BadClause(f"{name}: unknown facts {', '.join(sorted(unknown))}")
    return clause


def _asked(paragraphs: list[str]) -> frozenset[str]:
    return frozenset(place for text in paragraphs for place in _PLACE.findall(text))


@cache
def parameters() -> dict[str, Value]:
    """The sums and times that the clauses name, as proposed. Raises BadParameter."""
    listed = from_yaml(PARAMETERS.read_text("utf-8"))
    values = {entry["key"]: entry["value"] for entry in listed}
    for entry in listed:
        if not entry.get("source") or not entry.get("unit"):
            raise BadParameter(f"{entry['key']}: a parameter says its unit and its source")
    return values


def chosen(own: Mapping[str, Decimal]) -> dict[str, Value]:
    """The parameters with the installation's own values in the place of the proposals.

    Raises BadParameter for one that no clause names, or a value for what is not a number.
    """
    known = parameters()
    for key in own:
        if not isinstance(known.get(key), int):
            raise BadParameter(f"{key}: no clause of the contract names such a number")
    return {**known, **{key: _pinned_number(value) for key, value in own.items()}}


def _pinned_number(value: Decimal) -> int | str:
    return int(value) if value == value.to_integral_value() else str(value)


def versions() -> list[dict[str, Any]]:
    """Key, version and hash of today's clauses, to be kept with a contract."""
    return [
        {"key": clause.key, "version": clause.version, "sha256": clause.sha256}
        for clause in clauses()
    ]


def pinned(kept: Iterable[Mapping[str, Any]]) -> list[Clause]:
    """The very clauses that a contract was concluded from.

    Raises BadClause where one is gone or has been edited since: the contract cannot be made again
    as it was.
    """
    found = []
    for entry in kept:
        clause = library().get((entry["key"], entry["version"]))
        if clause is None or clause.sha256 != entry["sha256"]:
            raise BadClause(f"{entry['key']}.{entry['version']} is not what the contract has")
        found.append(clause)
    return found


def written(
    language: str, facts: Mapping[str, Fact], made_from: Iterable[Clause] | None = None
) -> list[dict[str, Any]]:
    """Clauses (today's, if none are given) in one language with one contract's facts filled in.

    Raises KeyError for a fact that is not given.
    """
    shown = {name: _shown(fact, language) for name, fact in facts.items()}
    return [
        {
            "key": clause.key,
            "version": clause.version,
            "start_up": clause.start_up,
            "annex": clause.annex,
            "title": clause.title[language],
            "paragraphs": [
                _PLACE.sub(lambda place: shown[place[1]], paragraph)
                for paragraph in clause.paragraphs[language]
            ],
        }
        for clause in (clauses() if made_from is None else made_from)
    ]


def facts_of(values: Mapping[str, Value]) -> dict[str, Fact]:
    """Pinned parameters as facts: decimals are decimals again."""
    return {
        key: Decimal(value) if isinstance(value, str) else value for key, value in values.items()
    }


def _shown(fact: Fact, language: str) -> str:
    if isinstance(fact, date):
        return day(fact, language)
    if isinstance(fact, Mapping):
        return name_in(fact, language)
    return fact if isinstance(fact, str) else number(fact, language)
