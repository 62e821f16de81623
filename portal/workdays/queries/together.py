"""Records that a sponsor has chosen: what would come of accepting them, and what has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from portal.capacity.ledger import committed_left
from portal.capacity.models import CallOff, ContractUser, Training
from portal.capacity.rules import CallOffState, TrainingState
from portal.enrolments.models import Enrolment
from portal.organisations.models import Person
from portal.permissions import Role
from portal.procurement.rules import Unit
from portal.shared.errors import RuleBroken
from portal.shared.paging import ROWS_ON_A_PAGE
from portal.workdays.models import WorkdayLine, WorkdayRecord
from portal.workdays.queries.waiting import Waiting, named_for, rows_of
from portal.workdays.rules import NOTHING, Amounts, Chosen, RecordState, foreseen, sums

MOST_CHOSEN = ROWS_ON_A_PAGE
"""How many records are accepted at once: those of one page of the list."""


@dataclass(frozen=True)
class ChosenRecord:
    """A record, how it stands, and what comes of accepting it.

    ``delivered`` and ``given_back`` are in the lot's unit, None where the unit is the training
    package; ``refusal`` is why it cannot be accepted; ``settled_by`` accepted or disputed it.
    """

    record: Waiting
    state: RecordState
    settled_by: str | None
    settled_at: datetime | None
    delivered: Decimal | None
    given_back: Decimal | None
    closed: bool
    refusal: RuleBroken | None


@dataclass(frozen=True)
class ChosenPage:
    """The records chosen, the oldest first; ``missing`` of them are not there, or not theirs."""

    records: list[ChosenRecord]
    missing: int

    @property
    def possible(self) -> list[ChosenRecord]:
        """Those that would be accepted."""
        return [one for one in self.records if one.refusal is None]

    @property
    def impossible(self) -> list[ChosenRecord]:
        """Those that would be refused, and those that somebody has accepted."""
        return [one for one in self.records if one.refusal is not None]

    @property
    def accepted(self) -> list[ChosenRecord]:
        """Those that are accepted by now."""
        return [one for one in self.records if one.state == RecordState.ACCEPTED]

    @property
    def left(self) -> list[ChosenRecord]:
        """Those that are not accepted."""
        return [one for one in self.records if one.state != RecordState.ACCEPTED]


def chosen_page(session: Session, person: Person, keys: Collection[UUID]) -> ChosenPage:
    """What would come of accepting these, one after the other, and how they stand.

    What is no record of a training that this sponsor is named for is only counted.
    """
    rows = rows_of(session, WorkdayRecord.id.in_(keys) & named_for(person))
    keys_found = [row.id for row in rows]
    settled = {
        key: (RecordState(state), name, at)
        for key, state, name, at in session.execute(
            select(WorkdayRecord.id, WorkdayRecord.state, Person.name, WorkdayRecord.settled_at)
            .outerjoin(Person, Person.id == WorkdayRecord.settled_by_id)
            .where(WorkdayRecord.id.in_(keys_found))
        )
    }
    trainings = _trainings(session, {row.training_id for row in rows})
    draws = _draws(session, rows, trainings)
    permitted = _permitted(session, person, trainings.values())
    chosen = [
        Chosen(
            settled[row.id][0],
            draws[row.id],
            closed=trainings[row.training_id].state == TrainingState.CLOSED,
            permitted=row.training_id in permitted,
        )
        for row in rows
    ]
    call_offs = {key for one in chosen for key in one.draws}
    refusals = foreseen(chosen, committed_left(session, call_offs))
    found = [
        _chosen_record(row, one, settled[row.id][1:], refusal)
        for row, one, refusal in zip(rows, chosen, refusals, strict=True)
    ]
    return ChosenPage(found, len(set(keys)) - len(found))


def chosen_record(session: Session, person: Person, key: UUID) -> WorkdayRecord | None:
    """A record of a training that this sponsor is named for, whatever its state."""
    return session.scalar(
        select(WorkdayRecord)
        .options(lazyload("*"))
        .join(Training, Training.id == WorkdayRecord.training_id)
        .where(WorkdayRecord.id == key, named_for(person))
    )


def _chosen_record(
    row: Waiting,
    one: Chosen,
    settled: tuple[str | None, datetime | None],
    refusal: RuleBroken | None,
) -> ChosenRecord:
    in_package = row.unit == Unit.TRAINING_PACKAGE
    return ChosenRecord(
        row,
        one.state,
        *settled,
        None if in_package else sum((n for n in one.draws.values() if n > 0), NOTHING),
        None if in_package else -sum((n for n in one.draws.values() if n < 0), NOTHING),
        one.closed,
        refusal,
    )


@dataclass(frozen=True)
class _Trained:
    """What of a training is asked for all of its records together."""

    id: UUID
    contract_id: UUID
    state: str
    call_offs: list[tuple[UUID, UUID | None, str]]
    """Key, office and state of each, the first called off first."""


def _trainings(session: Session, keys: Collection[UUID]) -> dict[UUID, _Trained]:
    call_offs: dict[UUID, list[tuple[UUID, UUID | None, str]]] = defaultdict(list)
    for training_id, key, office_id, state in session.execute(
        select(CallOff.training_id, CallOff.id, CallOff.office_id, CallOff.state)
        .where(CallOff.training_id.in_(keys))
        .order_by(CallOff.called_at)
    ):
        assert training_id is not None
        call_offs[training_id].append((key, office_id, state))
    found = session.execute(
        select(Training.id, Training.contract_id, Training.state).where(Training.id.in_(keys))
    )
    return {
        key: _Trained(key, contract_id, state, call_offs[key]) for key, contract_id, state in found
    }


def _draws(
    session: Session, rows: Sequence[Waiting], trainings: dict[UUID, _Trained]
) -> dict[UUID, Amounts]:
    """What each record draws on which call-off, as ``workdays.ledger.drawn_from`` says of one."""
    lines: dict[UUID, list[tuple[UUID | None, Decimal]]] = defaultdict(list)
    for key, call_off_id, days in session.execute(
        select(WorkdayLine.record_id, Enrolment.call_off_id, WorkdayLine.days)
        .join(Enrolment, Enrolment.id == WorkdayLine.enrolment_id)
        .where(WorkdayLine.record_id.in_([row.id for row in rows]))
    ):
        lines[key].append((call_off_id, days))
    found: dict[UUID, Amounts] = {}
    for row in rows:
        standing = [
            key
            for key, _office, state in trainings[row.training_id].call_offs
            if state == CallOffState.CONFIRMED
        ]
        if row.unit == Unit.TRAINING_PACKAGE or not standing:
            found[row.id] = {}
            continue
        found[row.id] = sums(
            (call_off_id if call_off_id in standing else standing[0], days)
            for call_off_id, days in lines[row.id]
        )
    return found


def _permitted(session: Session, person: Person, trainings: Iterable[_Trained]) -> set[UUID]:
    """The trainings that ``capacity.access.sponsors_office`` finds an office for, of several."""
    trainings = list(trainings)
    offices = {office.id for office in person.organisations_as(Role.COURSE_SPONSOR)}
    users: dict[UUID, set[UUID]] = defaultdict(set)
    for contract_id, office_id in session.execute(
        select(ContractUser.contract_id, ContractUser.office_id).where(
            ContractUser.contract_id.in_({one.contract_id for one in trainings})
        )
    ):
        users[contract_id].add(office_id)
    found = set()
    for one in trainings:
        called = {office_id for _key, office_id, _state in one.call_offs}
        named = users[one.contract_id]
        if called & offices or (None in called and (not named or named & offices)):
            found.add(one.id)
    return found
