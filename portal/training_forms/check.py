"""Finds what is wrong with the files of forms and units: one line per fault, with its place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from portal.criteria.check.schema import matches_schema
from portal.criteria.check.texts import normal
from portal.criteria.files import Place, SourceFile, texts_in
from portal.shared.names import LANGUAGES

_ONLY_KNOWN = {"counted_apart", "early_exit_paid"}
_NAMES = {"name", "qualification", "source"}


def faults_of(room: Path, files: Sequence[SourceFile]) -> list[str]:
    """Every fault of these files, by the schemas of the room and by what a schema cannot say."""
    for file in files:
        if file.node is None or not matches_schema(room, file):
            continue
        _check_texts(file)
        if file.path.stem != file.content["key"]:
            file.fault(["key"], f"the key asks for the file name {file.content['key']}.yaml")
        if file.kind == "form":
            _check_form(file)
        else:
            _check_keys(file, "units")
    return [f"{file.shown}:{line}: {text}" for file in files for line, text in sorted(file.faults)]


def _check_texts(file: SourceFile) -> None:
    for place, names in texts_in(file.content):
        if place[-1] in _NAMES:
            continue
        if len({normal(names[language]) for language in LANGUAGES}) < len(LANGUAGES):
            file.fault(place, "two languages say the same, expected a translation")


def _check_form(file: SourceFile) -> None:
    content: dict[str, Any] = file.content
    _check_keys(file, "phases")
    _check_days(file, content, [])
    for part in ("legal_basis", "funding_basis", "plan"):
        for n, row in enumerate(content[part]):
            _check_days(file, row, [part, n])
    held = {kind for phase in content["phases"] for kind in phase["days"]}
    for n, kind in enumerate(content["paid_days"]["kinds"]):
        if kind not in held:
            text = f"no phase has days of `{kind}`, expected only days that the form has"
            file.fault(["paid_days", "kinds", n], text)
    once: set[str] = set()
    for n, rule in enumerate(content["rules"]):
        place: Place = ["rules", n, "kind"]
        if rule["kind"] in once and rule["kind"] != "named":
            file.fault(place, f"the rule `{rule['kind']}` is given twice, expected once")
        once.add(rule["kind"])
        if rule["kind"] == "shares" and rule["work"] + rule["theory"] != 1:
            file.fault(place, "the shares of work and theory add up to one, expected just that")
        if rule.get("refuse") and rule["kind"] in _ONLY_KNOWN:
            file.fault(["rules", n, "refuse"], "no act can break this rule, expected no `refuse`")
        if rule["kind"] == "joint_review" and rule["to_months"] < rule["from_months"]:
            file.fault(place, "`to_months` is before `from_months`")


def _check_keys(file: SourceFile, part: str) -> None:
    seen: set[str] = set()
    for n, row in enumerate(file.content[part]):
        if row["key"] in seen:
            file.fault([part, n, "key"], f"the key `{row['key']}` is given twice, expected once")
        seen.add(row["key"])


def _check_days(file: SourceFile, row: dict[str, Any], place: list[str | int]) -> None:
    days: dict[str, date] = {}
    for name in ("valid_from", "valid_until"):
        if name in row:
            try:
                days[name] = date.fromisoformat(row[name])
            except ValueError:
                file.fault([*place, name], f"`{row[name]}` is not a day of the calendar")
    if len(days) == 2 and days["valid_until"] < days["valid_from"]:
        file.fault([*place, "valid_until"], "the last day is before the first")
