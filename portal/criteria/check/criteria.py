"""What the schema cannot say of a scale or of a criterion."""

from __future__ import annotations

from collections.abc import Mapping

from portal.criteria.check.texts import normal
from portal.criteria.files import Place, SourceFile
from portal.criteria.rules import CriterionPoint, points_earned
from portal.shared.names import LANGUAGES

_SCORED = {"award", "follow_up"}
_LEAST_VALUES = 3


def check_scale(file: SourceFile) -> None:
    """Points from zero without gaps, each with a name of its own."""
    for n, point in enumerate(file.content["points"]):
        if point["value"] != n:
            file.fault(
                ["points", n, "value"],
                f"the point here is {point['value']}, expected {n}: "
                "a scale runs from 0 upwards without gaps",
            )
    for language in LANGUAGES:
        seen: set[str] = set()
        for n, point in enumerate(file.content["points"]):
            name = normal(point["name"][language])
            if name in seen:
                file.fault(
                    ["points", n, "name", language],
                    f"two points are named {point['name'][language]!r}, expected a name each",
                )
            seen.add(name)


def check_criterion(file: SourceFile, scales: Mapping[str, SourceFile], unsound: set[str]) -> None:
    """Guidance and scale for each use, facts for each point, samples that earn what they say."""
    content = file.content
    uses = set(content["permitted_use"])
    for name, wanted in (("guidance", uses), ("scale", uses & _SCORED)):
        for use in sorted(wanted - set(content[name])):
            file.fault([name], f"`{name}` lacks `{use}`, expected since that use is permitted")
        for use in sorted(set(content[name]) - wanted):
            file.fault([name, use], f"`{name}` names `{use}`, expected only permitted uses")
    for use, key in content["scale"].items():
        if key not in scales and key not in unsound:
            known = ", ".join(sorted(scales)) or "the scales"
            file.fault(["scale", use], f"there is no scale `{key}`, expected one of {known}")
    scale = scales.get(content["scale"].get("award", ""))
    if "award" in uses and scale is not None:
        _check_points(file, scale)
        _check_samples(file)


def _check_points(file: SourceFile, scale: SourceFile) -> None:
    """Every point of the scale once, in order, and no other."""
    key = scale.content["key"]
    values = [point["value"] for point in file.content["points"]]
    wanted = [point["value"] for point in scale.content["points"]]
    for value in wanted:
        if value not in values:
            text = f"the point {value} of the scale `{key}` has no facts, expected at least one"
            file.fault(["points"], text)
    for n, value in enumerate(values):
        place: Place = ["points", n, "value"]
        if value not in wanted:
            text = f"the point {value} is not on the scale `{key}`, expected 0 to {wanted[-1]}"
            file.fault(place, text)
        if value in values[:n]:
            file.fault(place, f"the point {value} is described twice, expected once")
    if sorted(set(values)) == wanted and sorted(values) != values:
        file.fault(["points"], "the points are out of order, expected from 0 upwards")


def _check_samples(file: SourceFile) -> None:
    """Each sample earns its points by the facts seen in it, and they differ."""
    points = [
        CriterionPoint(point["value"], tuple(point["facts"])) for point in file.content["points"]
    ]
    # An answer shows what is there; the facts of zero say what is not.
    known = {fact for point in points if point.value for fact in point.references}
    for n, sample in enumerate(file.content["samples"]):
        for m, fact in enumerate(sample["seen"]):
            if fact not in known:
                text = f"there is no fact {fact} to be seen, expected POINT.N of a point above 0"
                file.fault(["samples", n, "seen", m], text)
        earned = points_earned(points, sample["seen"])
        if earned != sample["value"]:
            file.fault(
                ["samples", n, "value"],
                f"the sample is given {sample['value']}, expected {earned} by the facts seen in it",
            )
    values = {sample["value"] for sample in file.content["samples"]}
    if len(values) < _LEAST_VALUES:
        text = f"the samples earn {len(values)} different points, expected at least {_LEAST_VALUES}"
        file.fault(["samples"], text)
