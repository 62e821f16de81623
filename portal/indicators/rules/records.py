"""The records that indicators are computed from, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from portal.enrolments.rules import EnrolmentState


@dataclass(frozen=True)
class Period:
    """From a day to a day, both included; an end left open is None."""

    first: date | None = None
    last: date | None = None

    def holds(self, day: date | None) -> bool:
        """Whether a day is in the period; no day is in none."""
        if day is None or (self.first is not None and day < self.first):
            return False
        return self.last is None or day <= self.last


@dataclass(frozen=True)
class Participation:
    """Somebody in a training, without a name.

    ``followed`` is the latest known status by the number of months after the end.
    """

    id: UUID
    training_id: UUID
    contract_id: UUID
    state: EnrolmentState
    status_at_start: str
    sex: str
    birth_year: int
    education: str
    started_on: date | None = None
    ended_on: date | None = None
    status_at_end: str | None = None
    left_to: str | None = None
    units: int = 0
    qualifications: int = 0
    followed: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CalledOff:
    """A call-off, with the last day of its clock and the day that was confirmed."""

    id: UUID
    contract_id: UUID
    state: str
    called_on: date
    start_by: date
    starts: date | None = None


@dataclass(frozen=True)
class Reviewed:
    """An agreed practice; ``status`` is that of its latest review, on ``reviewed_on``."""

    id: UUID
    contract_id: UUID
    status: str
    reviewed_on: date | None = None


@dataclass(frozen=True)
class Answer:
    """One answer of feedback; ``giver`` is the value of `feedback.rules.Giver`."""

    id: UUID
    training_id: UUID
    contract_id: UUID
    giver: str
    points: int
    given_on: date


@dataclass(frozen=True)
class Records:
    """Everything that is counted, of the contracts in question."""

    participations: tuple[Participation, ...] = ()
    call_offs: tuple[CalledOff, ...] = ()
    practices: tuple[Reviewed, ...] = ()
    answers: tuple[Answer, ...] = ()
