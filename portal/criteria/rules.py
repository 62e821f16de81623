"""What a criterion is, and what it may be used for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
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
    """What can be seen in an offer that earns this many points.

    The facts of zero say what an offer lacks; all others are there to be seen.
    """

    value: int
    facts: tuple[Names, ...]

    @property
    def references(self) -> frozenset[str]:
        """The facts as samples refer to them: ``POINT.N``, counted from one."""
        return frozenset(f"{self.value}.{n}" for n in range(1, len(self.facts) + 1))


@dataclass(frozen=True)
class Sample:
    """An answer for practice: the facts ``seen`` in it, what it earns by them, and why."""

    value: int
    seen: frozenset[str]
    answer: Names
    reason: Names


def points_earned(points: Iterable[CriterionPoint], seen: Collection[str]) -> int:
    """The points of an offer in which these facts are seen (``criteria/README.md``).

    The highest point whose facts are all seen, together with all those of the points from one
    up to it: points build on each other, and none is earned in part.
    """
    earned = 0
    for point in sorted(points, key=lambda point: point.value):
        if point.value == 0:
            continue
        if not point.references <= set(seen):
            break
        earned = point.value
    return earned


@dataclass(frozen=True)
class Criterion:
    """One reviewed version of a criterion.

    ``scales`` and ``guidance`` are by use: an offer and a record of results are different
    evidence. ``points`` are the facts of the award scale and ``samples`` answers to practise on,
    both empty where award is not permitted. ``source`` names the lines of the study, as
    ``"3829-3835"``, and ``other_sources`` what has been published since.
    """

    key: str
    version: int
    group: str
    title: Names
    question: Names
    guidance: Mapping[Use, Names]
    scales: Mapping[Use, Scale]
    points: tuple[CriterionPoint, ...]
    samples: tuple[Sample, ...]
    permitted_use: tuple[Use, ...]
    source: tuple[str, ...]
    other_sources: tuple[Names, ...] = ()

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
        points, samples = (self.points, self.samples) if use is Use.AWARD else ((), ())
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
            "samples": [
                {
                    "value": sample.value,
                    "seen": sorted(sample.seen),
                    "answer": dict(sample.answer),
                    "reason": dict(sample.reason),
                }
                for sample in samples
            ],
            "source": list(self.source),
            "other_sources": [dict(source) for source in self.other_sources],
        }


@dataclass(frozen=True)
class WeightedCriterion:
    """A criterion in a set; follow-up sets give no weight. ``phases`` are keys of the set's."""

    criterion: Criterion
    weight: Decimal | None
    phases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Phase:
    """A phase of a service that a set is mapped to."""

    key: str
    title: Names


@dataclass(frozen=True)
class CriteriaSet:
    """Criteria that are used together.

    ``proposal`` says that the weights are ours to propose and the buyer's to set, since the study
    gives none; ``note`` says it to the reader. Weights and ``price_weight`` add up to 100. A
    region's set ``extends`` a shared one, given as ``key@version``: all of that one's criteria
    are in it, and the region's own beside them.
    """

    key: str
    version: int
    use: Use
    title: Names
    note: Names
    proposal: bool
    price_weight: Decimal | None
    criteria: tuple[WeightedCriterion, ...]
    phases: tuple[Phase, ...] = ()
    extends: str | None = None
    region: Names | None = None

    @property
    def reference(self) -> str:
        """Key and version as they are quoted: ``job_coaching@1``."""
        return f"{self.key}@{self.version}"

    def in_phase(self, phase: Phase) -> list[WeightedCriterion]:
        """The criteria mapped to a phase, in the order of the set."""
        return [entry for entry in self.criteria if phase.key in entry.phases]


def by_group(criteria: Iterable[Criterion]) -> list[tuple[str, list[Criterion]]]:
    """The criteria under their groups, in the order of the groups' names."""
    groups: dict[str, list[Criterion]] = {}
    for criterion in criteria:
        groups.setdefault(criterion.group, []).append(criterion)
    return sorted(groups.items())


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


class Unit(StrEnum):
    """What an indicator is given in: a part of a whole, a mean, a plain number, days."""

    SHARE = "share"
    MEAN = "mean"
    NUMBER = "number"
    DAYS = "days"


@dataclass(frozen=True)
class IndicatorDefinition:
    """What an indicator means, in words; the function of the same key computes it.

    ``population`` says of whom or what the figure is: figures of different ones are not compared
    without saying so. ``source`` names lines of the study.
    """

    key: str
    version: int
    name: Names
    definition: Names
    unit: Unit
    population: str
    numerator: Names
    denominator: Names
    period: Names
    good: Names
    limits: Names
    source: tuple[str, ...]
