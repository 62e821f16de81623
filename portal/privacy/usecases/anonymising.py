"""What has ended goes: names and texts, and the documents that hold them. The counts stay.

Each call does one batch in the caller's transaction and leaves a whole: the command
(`privacy.command`) calls it until nothing is due, so it may stop anywhere and begin again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    Column,
    ColumnElement,
    Table,
    and_,
    bindparam,
    case,
    delete,
    func,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session

from portal.audit.record import ACCOUNTS, acting
from portal.capacity.models import Training
from portal.contracts.models import Contract
from portal.documents import store
from portal.enrolments.workplaces.models import Placement, Workplace
from portal.jobs.models import OutgoingMail
from portal.meetings.models import Meeting
from portal.options.models import Handover
from portal.privacy.inventory import AtEnd, Field, Records, inventory, rows_of
from portal.privacy.models import Anonymisation, AnonymisedPerson, AnonymisedTraining
from portal.privacy.queries.due import Holds, months_of_logins, people_left, terms_of
from portal.privacy.rules import MASK, Retention, year_of_same_group
from portal.shared.clock import HELSINKI, day_in_helsinki, months_later

TOGETHER = 200
"""How many people one transaction takes at most, so that nobody waits long for it."""


@dataclass(frozen=True)
class Done:
    """What a batch did; nothing where all of it is held or was done before."""

    people: int = 0
    rows: int = 0
    documents: int = 0


def anonymise_training(
    session: Session, *, training_id: UUID, part: Retention, at: datetime
) -> Done:
    """Anonymise a batch of a training whose period has ended; may run twice and at any time.

    Nothing is done where the period has not ended, or a hold is on the training, its contract or
    its procurement; a hold on one participant keeps that one, and what is written of the group.
    """
    training = session.get_one(Training, training_id)
    contract = training.contract
    today = day_in_helsinki(at)
    if _nothing_due(session, training, part, today):
        return Done()
    chain = contract.procurement_id
    with acting(session, "anonymise", chain=chain, by=None, at=at) as facts:
        # Read again within the turn: a hold may have come between.
        holds = Holds(session, today)
        left = people_left(session, training_id)
        held = holds.among(left)
        batch = [key for key in left if key not in held][:TOGETHER]
        last = len(batch) + len(held) == len(left)
        if part == Retention.PARTICIPANTS:
            done = _people(session, batch, at)
            if last and not held:
                done = _sum(done, _group(session, training, Retention.PARTICIPANTS, at))
        else:
            done = _group(session, training, Retention.FEEDBACK, at)
        session.add(
            Anonymisation(
                kind=part.value,
                training_id=training_id,
                at=at,
                people=done.people,
                rows=done.rows,
                documents=done.documents,
            )
        )
        session.flush()
        session.expire_all()
        facts.note(training=training_id, part=part.value, people=done.people)
        return done


def _nothing_due(session: Session, training: Training, part: Retention, today: date) -> bool:
    terms = terms_of(session, [training.id], [part])
    if not any(term.is_due(today) for term in terms):
        return True
    holds = Holds(session, today)
    contract = training.contract
    if holds.on_training(training.id, contract.id, contract.procurement_id):
        return True
    left = people_left(session, training.id)
    held = holds.among(left)
    if part == Retention.FEEDBACK:
        return bool(held)
    return bool(left) and len(held) == len(left)


def _people(session: Session, keys: Sequence[UUID], at: datetime) -> Done:
    """These participations, with all that hangs on them."""
    if not keys:
        return Done()
    meetings = list(session.scalars(select(Meeting.id).where(Meeting.enrolment_id.in_(keys))))
    rows = 0
    session.add_all(AnonymisedPerson(enrolment_id=key, at=at) for key in keys)
    session.flush()
    for records in inventory().tables:
        if records.table == Workplace.__tablename__:
            rows += _workplaces(
                session,
                Workplace.id.in_(
                    select(Placement.workplace_id).where(Placement.enrolment_id.in_(keys))
                ),
            )
        elif records.person is not None:
            rows += _end(session, records, records.person, keys)
    documents = store.remove(session, "minutes", meetings, at)
    return Done(len(keys), rows, documents)


def _group(session: Session, training: Training, part: Retention, at: datetime) -> Done:
    """What is written of the training's people together, once nobody in it is left."""
    rows = 0
    for records in inventory().tables:
        if records.training is not None and records.retention == part.value:
            rows += _end(session, records, records.training, [training.id])
    documents = 0
    session.add(AnonymisedTraining(training_id=training.id, part=part.value, at=at))
    session.flush()
    if part == Retention.PARTICIPANTS:
        meetings = select(Meeting.id).where(Meeting.training_id == training.id)
        documents += store.remove(session, "minutes", list(session.scalars(meetings)), at)
        documents += _handover_pack(session, training.contract_id, at)
    return Done(0, rows, documents)


def _handover_pack(session: Session, contract_id: UUID, at: datetime) -> int:
    """The pack lists the keys of those who were going on; it goes with the last training."""
    undone = (
        select(func.count())
        .select_from(Training)
        .outerjoin(
            AnonymisedTraining,
            (AnonymisedTraining.training_id == Training.id)
            & (AnonymisedTraining.part == Retention.PARTICIPANTS.value),
        )
        .where(Training.contract_id == contract_id, AnonymisedTraining.training_id.is_(None))
    )
    if session.scalar(undone):
        return 0
    packs = list(session.scalars(select(Handover.id).where(Handover.contract_id == contract_id)))
    return store.remove(session, "handover_pack", packs, at)


def _end(session: Session, records: Records, way: str, keys: Collection[UUID]) -> int:
    """Do with one table's rows what the inventory says; how many rows it was."""
    table = records.rows
    found = rows_of(table, way, keys)
    if records.deleted:
        return int(session.execute(delete(table).where(found)).rowcount)  # type: ignore[attr-defined]
    values = {field.column: _emptied(table, field) for field in records.fields if _empties(field)}
    each = [field for field in records.fields if field.at_end in (AtEnd.DRAW, AtEnd.YEAR)]
    changed = 0
    if values:
        changed = int(session.execute(update(table).where(found).values(values)).rowcount)  # type: ignore[attr-defined]
    if each:
        _one_by_one(session, table, each, found)
    return changed


def _empties(field: Field) -> bool:
    return field.at_end in (AtEnd.BLANK, AtEnd.MASK)


def _emptied(table: Table, field: Field) -> Any:
    column: Column[Any] = table.c[field.column]
    if field.at_end == AtEnd.MASK:
        # What said nothing says nothing afterwards either.
        return case((column == "", ""), else_=MASK)
    return None if column.nullable else ""


def _one_by_one(session: Session, table: Table, fields: Sequence[Field], found: Any) -> None:
    """What every row is given of its own: a new key, a year of the same age group."""
    rows = session.execute(select(table).where(found)).mappings().all()
    if not rows:
        return
    given = []
    for row in rows:
        new: dict[str, Any] = {"key": row["id"]}
        for field in fields:
            if field.at_end == AtEnd.DRAW:
                new[f"new_{field.column}"] = str(uuid4())
            else:
                new[f"new_{field.column}"] = year_of_same_group(
                    row[field.column], row["started_on"]
                )
        given.append(new)
    statement = (
        update(table)
        .where(table.c.id == bindparam("key"))
        .values({field.column: bindparam(f"new_{field.column}") for field in fields})
    )
    session.connection().execute(statement, given)


def anonymise_workplaces(session: Session, *, contract_id: UUID, at: datetime) -> Done:
    """The workplaces of a contract whose period has ended at which nobody left is placed.

    For those who never came to be anyone's; whoever is placed takes theirs along.
    """
    contract = session.get_one(Contract, contract_id)
    today = day_in_helsinki(at)
    if Holds(session, today).on_training(contract_id, contract_id, contract.procurement_id):
        return Done()
    here = Workplace.contract_id == contract_id
    if session.scalar(select(func.count()).select_from(Workplace).where(_nobodys(here))) == 0:
        return Done()
    with acting(session, "anonymise", chain=contract.procurement_id, by=None, at=at) as facts:
        rows = _workplaces(session, here)
        session.expire_all()
        facts.note(contract=contract_id, workplaces=rows)
        return Done(0, rows, 0)


def _workplaces(session: Session, which: ColumnElement[bool]) -> int:
    """Those of them at which nobody is placed who is still named."""
    keys = list(session.scalars(select(Workplace.id).where(_nobodys(which))))
    return _end(session, inventory().table(Workplace.__tablename__), "id", keys) if keys else 0


def _nobodys(which: ColumnElement[bool]) -> ColumnElement[bool]:
    named = (
        select(Placement.id)
        .outerjoin(AnonymisedPerson, AnonymisedPerson.enrolment_id == Placement.enrolment_id)
        .where(Placement.workplace_id == Workplace.id, AnonymisedPerson.enrolment_id.is_(None))
    )
    return and_(which, Workplace.instructor != MASK, ~named.exists())


def forget_logins(session: Session, *, at: datetime) -> Done:
    """Delete a batch of the log-ins and sent messages whose period has ended.

    A message that tells of a decision or contract (`about`) stays: it proves that it was sent.
    """
    months = months_of_logins(session)
    if months is None:
        return Done()
    # What ended before this instant is older than so many months.
    before = datetime.combine(months_later(day_in_helsinki(at), -months), time(), HELSINKI)
    gone = [
        (records.rows, _old(records, before))
        for records in inventory().tables
        if records.retention == Retention.LOGINS.value
    ]
    if not any(
        session.scalar(select(func.count()).select_from(table).where(old)) for table, old in gone
    ):
        return Done()
    rows = 0
    with acting(session, "forget_logins", chain=ACCOUNTS, by=None, at=at) as facts:
        for table, old in gone:
            rows += int(session.execute(delete(table).where(old)).rowcount)  # type: ignore[attr-defined]
        session.add(
            Anonymisation(
                kind=Retention.LOGINS.value,
                training_id=None,
                at=at,
                people=0,
                rows=rows,
                documents=0,
            )
        )
        session.flush()
        session.expire_all()
        facts.note(rows=rows)
    return Done(0, rows, 0)


def _old(records: Records, before: datetime) -> ColumnElement[bool]:
    table = records.rows
    assert records.event is not None, f"{records.table} names no event"
    stays = table.c.about.is_(None) if records.table == OutgoingMail.__tablename__ else true()
    return and_(table.c[records.event] < before, stays)


def _sum(one: Done, other: Done) -> Done:
    return Done(one.people + other.people, one.rows + other.rows, one.documents + other.documents)
