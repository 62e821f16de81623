"""What an award decision must have by law, and the instructions for appeal that it gives.

Both are data for a lawyer to confirm: the parts and sections of law in ``decision.yaml``, the
instructions in a file of reviewed text that an installation may replace by its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from portal.data_files import from_yaml
from portal.language.formats import money, number
from portal.legal.parameters import BadParameters, euros, whole
from portal.legal.rules import Regime
from portal.shared.canonical import canonical, sha256
from portal.shared.names import LANGUAGES, name_in

DECISION = Path(__file__).with_name("decision.yaml")
INSTRUCTIONS = Path(__file__).with_name("appeal_instructions.yaml")

# What a part of the instructions cannot be without, wherever else it may be worded freely.
MUST_NAME: dict[str, str] = {
    "correction_time": "correction_days",
    "correction_how": "buyer",
    "appeal_time": "appeal_days",
    "appeal_contents": "reference",
    "appeal_delivery": "buyer",
    "appeal_fee": "fee",
}
FACTS = frozenset(
    {
        "buyer",
        "contact",
        "reference",
        "correction_days",
        "appeal_days",
        "fee",
        "fee_from_one_million",
        "fee_from_ten_million",
    }
)
_PLACE = re.compile(r"\{(\w+)\}")

Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
Kind = TypeVar("Kind", bound=BaseModel)


class _Dated(BaseModel):
    """A row of law for some regimes, from ``valid_from`` to ``valid_to``, both included."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    regimes: Annotated[tuple[Regime, ...], Field(min_length=1)]
    valid_from: date
    valid_to: date | None = None
    to_confirm: bool
    note: str = ""

    def holds(self, regime: Regime | str, on: date) -> bool:
        """Whether this row is law for that regime on that day."""
        ended = self.valid_to is not None and self.valid_to < on
        return regime in self.regimes and self.valid_from <= on and not ended


class DecisionPart(_Dated):
    """A part that a decision must have; ``name`` is what a reader is told is missing."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    name: dict[str, Text]
    source: Text

    @model_validator(mode="after")
    def _named(self) -> Self:
        _require_languages(self.name, "name")
        return self


class LegalGround(_Dated):
    """A section of law that a decision rests on, as it is named in each language."""

    section: Text
    text: dict[str, Text]

    @model_validator(mode="after")
    def _named(self) -> Self:
        _require_languages(self.text, "text")
        return self


class DecisionLaw(BaseModel):
    """The whole of ``decision.yaml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    parts: tuple[DecisionPart, ...]
    grounds: tuple[LegalGround, ...]


class InstructionSection(BaseModel):
    """A section of the instructions: which parts it gives, where it stands, and its text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    says: Annotated[tuple[str, ...], Field(min_length=1)]
    regimes: Annotated[tuple[Regime, ...], Field(min_length=1)]
    title: dict[str, Text]
    paragraphs: dict[str, Annotated[list[Text], Field(min_length=1)]]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _require_languages(self.title, "title")
        _require_languages(self.paragraphs, "paragraphs")
        if len({len(paragraphs) for paragraphs in self.paragraphs.values()}) != 1:
            raise ValueError("every language needs the same paragraphs")
        unknown = set(self.says) - MUST_NAME.keys()
        if unknown:
            raise ValueError(f"says unknown parts: {', '.join(sorted(unknown))}")
        for language, paragraphs in self.paragraphs.items():
            named = {place for text in paragraphs for place in _PLACE.findall(text)}
            if named - FACTS:
                raise ValueError(f"{language}: unknown facts {', '.join(sorted(named - FACTS))}")
            lacking = {MUST_NAME[part] for part in self.says} - named
            if lacking:
                raise ValueError(f"{language}: does not name {{{'}, {'.join(sorted(lacking))}}}")
        return self


class Instructions(BaseModel):
    """A file of instructions; ``confirm`` says what a lawyer must confirm, empty once done."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Annotated[int, Field(ge=1)]
    confirm: str = ""
    sections: tuple[InstructionSection, ...]

    def of(self, regime: Regime | str) -> list[InstructionSection]:
        """The sections that stand in a decision of that regime, in the order of the file."""
        return [section for section in self.sections if regime in section.regimes]

    def hash(self) -> str:
        """SHA-256 of the texts, so that a decision tells which ones it gave."""
        return sha256(canonical(self.model_dump(mode="json")))


def _require_languages(texts: Mapping[str, object], what: str) -> None:
    if set(texts) != set(LANGUAGES):
        raise ValueError(f"{what} needs {', '.join(LANGUAGES)} and no other language")


def load_decision_law(path: Path = DECISION) -> DecisionLaw:
    """The parts and the sections of law. Raises BadParameters."""
    law = _read(path, DecisionLaw)
    faults = [
        f"{path.name}: {one.key} stands twice ({regime.value})"
        for one, other in combinations(law.parts, 2)
        for regime in one.regimes
        if one.key == other.key
        and (one.holds(regime, other.valid_from) or other.holds(regime, one.valid_from))
        and regime in other.regimes
    ]
    if faults:
        raise BadParameters(faults)
    return law


def load_instructions(path: Path | None = None) -> Instructions:
    """The instructions of that file, by default the example. Raises BadParameters.

    Every regime must be told each part of the instructions that is asked of its decisions.
    """
    file = path or INSTRUCTIONS
    found = _read(file, Instructions)
    faults = [
        f"{file.name}: {part.key} is not said to a decision of the regime {regime.value}"
        for part in decision_law().parts
        if part.key in MUST_NAME
        for regime in part.regimes
        if part.key not in said(found.of(regime))
    ]
    if faults:
        raise BadParameters(faults)
    return found


def _read(path: Path, kind: type[Kind]) -> Kind:
    try:
        content = from_yaml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as broken:
        raise BadParameters([f"{path.name}: {broken}"]) from broken
    try:
        return kind.model_validate(content)
    except ValidationError as fault:
        raise BadParameters(
            [
                f"{path.name}: {'.'.join(map(str, error['loc'])) or 'file'}: "
                f"{error['msg'].removeprefix('Value error, ')}"
                for error in fault.errors()
            ]
        ) from fault


@cache
def decision_law() -> DecisionLaw:
    """The installed rows, read once in a process."""
    return load_decision_law()


@cache
def instructions(path: Path | None = None) -> Instructions:
    """The instructions of an installation, read once in a process. Raises BadParameters."""
    return load_instructions(path)


def parts_asked(regime: Regime | str, on: date) -> list[DecisionPart]:
    """The parts that a decision of that regime must have on that day."""
    return [part for part in decision_law().parts if part.holds(regime, on)]


def said(sections: Iterable[InstructionSection]) -> frozenset[str]:
    """The parts of the instructions that these sections give."""
    return frozenset(part for section in sections for part in section.says)


def legal_text(
    given: Instructions,
    regime: Regime | str,
    on: date,
    facts: Mapping[str, str | Mapping[str, str]],
) -> dict[str, Any]:
    """The sections of law and the instructions as one decision gives them, in every language.

    ``facts`` are the ``buyer`` (its names), ``contact`` and ``reference``; times and fees come from
    the legal parameters of that day. Raises NoParameter.
    """
    told: dict[str, Any] = {
        **facts,
        "correction_days": whole("correction_request_days", on, regime),
        "appeal_days": whole("appeal_days", on, regime),
        "fee": euros("market_court_fee", on, regime),
        "fee_from_one_million": euros("market_court_fee_from_one_million", on, regime),
        "fee_from_ten_million": euros("market_court_fee_from_ten_million", on, regime),
    }
    return {
        "grounds": [
            dict(ground.text) for ground in decision_law().grounds if ground.holds(regime, on)
        ],
        "appeal": [
            {
                "says": list(section.says),
                "title": dict(section.title),
                "paragraphs": {
                    language: [_filled(text, told, language) for text in texts]
                    for language, texts in section.paragraphs.items()
                },
            }
            for section in given.of(regime)
        ],
        "version": given.version,
        "confirm": given.confirm,
        "sha256": given.hash(),
    }


def _filled(text: str, facts: Mapping[str, Any], language: str) -> str:
    return _PLACE.sub(lambda place: _shown(facts[place[1]], language), text)


def _shown(fact: Any, language: str) -> str:
    if isinstance(fact, Decimal):
        return money(fact, language)
    if isinstance(fact, Mapping):
        return name_in(fact, language)
    return fact if isinstance(fact, str) else number(fact, language)
