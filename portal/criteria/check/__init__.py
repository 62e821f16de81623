"""Finds what is wrong with the files of a criteria folder: one line per fault, with its place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from portal.criteria.check.criteria import check_criterion, check_scale
from portal.criteria.check.schema import dotted, matches_schema
from portal.criteria.check.sets import check_set
from portal.criteria.check.texts import normal
from portal.criteria.files import SHELVES, SourceFile, read_folder, texts_in
from portal.shared.names import LANGUAGES


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
        # A folder of criteria alone needs no definitions of indicators.
        if kind != "indicator" and not any(file.kind == kind for file in files)
    ]
    sound = [file for file in files if file.node is not None and matches_schema(folder, file)]
    scales = {file.content["key"]: file for file in sound if file.kind == "scale"}
    criteria = {file.reference: file for file in sound if file.kind == "criterion"}
    sets = {file.reference: file for file in sound if file.kind == "set"}
    unsound = {file.path.stem for file in files if file not in sound}
    for file in sound:
        _check_name(file)
        if file.kind == "scale":
            check_scale(file)
        elif file.kind == "criterion":
            check_criterion(file, scales, unsound)
        elif file.kind == "set":
            check_set(file, criteria, sets, unsound)
    _check_repeated_references(sound)
    _check_repeated_facts(sound)
    return missing + [
        f"{file.shown}:{line}: {text}" for file in files for line, text in sorted(file.faults)
    ]


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
            text = normal(names[language])
            if text in seen:
                file.fault(
                    [*place, language],
                    f"{dotted([*place, language])} repeats the text in "
                    f"`{seen[text]}`, expected a translation",
                )
            seen.setdefault(text, language)


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
                first, at = seen.setdefault((language, normal(fact[language])), (file, line))
                if (first, at) == (file, line) or _two_versions(first, file):
                    continue
                file.fault(
                    [*place, language],
                    f"the same fact is named at {first.shown}:{at}, expected each fact once",
                )


def _two_versions(one: SourceFile, other: SourceFile) -> bool:
    """Whether these are versions of one criterion, which may well share a fact."""
    return one.reference != other.reference and one.content["key"] == other.content["key"]
