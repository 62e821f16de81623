"""How the indicators and the assessed criteria of a scorecard are banded: bands.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from portal.data_files import from_yaml
from portal.scorecards.rules import Limits

FILE = Path(__file__).with_name("bands.yaml")


@dataclass(frozen=True)
class Banding:
    """The limits of an indicator's bands.

    ``proposal`` says that the limits are ours to propose, since the study gives none.
    """

    limits: Limits
    proposal: bool


@cache
def bandings() -> dict[str, Banding]:
    """The indicators that have bands, by key."""
    return {
        row["key"]: Banding(limits=_limits(row), proposal=row["proposal"])
        for row in _file()["indicators"]
    }


@cache
def assessed() -> Limits:
    """The bands of the mean of a side's points, on the scale of evidence from 0 to 3."""
    return _limits(_file()["assessed"])


@cache
def _file() -> dict[str, Any]:
    content: dict[str, Any] = from_yaml(FILE.read_text("utf-8"))
    return content


def _limits(row: Mapping[str, Any]) -> Limits:
    return Limits(Fraction(row["good"]), Fraction(row["fair"]), row["better"] == "more")
