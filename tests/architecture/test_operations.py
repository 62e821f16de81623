"""What is given to whoever runs the portal fits the portal: settings, commands, figures, files."""

from __future__ import annotations

import json
import re
import shlex
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from prometheus_client import generate_latest

from portal.cli import main
from portal.config import PREFIX, Settings
from portal.paths import ROOT
from portal.web.metrics import OWN

PLACE = ROOT / "docs/operations"
UNITS = sorted((PLACE / "systemd").glob("*.service"))
FIGURE = re.compile(r"\bportal_[a-z_]+")
INSTRUCTIONS = {
    "FROM", "RUN", "WORKDIR", "COPY", "ENV", "USER", "EXPOSE", "HEALTHCHECK", "CMD",
}  # fmt: skip


def is_command(words: list[str]) -> bool:
    """Whether the command line knows it."""
    group: Any = main
    for word in words:
        if not isinstance(group, click.Group):
            return True
        group = group.get_command(click.Context(group), word)
        if group is None:
            return False
    return True


def figures() -> set[str]:
    """The names of all figures, read where they are told."""
    source = (ROOT / "portal/web/metrics.py").read_text(encoding="utf-8")
    asked = set(re.findall(r'"(portal_[a-z_]+)"', source))
    counted = FIGURE.findall(generate_latest(OWN).decode())
    return asked | set(counted) | {"portal_answers_total", "portal_request_seconds_bucket"}


def test_the_compose_file_names_settings_and_commands_that_there_are() -> None:
    services = yaml.safe_load((PLACE / "compose.yaml").read_text(encoding="utf-8"))["services"]
    ours = {name: one for name, one in services.items() if one["image"] == "siirtyma"}
    assert ours.keys() == {"migration", "web", "worker"}
    for one in ours.values():
        names = [name for name in one["environment"] if name.startswith(PREFIX)]
        assert names
        unknown = {name.removeprefix(PREFIX).lower() for name in names} - set(Settings.model_fields)
        assert unknown == set()
        command = one.get("command", ["portal", "serve"])
        assert command[0] == "portal"
        assert is_command(command[1:]), command


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_runs_a_command_that_there_is(unit: Path) -> None:
    lines = unit.read_text(encoding="utf-8").splitlines()
    runs = [line for line in lines if line.startswith("Exec") and "bin/portal" in line]
    assert runs
    for line in runs:
        words = shlex.split(line.partition("bin/portal ")[2].replace("'", " "))
        assert is_command([word for word in words if word.isalpha()][:1]), line


def test_each_timer_starts_a_unit_of_its_name() -> None:
    timers = sorted((PLACE / "systemd").glob("*.timer"))
    assert len(timers) == 3
    for timer in timers:
        assert timer.with_suffix(".service") in UNITS
        read = RawConfigParser(strict=False)
        read.read(timer, encoding="utf-8")
        assert read.get("Timer", "OnCalendar")


def test_every_figure_of_an_alarm_or_of_the_dashboard_is_told() -> None:
    rules = yaml.safe_load((PLACE / "alerts.yaml").read_text(encoding="utf-8"))
    board = json.loads((PLACE / "dashboard.json").read_text(encoding="utf-8"))
    asked = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    assert all(
        rule["annotations"]["summary"] for group in rules["groups"] for rule in group["rules"]
    )
    shown = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    assert asked
    assert shown
    used = {name for text in (*asked, *shown) for name in FIGURE.findall(text)}
    assert used - figures() == set()


def test_the_image_takes_what_is_there() -> None:
    text = (PLACE / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert {line.split()[0] for line in lines} <= INSTRUCTIONS
    taken = [
        source
        for line in lines
        if line.startswith("COPY ") and "--from" not in line
        for source in line.split()[1:-1]
    ]
    assert "portal" in taken
    assert [source for source in taken if not (ROOT / source).exists()] == []
