"""Forms of training and qualification units, read from their files once in a process."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from portal.criteria.files import SourceFile, read_file
from portal.shared.errors import NotFound
from portal.training_forms.check import faults_of
from portal.training_forms.shape import (
    Basis,
    DayKind,
    Example,
    Field,
    Length,
    Phase,
    PlanName,
    Rule,
    Source,
    TrainingForm,
    Unit,
)

ROOM = Path(__file__).parent
FORM_KEYS = ("group_toppis", "unit_toppis", "work_based", "cohort", "nonstop", "coaching")
"""The forms that ship with the portal, in the order of their list."""
_OF_RULE = frozenset({"kind", "source", "refuse", "confirm"})


class BadForms(Exception):
    """The files cannot be used; ``faults`` has one line for each reason."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@cache
def load_forms(settings_path: Path | None = None) -> dict[str, TrainingForm]:
    """The forms by key: the portal's, with those of the installation's folder added or in place.

    The portal's come first, in their order; what ships is held sound by `portal forms check` before
    it ships, and only the installation's is checked here. All readers share the dict, and none
    changes it. Raises BadForms.
    """
    found = {file.content["key"]: _form(file.content) for file in _sound("form", settings_path)}
    first = [key for key in FORM_KEYS if key in found]
    return {key: found[key] for key in [*first, *sorted(set(found) - set(first))]}


def form(key: str, settings_path: Path | None = None) -> TrainingForm:
    """The form of that key. Raises NotFound, BadForms."""
    try:
        return load_forms(settings_path)[key]
    except KeyError:
        raise NotFound(key) from None


@cache
def load_fields(settings_path: Path | None = None) -> dict[str, Field]:
    """The fields of training with their units, by key; the installation's as for the forms."""
    found = {file.content["key"]: _field(file.content) for file in _sound("field", settings_path)}
    return dict(sorted(found.items()))


def field_named(text: str, settings_path: Path | None = None) -> Field | None:
    """The field that a lot means by a name in any language, if it is a known one."""
    wanted = " ".join(text.split()).casefold()
    for field in load_fields(settings_path).values():
        names = {field.key, *field.name.values(), *field.also}
        if wanted in {name.casefold() for name in names}:
            return field
    return None


def faults(settings_path: Path | None = None) -> list[str]:
    """Every fault of the files, as ``forms/x.yaml:12: what is wrong``."""
    return [
        line for kind in ("form", "field") for line in faults_of(ROOM, _read(kind, settings_path))
    ]


def to_confirm(settings_path: Path | None = None) -> int:
    """How many rules, laws, fundings and units of the files have yet to be confirmed."""
    marked: list[Rule | Basis | Unit] = []
    for one in load_forms(settings_path).values():
        marked += [*one.rules, *one.legal_basis, *one.funding_basis]
    for field in load_fields(settings_path).values():
        marked += field.units
    return sum(row.confirm for row in marked)


def _sound(kind: str, settings_path: Path | None) -> list[SourceFile]:
    files = _read(kind, settings_path)
    found = faults_of(ROOM, [file for file in files if ROOM not in file.path.parents])
    if found:
        raise BadForms(found)
    return files


def _read(kind: str, settings_path: Path | None) -> list[SourceFile]:
    shelf = {"form": "forms", "field": "units"}[kind]
    folders = [ROOM / shelf]
    if settings_path is not None:
        if not settings_path.is_dir():
            raise BadForms([f"{settings_path}: expected a folder with forms of training"])
        folders.append(settings_path if kind == "form" else settings_path / shelf)
    return [
        read_file(kind, path, f"{folder.name}/{path.name}")
        for folder in folders
        for path in sorted(folder.glob("*.y*ml"))
    ]


def _form(content: dict[str, Any]) -> TrainingForm:
    return TrainingForm(
        key=content["key"],
        name=content["name"],
        description=content["description"],
        valid_from=date.fromisoformat(content["valid_from"]),
        valid_until=_day(content, "valid_until"),
        phases=tuple(_phase(phase) for phase in content["phases"]),
        paid_days=frozenset(DayKind(kind) for kind in content["paid_days"]["kinds"]),
        paid_days_source=_source(content["paid_days"]["source"]),
        rules=tuple(_rule(rule) for rule in content["rules"]),
        plan_names=tuple(_plan(plan) for plan in content["plan"]),
        legal_basis=tuple(_basis(basis) for basis in content["legal_basis"]),
        funding_basis=tuple(_basis(basis) for basis in content["funding_basis"]),
        source=tuple(content["source"]["study"]),
    )


def _phase(content: dict[str, Any]) -> Phase:
    length = content.get("length")
    return Phase(
        key=content["key"],
        name=content["name"],
        days=tuple(DayKind(kind) for kind in content["days"]),
        funding=content["funding"],
        source=_source(content["source"]),
        length=Length(Decimal(length["amount"]), length["unit"]) if length else None,
    )


def _rule(content: dict[str, Any]) -> Rule:
    return Rule(
        kind=content["kind"],
        values={name: value for name, value in content.items() if name not in _OF_RULE},
        source=_source(content["source"]),
        refuse=content.get("refuse", False),
        confirm=content.get("confirm", False),
    )


def _plan(content: dict[str, Any]) -> PlanName:
    return PlanName(
        name=content["name"],
        short=content.get("short", ""),
        valid_from=_day(content, "valid_from"),
        valid_until=_day(content, "valid_until"),
        source=_source(content["source"]),
    )


def _basis(content: dict[str, Any]) -> Basis:
    return Basis(
        text=content["text"],
        valid_from=date.fromisoformat(content["valid_from"]),
        valid_until=_day(content, "valid_until"),
        source=content["source"],
        confirm=content["confirm"],
    )


def _source(content: dict[str, Any]) -> Source:
    return Source(
        study=tuple(content.get("study", [])),
        other=tuple(content.get("other", [])),
        proposal=content.get("proposal", False),
    )


def _field(content: dict[str, Any]) -> Field:
    return Field(
        key=content["key"],
        name=content["name"],
        qualification=content["qualification"],
        also=tuple(content.get("also", [])),
        source=content["source"],
        units=tuple(
            Unit(
                key=unit["key"],
                name=unit["name"],
                points=unit["points"],
                confirm=unit["confirm"],
                sensible_use=tuple(
                    Example(use["text"], _source(use["source"])) for use in unit["sensible_use"]
                ),
            )
            for unit in content["units"]
        ),
    )


def _day(content: dict[str, Any], name: str) -> date | None:
    return date.fromisoformat(content[name]) if name in content else None
