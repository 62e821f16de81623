"""What the pages of the bank show. The bank is read from its files, so nothing is asked of rows."""

from __future__ import annotations

from dataclasses import dataclass

from portal.criteria.bank import bank
from portal.criteria.rules import CriteriaSet, Criterion, Names, ScalePoint, Use


@dataclass(frozen=True)
class BankPage:
    """The latest criteria by group, in the order of the groups, and the sets."""

    groups: list[tuple[str, list[Criterion]]]
    sets: tuple[CriteriaSet, ...]


def bank_page() -> BankPage:
    """The whole bank."""
    groups: dict[str, list[Criterion]] = {}
    for criterion in bank().criteria:
        groups.setdefault(criterion.group, []).append(criterion)
    return BankPage(sorted(groups.items()), bank().sets)


@dataclass(frozen=True)
class Measure:
    """How a criterion is judged in one use: guidance, and each point with what earns it."""

    use: Use
    guidance: Names
    scale: Names | None
    points: list[tuple[ScalePoint, tuple[Names, ...]]]


@dataclass(frozen=True)
class CriterionPage:
    """One criterion, its measures and its other versions."""

    criterion: Criterion
    measures: list[Measure]
    versions: list[int]


def criterion_page(key: str, version: int | None) -> CriterionPage:
    """That version, by default the latest. Raises NotFound."""
    criterion = bank().criterion(key, version)
    return CriterionPage(
        criterion=criterion,
        measures=[_measure(criterion, use) for use in criterion.permitted_use],
        versions=[one.version for one in bank().criterion_versions if one.key == key],
    )


def _measure(criterion: Criterion, use: Use) -> Measure:
    scale = criterion.scales.get(use)
    facts = {point.value: point.facts for point in criterion.points} if use is Use.AWARD else {}
    points = reversed(scale.points) if scale else ()
    return Measure(
        use=use,
        guidance=criterion.guidance.get(use, {}),
        scale=scale.title if scale else None,
        points=[(point, facts.get(point.value, ())) for point in points],
    )
