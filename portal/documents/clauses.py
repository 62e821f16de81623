"""The clauses of the contract: versioned texts, one file each, put in order by their file names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import yaml

from portal.language.formats import day, number
from portal.paths import DOCUMENTS
from portal.shared.names import LANGUAGES, name_in

FOLDER = DOCUMENTS / "contract" / "clauses"
FACTS = frozenset(
    {
        "buyer",
        "provider",
        "procurement_reference",
        "offer_reference",
        "contract_start",
        "contract_end",
        "latest_end",
        "start_within_days",
        "portal_address",
    }
)
_PLACE = re.compile(r"\{(\w+)\}")

Fact = str | int | Decimal | date | Mapping[str, str]


class BadClause(Exception):
    """A clause file that lacks a language or asks for a fact that no contract has."""


@dataclass(frozen=True)
class Clause:
    """One clause; ``confirm`` says what a lawyer must confirm before it is relied on."""

    key: str
    version: int
    title: dict[str, str]
    paragraphs: dict[str, list[str]]
    confirm: str | None


@cache
def clauses() -> list[Clause]:
    """All clauses in their order. Raises BadClause."""
    return [_clause(file.name, file.read_text("utf-8")) for file in sorted(FOLDER.glob("*.yaml"))]


def _clause(name: str, text: str) -> Clause:
    content = yaml.safe_load(text)
    clause = Clause(
        key=content["key"],
        version=content["version"],
        title=content["title"],
        paragraphs=content["paragraphs"],
        confirm=content.get("confirm"),
    )
    lengths = {len(clause.paragraphs.get(language, [])) for language in LANGUAGES}
    if set(clause.title) != set(LANGUAGES) or len(lengths) != 1 or lengths == {0}:
        raise BadClause(f"{name}: every language needs the title and the same paragraphs")
    asked = {
        place
        for paragraphs in clause.paragraphs.values()
        for paragraph in paragraphs
        for place in _PLACE.findall(paragraph)
    }
    if asked - FACTS:
        raise BadClause(f"{name}: unknown facts {', '.join(sorted(asked - FACTS))}")
    return clause


def versions() -> list[dict[str, Any]]:
    """Key and version of every clause, to be noted where a contract is."""
    return [{"key": clause.key, "version": clause.version} for clause in clauses()]


def written(language: str, facts: Mapping[str, Fact]) -> list[dict[str, Any]]:
    """The clauses in one language with the facts of one contract filled in.

    Raises KeyError for a fact that is not given.
    """
    shown = {name: _shown(fact, language) for name, fact in facts.items()}
    return [
        {
            "key": clause.key,
            "version": clause.version,
            "title": clause.title[language],
            "paragraphs": [
                _PLACE.sub(lambda place: shown[place[1]], paragraph)
                for paragraph in clause.paragraphs[language]
            ],
        }
        for clause in clauses()
    ]


def _shown(fact: Fact, language: str) -> str:
    if isinstance(fact, date):
        return day(fact, language)
    if isinstance(fact, Mapping):
        return name_in(fact, language)
    return fact if isinstance(fact, str) else number(fact, language)
