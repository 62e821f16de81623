"""What the pages of the bank show. The bank is read from its files; only its use is in tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.criteria.bank import bank
from portal.criteria.rules import (
    CriteriaSet,
    Criterion,
    Names,
    Phase,
    Sample,
    ScalePoint,
    Use,
    WeightedCriterion,
    by_group,
)

CALLS_SHOWN = 20


@dataclass(frozen=True)
class UsedIn:
    """A published call that scores offers by a criterion."""

    procurement_id: UUID
    reference: str
    title: Names
    buyer: Names
    published_at: datetime


@dataclass(frozen=True)
class Usage:
    """How many calls use a version of a criterion, and the newest of them."""

    total: int = 0
    newest: tuple[UsedIn, ...] = ()


Find = Callable[[Session, str, int, int], Usage]
_find: list[Find] = []


def used_in_calls(find: Find) -> None:
    """Let the later room that makes the calls tell, at wiring, which of them use a criterion."""
    _find[:] = [find]


@dataclass(frozen=True)
class BankPage:
    """The latest criteria by group, in the order of the groups, and the sets."""

    groups: list[tuple[str, list[Criterion]]]
    sets: tuple[CriteriaSet, ...]


def bank_page() -> BankPage:
    """The whole bank."""
    return BankPage(by_group(bank().criteria), bank().sets)


@dataclass(frozen=True)
class SetPage:
    """One set; by phase where it has phases."""

    chosen: CriteriaSet
    phases: list[tuple[Phase, list[WeightedCriterion]]]
    base: CriteriaSet | None
    versions: list[int]


def set_page(key: str, version: int | None) -> SetPage:
    """That version, by default the latest. Raises NotFound."""
    chosen = bank().criteria_set(key, version)
    return SetPage(
        chosen=chosen,
        phases=[(phase, chosen.in_phase(phase)) for phase in chosen.phases],
        base=bank().set_named(chosen.extends) if chosen.extends else None,
        versions=[one.version for one in bank().set_versions if one.key == key],
    )


@dataclass(frozen=True)
class Measure:
    """How a criterion is judged in one use: guidance, each point with what earns it, samples."""

    use: Use
    guidance: Names
    scale: Names | None
    points: list[tuple[ScalePoint, tuple[Names, ...]]]
    samples: tuple[Sample, ...]


@dataclass(frozen=True)
class CriterionPage:
    """One criterion, its measures, its other versions, and where it is in use."""

    criterion: Criterion
    measures: list[Measure]
    versions: list[int]
    sets: tuple[CriteriaSet, ...]
    usage: Usage


def criterion_page(session: Session, key: str, version: int | None) -> CriterionPage:
    """That version, by default the latest. Raises NotFound."""
    criterion = bank().criterion(key, version)
    usage = [find(session, key, criterion.version, CALLS_SHOWN) for find in _find]
    return CriterionPage(
        criterion=criterion,
        measures=[_measure(criterion, use) for use in criterion.permitted_use],
        versions=[one.version for one in bank().criterion_versions if one.key == key],
        sets=bank().sets_with(key, criterion.version),
        usage=usage[0] if usage else Usage(),
    )


def _measure(criterion: Criterion, use: Use) -> Measure:
    scale = criterion.scales.get(use)
    award = use is Use.AWARD
    facts = {point.value: point.facts for point in criterion.points} if award else {}
    points = reversed(scale.points) if scale else ()
    return Measure(
        use=use,
        guidance=criterion.guidance.get(use, {}),
        scale=scale.title if scale else None,
        points=[(point, facts.get(point.value, ())) for point in points],
        samples=criterion.samples if award else (),
    )
