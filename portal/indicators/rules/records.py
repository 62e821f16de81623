"""The records that indicators are computed from, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from uuid import UUID

from portal.enrolments.rules import EnrolmentState


@dataclass(frozen=True)
class Period:
    """From a day to a day, both included; an end left open is None."""

    first: date | None = None
    last: date | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole time, open at both ends."""
        return self.first is None and self.last is None

    def holds(self, day: date | None) -> bool:
        """Whether a day is in the period; no day is in none."""
        if day is None or (self.first is not None and day < self.first):
            return False
        return self.last is None or day <= self.last


@dataclass(frozen=True)
class Participation:
    """Somebody in a training, without a name.

    ``followed`` is the latest known status by the number of months after the end. ``decided_on`` is
    the day of the latest decision of the selection. ``guided`` names what of after-guidance was
    offered, accepted and used, until ``guidance_until`` where the window is known; it is None where
    the contract has no after-guidance. ``in_target`` says whether the person is of the target group
    by the starting situation; None where the lot does not say which ones those are.
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
    form: str = ""
    decided_on: date | None = None
    guided: frozenset[str] | None = None
    guidance_until: date | None = None
    in_target: bool | None = None


@dataclass(frozen=True)
class CalledOff:
    """A call-off, with the last day of its clock and the day that was confirmed."""

    id: UUID
    contract_id: UUID
    state: str
    called_on: date
    start_by: date
    starts: date | None = None
    form: str = ""


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
    form: str = ""


@dataclass(frozen=True)
class Visited:
    """A visit to a workplace that was made, whomever it met."""

    id: UUID
    training_id: UUID
    contract_id: UUID
    made_on: date
    form: str = ""


@dataclass(frozen=True)
class Proposed:
    """A proposal in feedback; ``answered_on`` is the day of its answer, None while it waits."""

    id: UUID
    training_id: UUID
    contract_id: UUID
    made_on: date
    answered_on: date | None = None
    form: str = ""


@dataclass(frozen=True)
class Records:
    """Everything that is counted, of the contracts in question."""

    participations: tuple[Participation, ...] = ()
    call_offs: tuple[CalledOff, ...] = ()
    practices: tuple[Reviewed, ...] = ()
    answers: tuple[Answer, ...] = ()
    visits: tuple[Visited, ...] = ()
    proposals: tuple[Proposed, ...] = ()


def of_form(records: Records, form: str) -> Records:
    """Those of one form of training. Practices are agreed for a whole contract, so none is left."""
    return Records(
        participations=tuple(one for one in records.participations if one.form == form),
        call_offs=tuple(one for one in records.call_offs if one.form == form),
        answers=tuple(one for one in records.answers if one.form == form),
        visits=tuple(one for one in records.visits if one.form == form),
        proposals=tuple(one for one in records.proposals if one.form == form),
    )


def by_contract(records: Records) -> dict[UUID, Records]:
    """The records of each contract that has any; merged again they are the whole."""
    parts: dict[UUID, dict[str, list[object]]] = {}
    for part in fields(records):
        for one in getattr(records, part.name):
            parts.setdefault(one.contract_id, {}).setdefault(part.name, []).append(one)
    return {
        contract_id: Records(**{name: tuple(ones) for name, ones in own.items()})  # type: ignore[arg-type]  # each part holds its own kind of record
        for contract_id, own in parts.items()
    }
