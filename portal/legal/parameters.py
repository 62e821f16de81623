"""What the law sets, as dated values with their source; each is for a lawyer to confirm."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    ValidationError,
    model_validator,
)

from portal.data_files import from_yaml
from portal.legal.rules import Regime

PARAMETERS = Path(__file__).with_name("parameters.yaml")


class BadParameters(Exception):
    """The file cannot be used; ``faults`` has one line for each reason."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class NoParameter(LookupError):
    """No value of that key is in force on that day."""


LISTS = ("kinds of day", "kinds of notice", "ranges of CPV codes")


def _written(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("a number with decimals is written as a text")
    return value


class Parameter(BaseModel):
    """One value, from ``valid_from`` to ``valid_to``, both included.

    ``value`` is None where the law asks for nothing; ``source`` is a section of law or a page.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    regime: Regime | None = None
    valid_from: date
    valid_to: date | None = None
    value: StrictInt | Annotated[Decimal, BeforeValidator(_written)] | tuple[str, ...] | None
    unit: Literal[
        "days",
        "years",
        "euros",
        "percent",
        "kinds of day",
        "kinds of notice",
        "ranges of CPV codes",
    ]
    source: Annotated[str, Field(min_length=1)]
    to_confirm: bool
    note: str = ""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to is before valid_from")
        if isinstance(self.value, int | Decimal) and self.value < 0:
            raise ValueError("value is below zero")
        if isinstance(self.value, tuple) != (self.unit in LISTS):
            raise ValueError("value does not fit its unit")
        if isinstance(self.value, Decimal) != (self.unit == "percent"):
            raise ValueError("value does not fit its unit")
        return self

    def in_force(self, on: date) -> bool:
        """Whether this value holds on that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


def load_parameters(path: Path = PARAMETERS) -> tuple[Parameter, ...]:
    """The file's rows. Raises BadParameters, also where two rows hold on the same day."""
    try:
        rows = from_yaml(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as broken:
        raise BadParameters([f"{path.name}: {broken}"]) from broken
    if not isinstance(rows, list):
        raise BadParameters([f"{path.name}: expected a list of parameters"])
    faults: list[str] = []
    parameters: list[Parameter] = []
    for n, row in enumerate(rows, start=1):
        try:
            parameters.append(Parameter.model_validate(row))
        except ValidationError as fault:
            name = row.get("key", "?") if isinstance(row, dict) else "?"
            faults += [
                f"{path.name}: row {n} ({name}), {'.'.join(map(str, error['loc'])) or 'row'}: "
                f"{error['msg']}"
                for error in fault.errors()
            ]
    for one, other in combinations(parameters, 2):
        same = (one.key, one.regime) == (other.key, other.regime)
        if same and (one.in_force(other.valid_from) or other.in_force(one.valid_from)):
            faults.append(
                f"{path.name}: {one.key} ({one.regime or 'every regime'}) has two values on "
                f"{max(one.valid_from, other.valid_from)}"
            )
    if faults:
        raise BadParameters(faults)
    return tuple(parameters)


@cache
def parameters() -> tuple[Parameter, ...]:
    """The installed rows, read once in a process."""
    return load_parameters()


def parameter(key: str, on: date, regime: Regime | str | None = None) -> Parameter:
    """The value in force on that day: the regime's own, else the one for every regime.

    Raises NoParameter.
    """
    for wanted in (regime, None):
        for row in parameters():
            if row.key == key and row.regime == wanted and row.in_force(on):
                return row
    raise NoParameter(f"{key} on {on} ({regime or 'every regime'})")


def whole(key: str, on: date, regime: Regime | str | None = None) -> int:
    """A value that is a number, in its unit. Raises NoParameter where there is none."""
    value = parameter(key, on, regime).value
    if not isinstance(value, int):
        raise NoParameter(f"{key} on {on} ({regime or 'every regime'}) is not a number")
    return value


def euros(key: str, on: date, regime: Regime | str | None = None) -> Decimal:
    """A threshold in euros without value added tax. Raises NoParameter."""
    return Decimal(whole(key, on, regime))


def percent(key: str, on: date, regime: Regime | str | None = None) -> Decimal:
    """A rate in percent. Raises NoParameter."""
    value = parameter(key, on, regime).value
    if not isinstance(value, Decimal):
        raise NoParameter(f"{key} on {on} ({regime or 'every regime'}) is not a rate")
    return value


def listed(key: str, on: date, regime: Regime | str | None = None) -> tuple[str, ...]:
    """A value that is a list. Raises NoParameter."""
    value = parameter(key, on, regime).value
    if not isinstance(value, tuple):
        raise NoParameter(f"{key} on {on} ({regime or 'every regime'}) is not a list")
    return value


def standstill_days(on: date, regime: Regime | str) -> int:
    """Days of standstill for a decision received on that day; 0 where the law asks for none.

    Raises NoParameter.
    """
    value = parameter("standstill_days", on, regime).value
    return value if isinstance(value, int) else 0
