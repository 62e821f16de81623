"""The files of forms and units: read once, added to by an installation, and checked by line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal.cli import main
from portal.config import Settings
from portal.installation import open_installation
from portal.training_forms.bank import (
    FORM_KEYS,
    ROOM,
    BadForms,
    faults,
    field_named,
    form,
    load_fields,
    load_forms,
    to_confirm,
)
from portal.training_forms.rules import CallOffFacts, called_off

UNIT = "unit_toppis.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An installation's own folder, still empty."""
    made = tmp_path / "own"
    made.mkdir()
    return made


@pytest.fixture
def own(folder: Path) -> Callable[[str, str, str], int]:
    """Copy a shipped file into the folder with one change; the answer is the line changed."""

    def copy(name: str, old: str, new: str) -> int:
        shelf = "forms" if (ROOM / "forms" / name).exists() else "units"
        text = (ROOM / shelf / name).read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        into = folder if shelf == "forms" else folder / "units"
        into.mkdir(exist_ok=True)
        (into / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    return copy


def test_the_shipped_files_have_no_faults() -> None:
    assert faults() == []


def test_the_forms_and_fields_are_read_once() -> None:
    assert load_forms() is load_forms()
    assert load_fields() is load_fields()


def test_an_installation_replaces_a_form_and_adds_another(
    folder: Path, own: Callable[[str, str, str], int]
) -> None:
    own(UNIT, "people: 5", "people: 4")
    shutil.copy(folder / UNIT, folder / "kisalli.yaml")
    path = folder / "kisalli.yaml"
    path.write_text(path.read_text().replace("key: unit_toppis", "key: kisalli", 1))
    assert tuple(load_forms(folder)) == (*FORM_KEYS, "kisalli")
    facts = CallOffFacts(on=date(2026, 3, 9), places=4)
    assert called_off(form("unit_toppis", folder), facts) == []
    assert called_off(form("kisalli", folder), facts) == []
    assert [stop.rule for stop in called_off(form("unit_toppis"), facts)] == ["group_size_differs"]


def test_an_installations_form_may_let_another_rule_refuse(
    folder: Path, own: Callable[[str, str, str], int]
) -> None:
    own("work_based.yaml", "    months: 6\n", "    months: 6\n    refuse: true\n")
    facts = CallOffFacts(on=date(2026, 3, 9), places=1, months=7)
    [stop] = called_off(form("work_based", folder), facts)
    assert (stop.rule, stop.refuses) == ("too_long", True)


def test_an_installation_adds_a_field_with_its_units(
    folder: Path, own: Callable[[str, str, str], int]
) -> None:
    own("metal.yaml", "key: metal", "key: metal")
    units = folder / "units"
    text = (units / "metal.yaml").read_text().replace("key: metal", "key: mining", 1)
    (units / "mining.yaml").write_text(
        text.replace('"Kone- ja tuotantotekniikka"', '"Kaivosala"').replace('"metalli", ', "")
    )
    assert set(load_fields(folder)) - set(load_fields()) == {"mining"}
    assert field_named("kaivosala", folder) == load_fields(folder)["mining"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("kiinteistöpalvelut", "property_services"),
        ("  Sosiaali-  ja terveysala", "social_and_health"),
        ("Städning", "cleaning"),
        ("welding", "metal"),
        ("avaruusala", None),
    ],
)
def test_a_field_is_known_by_the_names_that_lots_give_it(text: str, key: str | None) -> None:
    found = field_named(text)
    assert (found.key if found else None) == key


def test_no_name_means_two_fields() -> None:
    names = [
        name.casefold()
        for field in load_fields().values()
        for name in {*(one.casefold() for one in field.name.values()), *field.also}
    ]
    assert len(names) == len(set(names))


# file, what to replace, by what, how many lines below it the fault is, words of the fault
PLANTED = {
    "an unknown kind of rule": (UNIT, "kind: rhythm", "kind: rythm", 0, "expected one of"),
    "a value that the kind does not ask for": (
        UNIT,
        "training_days: 1",
        "training_days: 1\n    colour: 3",
        1,
        "has `colour`",
    ),
    "a value missing": (UNIT, "    training_days: 1\n", "", -2, "lacks `training_days`"),
    "a number without a source": (
        UNIT,
        '    source: {study: ["2281-2282"]}\n',
        "",
        -3,
        "lacks `source`",
    ),
    "a line of the study that is none": (
        UNIT,
        '["2281-2282"]',
        '["page 5"]',
        0,
        "expected the form",
    ),
    "a paid day that no phase has": (
        UNIT,
        "kinds: [training]",
        "kinds: [coaching]",
        0,
        "no phase has days of `coaching`",
    ),
    "a kind of day that is none": (UNIT, "kinds: [training]", "kinds: [rest]", 0, "expected one"),
    "a key that is not the file's name": (
        UNIT,
        "key: unit_toppis",
        "key: unit",
        0,
        "asks for the file name unit.yaml",
    ),
    "a rule given twice": (
        UNIT,
        "kind: entry\n    how: continuous",
        "kind: group\n    people: 3\n    single: true",
        0,
        "given twice",
    ),
    "a refusal that no act can bring": (
        "coaching.yaml",
        "kind: counted_apart",
        "kind: counted_apart\n    refuse: true",
        1,
        "no act can break this rule",
    ),
    "shares that are not a whole": (
        "work_based.yaml",
        "work: 0.80",
        "work: 0.70",
        -1,
        "add up to one",
    ),
    "a last day before the first": (
        UNIT,
        "valid_until: 2024-12-31",
        "valid_until: 2012-12-31",
        0,
        "before the first",
    ),
    "a day that is none": (UNIT, "valid_from: 2025-01-01", "valid_from: 2025-02-30", 0, "no"),
    "a language missing": (
        UNIT,
        "  sv: Fyra dagar arbete",
        "  se: Fyra dagar arbete",
        -2,
        "lacks `sv`",
    ),
    "a unit given twice": ("metal.yaml", "key: machining", "key: assembly", None, "given twice"),
    "points below one": ("metal.yaml", "points: 30", "points: 0", 0, "expected at least 1"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_told_with_its_line(
    name: str, folder: Path, own: Callable[[str, str, str], int]
) -> None:
    file, old, new, below, words = PLANTED[name]
    line = own(file, old, new)
    found = faults(folder)
    assert any(words in one for one in found), found
    if below is not None:
        assert any(f"{file}:{line + below}:" in one and words in one for one in found), found
    load = load_forms if file in {one.name for one in folder.glob("*.yaml")} else load_fields
    with pytest.raises(BadForms):
        load(folder)


def test_the_command_tells_the_faults_and_stops(
    folder: Path, own: Callable[[str, str, str], int]
) -> None:
    sound = CliRunner().invoke(main, ["forms", "check"])
    assert sound.exit_code == 0
    assert f"still to be confirmed: {to_confirm()}" in sound.output
    own(UNIT, "kind: rhythm", "kind: rythm")
    for arguments, environment in (
        (["forms", "check", str(folder)], {}),
        (["forms", "check"], {"PORTAL_TRAINING_FORMS": str(folder)}),
    ):
        told = CliRunner().invoke(main, arguments, env=environment)
        assert told.exit_code == 1
        assert f"{folder.name}/{UNIT}" in told.output


def test_an_installation_does_not_open_with_forms_that_cannot_be_used(
    settings: Settings, folder: Path
) -> None:
    missing = settings.model_copy(update={"training_forms": folder / "nowhere"})
    with pytest.raises(BadForms, match="expected a folder"):
        open_installation(missing)
    (folder / "broken.yaml").write_text("key: [", encoding="utf-8")
    with pytest.raises(BadForms, match="not readable as YAML"):
        open_installation(settings.model_copy(update={"training_forms": folder}))
