"""Refusals: what a use-case raises when a rule does not allow the act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Attempt:
    """What was tried: kept so that the edge can write the denial to the audit record."""

    chain: str
    act: str
    by: UUID | None
    at: datetime


class RuleBroken(Exception):
    """An act refused by a named rule.

    ``rule`` is a name of `cases/FORMAT.md` or of the refusals' catalogue; ``field`` the form
    field it belongs beside, if any; ``facts`` plain values for the text shown to the reader.
    """

    def __init__(self, rule: str, *, field: str | None = None, **facts: object) -> None:
        super().__init__(rule)
        self.rule = rule
        self.field = field
        self.facts = facts
        self.attempt: Attempt | None = None


class NotFound(Exception):
    """What was asked for is missing, or not this reader's to see: the two look the same."""
