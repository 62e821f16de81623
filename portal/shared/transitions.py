"""How every table of transitions is read: act → the status before it, the status after it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from portal.shared.errors import RuleBroken

Status = TypeVar("Status", bound=StrEnum)


def status_after(
    table: Mapping[str, tuple[Status, Status]], status: str, act: str, *, rule: str = "wrong_state"
) -> Status:
    """The status that the act leads to. Raises ``rule`` where the table has no such move."""
    before, after = table[act]
    if status != before:
        raise RuleBroken(rule)
    return after
