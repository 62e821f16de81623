"""What a call-off is chosen from: forms of training to begin with, grounds for declining."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from portal.data_files import from_yaml
from portal.training_forms.shape import TrainingForm

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
    content: dict[str, Any] = from_yaml(FILE.read_text("utf-8"))
    return content


def forms_offered(installed: Mapping[str, TrainingForm]) -> dict[str, FormChoice]:
    """What a call-off of each of the installation's forms of training begins with, by key."""
    known = {one["key"]: one for one in _file()["forms"]}
    return {
        key: FormChoice(
            key,
            form.name,
            known.get(key, {}).get("places", 1),
            known.get(key, {}).get("workdays_each", 1),
        )
        for key, form in installed.items()
    }


@cache
def grounds() -> dict[str, Ground]:
    """The grounds for declining, by key."""
    return {one["key"]: Ground(one["key"], one["name"]) for one in _file()["grounds"]}
