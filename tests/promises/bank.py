"""The promises as they are written down, and the figures that their tests have left."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from portal.paths import ROOT

PROMISES = Path(__file__).with_name("promises.yaml")
FIGURES = ROOT / "docs" / "trust"


@dataclass(frozen=True)
class Promise:
    """One promise. ``rows`` are its goals in the study; ``kept_by`` test files and commands."""

    key: str
    rows: tuple[int, ...]
    promise: str
    mechanism: str
    kept_by: tuple[str, ...]
    not_promised: str = ""

    @property
    def trials(self) -> tuple[str, ...]:
        """Those of its keepers that are commands of their own."""
        return tuple(one for one in self.kept_by if one.startswith("python -m "))


@dataclass(frozen=True)
class Figure:
    """What one trial of a promise has left, on one database, at its last run."""

    promise: str
    trial: str
    database: str
    at: str
    figures: dict[str, Any]


def promises() -> list[Promise]:
    """All of them, in the order of their first goal."""
    kept = yaml.safe_load(PROMISES.read_text(encoding="utf-8"))
    found = [
        Promise(**{**one, "rows": tuple(one["rows"]), "kept_by": tuple(one["kept_by"])})
        for one in kept
    ]
    return sorted(found, key=lambda one: (one.rows or (1000,), one.key))


def figures() -> list[Figure]:
    """Every figure that has been left, in a fixed order."""
    return [
        Figure(**json.loads(file.read_text(encoding="utf-8")))
        for file in sorted(FIGURES.glob("*.json"))
    ]


def trials() -> list[str]:
    """Every command that leaves a figure, each once."""
    return list(dict.fromkeys(trial for one in promises() for trial in one.trials))
