"""Planning a day's visits, ordering them, making them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.capacity.models import Training
from portal.enrolments.models import Enrolment
from portal.meetings.models import WorkplaceVisit
from portal.meetings.visits.access import visiting_office
from portal.meetings.visits.rules import Stop, rearranged, require_stops, require_workplace
from portal.organisations.models import Person
from portal.shared.errors import RuleBroken


def visit(
    session: Session,
    *,
    training: Training,
    day: date,
    workplace: str,
    enrolments: Sequence[Enrolment] = (),
    note: str = "",
    possibilities: str = "",
    by: Person,
    at: datetime,
) -> WorkplaceVisit:
    """Record a visit that was made, with notes and with what may follow for the participants.

    Raises ``text_missing``, ``wrong_state`` for participants of another training.
    """
    chain = training.contract.procurement_id
    with acting(session, "visit", chain=chain, by=by.id, at=at) as facts:
        office = visiting_office(session, by, training, enrolments)
        require_workplace(workplace)
        _require_of(training, enrolments)
        made = WorkplaceVisit(
            training_id=training.id,
            office_id=office,
            day=day,
            position=_next_position(session, by, day),
            workplace=workplace.strip(),
            participant_ids=[str(one.id) for one in enrolments],
            note=note.strip(),
            possibilities=possibilities.strip(),
            made=True,
            by_id=by.id,
            at=at,
        )
        session.add(made)
        facts.note(visit=made.id, training=training.id, day=day.isoformat())
    return made


def plan_visits(
    session: Session,
    *,
    training: Training,
    day: date,
    stops: Sequence[Stop],
    by: Person,
    at: datetime,
) -> list[WorkplaceVisit]:
    """Add stops to the end of one's own route of a day.

    Raises ``no_stops``, ``text_missing``, ``wrong_state`` for participants of another training.
    """
    chain = training.contract.procurement_id
    with acting(session, "plan_visits", chain=chain, by=by.id, at=at) as facts:
        known = {
            one.id: one
            for one in session.scalars(
                select(Enrolment).where(Enrolment.id.in_([k for s in stops for k in s.enrolments]))
            )
        }
        position = _next_position(session, by, day)
        planned = []
        for n, stop in enumerate(stops):
            met = [known[key] for key in stop.enrolments if key in known]
            if len(met) < len(stop.enrolments):
                raise RuleBroken("wrong_state", field="participants")
            office = visiting_office(session, by, training, met)
            _require_of(training, met)
            planned.append(
                WorkplaceVisit(
                    training_id=training.id,
                    office_id=office,
                    day=day,
                    position=position + n,
                    workplace=stop.workplace.strip(),
                    participant_ids=[str(one.id) for one in met],
                    made=False,
                    by_id=by.id,
                    at=at,
                )
            )
        if not stops:
            visiting_office(session, by, training, [])
        require_stops(stops)
        session.add_all(planned)
        facts.note(training=training.id, day=day.isoformat(), stops=len(planned))
    return planned


def make_visit(
    session: Session,
    *,
    planned: WorkplaceVisit,
    day: date,
    note: str = "",
    possibilities: str = "",
    by: Person,
    at: datetime,
) -> None:
    """A planned visit has been made, by whoever planned it. Raises ``wrong_state``."""
    training = planned.training
    chain = training.contract.procurement_id
    with acting(session, "visit", chain=chain, by=by.id, at=at) as facts:
        _require_own_plan(session, planned, by)
        planned.made, planned.day, planned.at = True, day, at
        planned.note, planned.possibilities = note.strip(), possibilities.strip()
        facts.note(visit=planned.id, training=training.id, day=day.isoformat())


def move_visit(
    session: Session, *, planned: WorkplaceVisit, up: bool, by: Person, at: datetime
) -> None:
    """Put a planned stop earlier or later on the day's route. Raises ``wrong_state``."""
    chain = planned.training.contract.procurement_id
    with acting(session, "move_visit", chain=chain, by=by.id, at=at) as facts:
        _require_own_plan(session, planned, by)
        route = rearranged(_route(session, by, planned.day), planned, up=up)
        for position, one in enumerate(route):
            one.position = position
        facts.note(visit=planned.id, up=up)


def cancel_visit(session: Session, *, planned: WorkplaceVisit, by: Person, at: datetime) -> None:
    """Leave a planned stop out. Raises ``wrong_state`` once it has been made."""
    chain = planned.training.contract.procurement_id
    with acting(session, "cancel_visit", chain=chain, by=by.id, at=at) as facts:
        _require_own_plan(session, planned, by)
        facts.note(visit=planned.id)
        session.delete(planned)


def _require_own_plan(session: Session, planned: WorkplaceVisit, by: Person) -> None:
    if planned.by_id != by.id:
        raise RuleBroken("not_permitted")
    # Whoever has left the training or the office since then visits there no more.
    visiting_office(session, by, planned.training, [])
    if planned.made:
        raise RuleBroken("wrong_state")


def _require_of(training: Training, enrolments: Sequence[Enrolment]) -> None:
    if any(one.training_id != training.id for one in enrolments):
        raise RuleBroken("wrong_state", field="participants")


def _route(session: Session, by: Person, day: date) -> list[WorkplaceVisit]:
    return list(
        session.scalars(
            select(WorkplaceVisit)
            .where(WorkplaceVisit.by_id == by.id, WorkplaceVisit.day == day)
            .order_by(WorkplaceVisit.position, WorkplaceVisit.at, WorkplaceVisit.id)
        )
    )


def _next_position(session: Session, by: Person, day: date) -> int:
    last = session.scalar(
        select(func.max(WorkplaceVisit.position)).where(
            WorkplaceVisit.by_id == by.id, WorkplaceVisit.day == day
        )
    )
    return 0 if last is None else last + 1
