"""Finds what is wrong with the files of a criteria folder: one line per fault, with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from portal.criteria.files import SHELVES, Place, SourceFile, read_folder, texts_in
from portal.shared.names import LANGUAGES
from portal.shared.numbers import plain

_SCORED = {"award", "follow_up"}
_KINDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}

_BOUNDS = {"minimum": "at least", "maximum": "at most", "exclusiveMinimum": "more than"}


def faults(folder: Path) -> list[str]:
    """Every fault of the folder, as ``criteria/library/x.yaml:12: what is wrong``.

    An empty list means that ``load_bank`` can read the folder.
    """
    return faults_of(folder, read_folder(folder))


def faults_of(folder: Path, files: Sequence[SourceFile]) -> list[str]:
    """As ``faults``, for files that were read already."""
    missing = [
        f"{folder.name}/{shelf}: no file here, expected at least one {kind}"
        for kind, shelf in SHELVES.items()
        if not any(file.kind == kind for file in files)
    ]
    sound = [file for file in files if file.node is not None and _matches_schema(folder, file)]
    scales = {file.content["key"]: file for file in sound if file.kind == "scale"}
    criteria = {file.reference: file for file in sound if file.kind == "criterion"}
    unsound = {file.path.stem for file in files if file not in sound}
    for file in sound:
        _check_name(file)
        if file.kind == "scale":
            _check_scale(file)
        elif file.kind == "criterion":
            _check_criterion(file, scales, unsound)
        else:
            _check_set(file, criteria, unsound)
    _check_repeated_references(sound)
    _check_repeated_facts(sound)
    return missing + [
        f"{file.shown}:{line}: {text}" for file in files for line, text in sorted(file.faults)
    ]


def _matches_schema(folder: Path, file: SourceFile) -> bool:
    path = folder / "schema" / f"{file.kind}.schema.json"
    try:
        schema = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as broken:
        file.faults.append((1, f"the schema {path.name} cannot be read: {broken}"))
        return False
    errors = list(Draft202012Validator(schema).iter_errors(file.content))
    for error in errors:
        file.fault(_place_of(error), _schema_fault(error))
    return not errors


def _place_of(error: ValidationError) -> list[str | int]:
    place = list(error.absolute_path)
    if error.validator == "additionalProperties":
        place += _unknown(error)[:1]
    return place


def _unknown(error: ValidationError) -> list[str]:
    found: Any = _values(error)[0]
    return sorted(str(key) for key in found if key not in _known(error))


def _known(error: ValidationError) -> list[str]:
    schema: Any = error.schema
    return list(schema.get("properties", {}))


def _values(error: ValidationError) -> tuple[Any, Any]:
    return error.instance, error.validator_value


def _schema_fault(error: ValidationError) -> str:
    where = _dotted(error.absolute_path)
    found, wanted = _values(error)
    match error.validator:
        case "required":
            missing = ", ".join(f"`{key}`" for key in wanted if key not in found)
            texts = "text in every language" if set(wanted) == set(LANGUAGES) else "it here"
            return f"{where} lacks {missing}, expected {texts}"
        case "additionalProperties":
            unknown = ", ".join(f"`{key}`" for key in _unknown(error))
            return f"{where} has {unknown}, expected only {', '.join(_known(error))}"
        case "type":
            return f"{where} is {_shown(found)}, expected {_KINDS[wanted]}"
        case "enum":
            return f"{where} is {_shown(found)}, expected one of {', '.join(wanted)}"
        case "pattern" if wanted == r"\S":
            return f"{where} is blank, expected text in every language"
        case "pattern":
            return f"{where} is {_shown(found)}, expected the form {wanted}"
        case "minItems":
            return f"{where} has {len(found)} items, expected at least {wanted}"
        case "uniqueItems":
            return f"{where} names the same thing twice, expected each once"
        case "minimum" | "maximum" | "exclusiveMinimum" as bound:
            return f"{where} is {_shown(found)}, expected {_BOUNDS[bound]} {wanted}"
        case "not":
            return f"{where} is given, expected nothing here for this use"
        case _:
            return f"{where}: {error.message}"


def _dotted(place: Place) -> str:
    text = ""
    for step in place:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return f"`{text}`" if text else "the file"


def _shown(found: object) -> str:
    if isinstance(found, Decimal):
        return plain(found)
    if isinstance(found, dict):
        return "a mapping"
    return "a list" if isinstance(found, list) else "empty" if found is None else repr(found)


def _check_name(file: SourceFile) -> None:
    key, version = file.reference
    expected = key if version == 1 else f"{key}@{version}"
    if file.path.name != f"{expected}.yaml":
        # Which of the two is wrong cannot be known; the key is the line a person can open.
        file.fault(
            ["key"],
            f"key and version ask for the file name {expected}.yaml, found {file.path.name}",
        )
    for place, names in texts_in(file.content):
        if place[-1] in ("title", "name"):
            continue
        seen: dict[str, str] = {}
        for language in LANGUAGES:
            text = _normal(names[language])
            if text in seen:
                file.fault(
                    [*place, language],
                    f"{_dotted([*place, language])} repeats the text in "
                    f"`{seen[text]}`, expected a translation",
                )
            seen.setdefault(text, language)


def _check_scale(file: SourceFile) -> None:
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
            name = _normal(point["name"][language])
            if name in seen:
                file.fault(
                    ["points", n, "name", language],
                    f"two points are named {point['name'][language]!r}, expected a name each",
                )
            seen.add(name)


def _check_criterion(file: SourceFile, scales: Mapping[str, SourceFile], unsound: set[str]) -> None:
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


def _check_set(
    file: SourceFile, criteria: Mapping[tuple[str, int], SourceFile], unsound: set[str]
) -> None:
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


def _check_repeated_references(files: Sequence[SourceFile]) -> None:
    seen: dict[tuple[str, str, int], str] = {}
    for file in files:
        reference = (file.kind, *file.reference)
        if reference in seen:
            key, version = file.reference
            file.fault(
                ["key"],
                f"`{key}` version {version} is also in {seen[reference]}, "
                "expected one file for each",
            )
        seen.setdefault(reference, file.shown)


def _check_repeated_facts(files: Sequence[SourceFile]) -> None:
    """The same fact in two places would be scored twice, or would not tell two points apart."""
    seen: dict[tuple[str, str], tuple[SourceFile, int]] = {}
    for file in files:
        if file.kind != "criterion":
            continue
        for place, fact in texts_in(file.content.get("points", []), ("points",)):
            for language in LANGUAGES:
                line = file.line(*place, language)
                first, at = seen.setdefault((language, _normal(fact[language])), (file, line))
                if (first, at) == (file, line) or _two_versions(first, file):
                    continue
                file.fault(
                    [*place, language],
                    f"the same fact is named at {first.shown}:{at}, expected each fact once",
                )


def _two_versions(one: SourceFile, other: SourceFile) -> bool:
    """Whether these are versions of one criterion, which may well share a fact."""
    return one.reference != other.reference and one.content["key"] == other.content["key"]


def _normal(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", text.casefold()).split())
