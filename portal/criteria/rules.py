"""What a criterion is, and what it may be used for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from portal.shared.errors import RuleBroken

Names = Mapping[str, str]
"""One text in every language of the portal: ``{"fi": …, "sv": …, "en": …}``."""


class Use(StrEnum):
    """What a criterion may decide: whether a provider is fit, who wins, how well it went."""

    SUITABILITY = "suitability"
    AWARD = "award"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True)
class ScalePoint:
    """One step of a scale, with its name and what it means whatever the criterion."""

    value: int
    name: Names
    meaning: Names


@dataclass(frozen=True)
class Scale:
    """Whole points from zero to ``top``, in order."""

    key: str
    title: Names
    points: tuple[ScalePoint, ...]

    @property
    def top(self) -> int:
        """The highest point."""
        return self.points[-1].value

    def resolved(self) -> dict[str, Any]:
        """The scale as plain data, fit for a canonical hash."""
        return {
            "key": self.key,
            "title": dict(self.title),
            "top": self.top,
            "points": [
                {"value": point.value, "name": dict(point.name), "meaning": dict(point.meaning)}
                for point in self.points
            ],
        }


@dataclass(frozen=True)
class CriterionPoint:
    """What can be seen in an offer that earns this many points."""

    value: int
    facts: tuple[Names, ...]


@dataclass(frozen=True)
class Criterion:
    """One reviewed version of a criterion.

    ``scales`` and ``guidance`` are by use: an offer and a record of results are different
    evidence. ``points`` are the facts of the award scale, empty where award is not permitted.
    ``source`` names the lines of the study, as ``"3829-3835"``.
    """

    key: str
    version: int
    group: str
    title: Names
    question: Names
    guidance: Mapping[Use, Names]
    scales: Mapping[Use, Scale]
    points: tuple[CriterionPoint, ...]
    permitted_use: tuple[Use, ...]
    source: tuple[str, ...]

    @property
    def reference(self) -> str:
        """Key and version as they are quoted: ``service_process@1``."""
        return f"{self.key}@{self.version}"

    def resolved(self, use: Use = Use.AWARD) -> dict[str, Any]:
        """Everything that points are given by, as plain data to be frozen and hashed.

        Raises RuleBroken ``use_not_permitted``.
        """
        require_use(self, use)
        scale = self.scales.get(use)
        points = self.points if use is Use.AWARD else ()
        return {
            "key": self.key,
            "version": self.version,
            "use": use.value,
            "group": self.group,
            "title": dict(self.title),
            "question": dict(self.question),
            "guidance": dict(self.guidance[use]),
            "scale": scale.resolved() if scale else None,
            "points": [
                {"value": point.value, "facts": [dict(fact) for fact in point.facts]}
                for point in points
            ],
            "source": list(self.source),
        }


@dataclass(frozen=True)
class WeightedCriterion:
    """A criterion in a set; follow-up sets give no weight."""

    criterion: Criterion
    weight: Decimal | None


@dataclass(frozen=True)
class CriteriaSet:
    """Criteria that are used together.

    ``proposal`` says that the weights are ours to propose and the buyer's to set, since the study
    gives none; ``note`` says it to the reader. Weights and ``price_weight`` add up to 100.
    """

    key: str
    version: int
    use: Use
    title: Names
    note: Names
    proposal: bool
    price_weight: Decimal | None
    criteria: tuple[WeightedCriterion, ...]


def require_use(criterion: Criterion, use: Use, *, field: str | None = None) -> None:
    """Refuse a criterion where its permitted use does not reach.

    Raises RuleBroken ``use_not_permitted``: above all, a follow-up result never scores an offer.
    """
    if use not in criterion.permitted_use:
        raise RuleBroken(
            "use_not_permitted",
            field=field,
            criterion=criterion.key,
            use=use.value,
            permitted=[permitted.value for permitted in criterion.permitted_use],
        )
