"""What the schema cannot say of a set."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from portal.criteria.files import SourceFile
from portal.shared.numbers import plain

References = Mapping[tuple[str, int], SourceFile]


def check_set(file: SourceFile, criteria: References, sets: References, unsound: set[str]) -> None:
    """Its criteria are there and permitted, on one scale; its weights, phases and base are sound.

    ``unsound`` names the files whose own faults are told already.
    """
    content = file.content
    use = content["use"]
    named: set[str] = set()
    common = ""
    for n, entry in enumerate(content["criteria"]):
        key, version = entry["key"], entry["version"]
        if key in named:
            file.fault(["criteria", n, "key"], f"`{key}` is in the set twice, expected once")
        named.add(key)
        criterion = criteria.get((key, version))
        if criterion is None:
            _check_reference(file, n, criteria, unsound)
            continue
        if use not in criterion.content["permitted_use"]:
            permitted = ", ".join(criterion.content["permitted_use"])
            file.fault(
                ["criteria", n, "key"],
                f"`{key}` may not be used for {use}, expected a criterion that permits it "
                f"(it permits {permitted})",
            )
        elif use in criterion.content["scale"]:
            scale = criterion.content["scale"][use]
            common = common or scale
            if scale != common:
                file.fault(
                    ["criteria", n, "key"],
                    f"`{key}` is on the scale `{scale}`, expected `{common}` as the first of the "
                    "set",
                )
    if use == "award":
        weights = [content["price_weight"], *(entry["weight"] for entry in content["criteria"])]
        if sum(map(Fraction, weights)) != 100:
            total = plain(sum(map(Decimal, weights), start=Decimal()))
            file.fault(
                ["price_weight"],
                f"the weights and the price weight add up to {total}, expected exactly 100",
            )
    _check_phases(file)
    if "extends" in content:
        _check_base(file, sets, unsound)


def _check_reference(file: SourceFile, n: int, criteria: References, unsound: set[str]) -> None:
    entry = file.content["criteria"][n]
    key, version = entry["key"], entry["version"]
    versions = sorted(other for name, other in criteria if name == key)
    stem = key if version == 1 else f"{key}@{version}"
    if versions:
        known = ", ".join(str(other) for other in versions)
        file.fault(
            ["criteria", n, "version"],
            f"`{key}` has no version {version}, expected one of {known}",
        )
    elif stem not in unsound:
        file.fault(
            ["criteria", n, "key"],
            f"there is no criterion `{key}`, expected a key of the library",
        )


def _check_phases(file: SourceFile) -> None:
    """Where a set has phases, each criterion is in one and each phase has one."""
    phases = [phase["key"] for phase in file.content.get("phases", [])]
    used: set[str] = set()
    for n, entry in enumerate(file.content["criteria"]):
        if phases and "phases" not in entry:
            text = f"`{entry['key']}` names no phase, expected one of {', '.join(phases)}"
            file.fault(["criteria", n, "key"], text)
        for m, key in enumerate(entry.get("phases", [])):
            used.add(key)
            if key not in phases:
                known = ", ".join(phases) or "none, since the set has no `phases`"
                file.fault(
                    ["criteria", n, "phases", m], f"there is no phase `{key}`, expected {known}"
                )
    for n, key in enumerate(phases):
        if key in phases[:n]:
            file.fault(["phases", n, "key"], f"the phase `{key}` is given twice, expected once")
        if key not in used:
            text = f"no criterion is mapped to the phase `{key}`, expected at least one"
            file.fault(["phases", n, "key"], text)


def _check_base(file: SourceFile, sets: References, unsound: set[str]) -> None:
    """A region adds criteria to a shared set, and takes none away."""
    key, _at, version = file.content["extends"].partition("@")
    base = sets.get((key, int(version)))
    if base is None:
        if key not in unsound and f"{key}@{version}" not in unsound:
            text = f"there is no set `{key}@{version}` to extend, expected a set of the folder"
            file.fault(["extends"], text)
        return
    if "extends" in base.content:
        text = f"`{key}@{version}` is a region's own set, expected a shared one"
        file.fault(["extends"], text)
    if base.content["use"] != file.content["use"]:
        file.fault(["use"], f"expected {base.content['use']}, the use of the set it extends")
    own = {(entry["key"], entry["version"]) for entry in file.content["criteria"]}
    for entry in base.content["criteria"]:
        if (entry["key"], entry["version"]) not in own:
            file.fault(
                ["criteria"],
                f"`{entry['key']}` version {entry['version']} is missing, expected every "
                f"criterion of `{key}@{version}`: the shared ones stay",
            )
