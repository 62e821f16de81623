"""The criteria bank, read from the criteria folder."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

from portal import paths
from portal.criteria.check import faults_of
from portal.criteria.files import SourceFile, read_folder
from portal.criteria.rules import (
    CriteriaSet,
    Criterion,
    CriterionPoint,
    IndicatorDefinition,
    Phase,
    Sample,
    Scale,
    ScalePoint,
    Unit,
    Use,
    WeightedCriterion,
)
from portal.shared.errors import NotFound


class BankFaulty(Exception):
    """The folder cannot be loaded; ``faults`` has one line for each reason."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class _Versioned(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def version(self) -> int: ...


_V = TypeVar("_V", bound=_Versioned)


@dataclass(frozen=True)
class Bank:
    """Every version of every criterion, set and indicator, and the scales."""

    scales: tuple[Scale, ...]
    criterion_versions: tuple[Criterion, ...]
    set_versions: tuple[CriteriaSet, ...]
    indicator_versions: tuple[IndicatorDefinition, ...] = ()

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """The latest version of each criterion, by key."""
        return _latest(self.criterion_versions)

    @property
    def sets(self) -> tuple[CriteriaSet, ...]:
        """The latest version of each set, by key."""
        return _latest(self.set_versions)

    @property
    def indicators(self) -> tuple[IndicatorDefinition, ...]:
        """The latest definition of each indicator, by key."""
        return _latest(self.indicator_versions)

    def indicator(self, key: str, version: int | None = None) -> IndicatorDefinition:
        """That version of a definition, by default the latest. Raises NotFound."""
        return _find(self.indicator_versions, key, version)

    def criterion(self, key: str, version: int | None = None) -> Criterion:
        """That version, by default the latest. Raises NotFound."""
        return _find(self.criterion_versions, key, version)

    def newest_for(self, key: str, use: Use) -> Criterion:
        """The latest version that may be used so. Raises NotFound."""
        usable = [one for one in self.criterion_versions if use in one.permitted_use]
        return _find(tuple(usable), key, None)

    def criteria_set(self, key: str, version: int | None = None) -> CriteriaSet:
        """That version, by default the latest. Raises NotFound."""
        return _find(self.set_versions, key, version)

    def set_named(self, reference: str) -> CriteriaSet:
        """The set quoted as ``key@version``. Raises NotFound."""
        key, _at, version = reference.partition("@")
        return self.criteria_set(key, int(version) if version.isdecimal() else None)

    def sets_with(self, key: str, version: int) -> tuple[CriteriaSet, ...]:
        """The latest sets that name this version of a criterion."""
        return tuple(
            chosen
            for chosen in self.sets
            if any(
                (entry.criterion.key, entry.criterion.version) == (key, version)
                for entry in chosen.criteria
            )
        )

    def scale(self, key: str) -> Scale:
        """The scale of that key. Raises NotFound."""
        for scale in self.scales:
            if scale.key == key:
                return scale
        raise NotFound(key)

    def criteria_for(self, use: Use) -> tuple[Criterion, ...]:
        """The latest criteria that may be used so."""
        return tuple(criterion for criterion in self.criteria if use in criterion.permitted_use)

    def sets_for(self, use: Use) -> tuple[CriteriaSet, ...]:
        """The latest sets that are meant for this use."""
        return tuple(chosen for chosen in self.sets if chosen.use is use)


def load_bank(folder: Path = paths.CRITERIA) -> Bank:
    """The folder's bank.

    Raises BankFaulty with every fault, since a bank with a fault is not used in part.
    """
    files = read_folder(folder)
    faults = faults_of(folder, files)
    if faults:
        raise BankFaulty(faults)
    scales = {file.content["key"]: _scale(file.content) for file in files if file.kind == "scale"}
    criteria = {
        file.reference: _criterion(file.content, scales) for file in _in_order(files, "criterion")
    }
    sets = [_set(file.content, criteria) for file in _in_order(files, "set")]
    indicators = [_indicator(file.content) for file in _in_order(files, "indicator")]
    return Bank(tuple(scales.values()), tuple(criteria.values()), tuple(sets), tuple(indicators))


@cache
def bank() -> Bank:
    """The installed bank, read once in a process."""
    return load_bank()


def _in_order(files: list[SourceFile], kind: str) -> list[SourceFile]:
    return sorted((file for file in files if file.kind == kind), key=lambda file: file.reference)


def _latest(items: tuple[_V, ...]) -> tuple[_V, ...]:
    return tuple({item.key: item for item in items}.values())


def _find(items: tuple[_V, ...], key: str, version: int | None) -> _V:
    found = [item for item in items if item.key == key and version in (None, item.version)]
    if not found:
        raise NotFound(key if version is None else f"{key}@{version}")
    return found[-1]


def _scale(content: dict[str, Any]) -> Scale:
    points = tuple(
        ScalePoint(point["value"], point["name"], point["meaning"]) for point in content["points"]
    )
    return Scale(content["key"], content["title"], points)


def _criterion(content: dict[str, Any], scales: dict[str, Scale]) -> Criterion:
    return Criterion(
        key=content["key"],
        version=content["version"],
        group=content["group"],
        title=content["title"],
        question=content["question"],
        guidance={Use(use): names for use, names in content["guidance"].items()},
        scales={Use(use): scales[key] for use, key in content["scale"].items()},
        points=tuple(
            CriterionPoint(point["value"], tuple(point["facts"]))
            for point in content.get("points", [])
        ),
        samples=tuple(
            Sample(sample["value"], frozenset(sample["seen"]), sample["answer"], sample["reason"])
            for sample in content.get("samples", [])
        ),
        permitted_use=tuple(Use(use) for use in content["permitted_use"]),
        source=tuple(content["source"]["study"]),
        other_sources=tuple(content["source"].get("other", [])),
    )


def _set(content: dict[str, Any], criteria: dict[tuple[str, int], Criterion]) -> CriteriaSet:
    return CriteriaSet(
        key=content["key"],
        version=content["version"],
        use=Use(content["use"]),
        title=content["title"],
        note=content["note"],
        proposal=content["proposal"],
        price_weight=_weight(content.get("price_weight")),
        criteria=tuple(
            WeightedCriterion(
                criteria[entry["key"], entry["version"]],
                _weight(entry.get("weight")),
                tuple(entry.get("phases", [])),
            )
            for entry in content["criteria"]
        ),
        phases=tuple(Phase(phase["key"], phase["title"]) for phase in content.get("phases", [])),
        extends=content.get("extends"),
        region=content.get("region"),
    )


def _indicator(content: dict[str, Any]) -> IndicatorDefinition:
    return IndicatorDefinition(
        **{
            **content,
            "unit": Unit(content["unit"]),
            "source": tuple(content["source"]["study"]),
        }
    )


def _weight(value: int | Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(value)
