"""What a call-off is chosen from: forms of training to begin with, grounds for declining."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("choices.yaml")


@dataclass(frozen=True)
class FormChoice:
    """A form of training and what a call-off of it begins with: places, amount for each."""

    key: str
    name: Mapping[str, str]
    places: int
    workdays_each: int

    @property
    def workdays(self) -> Decimal:
        """The amount for all places."""
        return Decimal(self.places * self.workdays_each)


@dataclass(frozen=True)
class Ground:
    """A ground for declining that the contract lists."""

    key: str
    name: Mapping[str, str]


@cache
def _file() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return content


def forms_offered() -> dict[str, FormChoice]:
    """The forms of training that can be called off, by key."""
    return {
        one["key"]: FormChoice(one["key"], one["name"], one["places"], one["workdays_each"])
        for one in _file()["forms"]
    }


def form_name(key: str) -> Mapping[str, str]:
    """What a form is called; its key where the form is no longer offered."""
    offered = forms_offered().get(key)
    return {"fi": key} if offered is None else offered.name


@cache
def grounds() -> dict[str, Ground]:
    """The grounds for declining, by key."""
    return {one["key"]: Ground(one["key"], one["name"]) for one in _file()["grounds"]}
