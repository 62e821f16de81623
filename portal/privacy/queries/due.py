"""What is due when, and what holds it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from portal.capacity.models import CallOff, Training
from portal.contracts.models import Contract
from portal.enrolments.models import Enrolment
from portal.enrolments.workplaces.models import Workplace
from portal.privacy.models import AnonymisedPerson, AnonymisedTraining, Hold, RetentionPeriod
from portal.privacy.queries.periods import periods_of
from portal.privacy.rules import Held, Retention, is_over, last_day_kept


@dataclass(frozen=True)
class Term:
    """A part of a training with the last day on which its data is kept.

    ``last_day`` is None where an office of the training has set no period: then nothing is due.
    """

    training_id: UUID
    part: Retention
    ended: date
    last_day: date | None

    def is_due(self, today: date) -> bool:
        """Whether its data is to go."""
        return self.last_day is not None and self.last_day < today


class Holds:
    """All holds in force on a day, read once."""

    def __init__(self, session: Session, today: date) -> None:
        self._on: dict[str, set[UUID]] = defaultdict(set)
        for kind, subject in session.execute(
            select(Hold.kind, Hold.subject).where(in_force(today))
        ):
            self._on[kind].add(subject)

    def on_training(self, training_id: UUID, contract_id: UUID, procurement_id: UUID) -> bool:
        """Whether a training is held as a whole."""
        return (
            training_id in self._on[Held.TRAINING]
            or contract_id in self._on[Held.CONTRACT]
            or procurement_id in self._on[Held.PROCUREMENT]
        )

    def among(self, people: Iterable[UUID]) -> set[UUID]:
        """Those of these participations that are held themselves."""
        return self._on[Held.PARTICIPANT] & set(people)


def in_force(today: date) -> ColumnElement[bool]:
    """A condition on Hold: not released, and its last day not behind."""
    return Hold.released_at.is_(None) & or_(Hold.until.is_(None), Hold.until >= today)


def terms_of(
    session: Session,
    trainings: Collection[UUID] | None = None,
    parts: Collection[Retention] = (Retention.PARTICIPANTS, Retention.FEEDBACK),
) -> list[Term]:
    """When each part of these trainings (of all that are not done) is due, the earliest first.

    The period runs from the end of the contract, or from the last day of the training or of one
    of its people where that is later; of a training shared by offices the longest counts.
    """
    ended = (
        select(
            Training.id,
            Training.starts,
            Training.ends,
            Contract.ends_on,
            func.max(Enrolment.ended_on),
        )
        .join(Contract, Contract.id == Training.contract_id)
        .outerjoin(Enrolment, Enrolment.training_id == Training.id)
        .group_by(Training.id, Training.starts, Training.ends, Contract.ends_on)
    )
    if trainings is not None:
        ended = ended.where(Training.id.in_(trainings))
    found = session.execute(ended).all()
    keys = None if trainings is None else list(trainings)
    offices = _offices(session, keys)
    periods = periods_of(session, set().union(*offices.values()) if offices else set())
    gone = select(AnonymisedTraining.training_id, AnonymisedTraining.part)
    if trainings is not None:
        gone = gone.where(AnonymisedTraining.training_id.in_(trainings))
    done: set[object] = {tuple(row) for row in session.execute(gone)}
    terms = []
    for key, starts, ends, contract_ends, last_ended in found:
        end = max(day for day in (contract_ends, starts, ends, last_ended) if day is not None)
        for part in parts:
            if (key, part.value) in done:
                continue
            months = [periods.get((office, part.value)) for office in offices.get(key, ())]
            known = [number for number in months if number is not None]
            whole = bool(known) and len(known) == len(months)
            last = last_day_kept(end, max(known)) if whole else None
            terms.append(Term(key, part, end, last))
    return sorted(terms, key=lambda term: (term.last_day or date.max, str(term.training_id)))


def due_terms(session: Session, today: date) -> list[Term]:
    """The parts of trainings whose data is to go; those under a hold among them."""
    return [term for term in terms_of(session) if term.is_due(today)]


def _offices(session: Session, trainings: list[UUID] | None) -> dict[UUID, set[UUID]]:
    """The offices of each training: of its people and of its call-offs."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    of_people = select(Enrolment.training_id, Enrolment.office_id).distinct()
    of_calls = (
        select(CallOff.training_id, CallOff.office_id)
        .where(CallOff.training_id.is_not(None), CallOff.office_id.is_not(None))
        .distinct()
    )
    if trainings is not None:
        of_people = of_people.where(Enrolment.training_id.in_(trainings))
        of_calls = of_calls.where(CallOff.training_id.in_(trainings))
    for training_id, office_id in [*session.execute(of_people), *session.execute(of_calls)]:
        found[training_id].add(office_id)
    return dict(found)


def people_left(session: Session, training_id: UUID) -> list[UUID]:
    """The participations of a training that still name somebody."""
    return list(
        session.scalars(
            select(Enrolment.id)
            .outerjoin(AnonymisedPerson, AnonymisedPerson.enrolment_id == Enrolment.id)
            .where(Enrolment.training_id == training_id, AnonymisedPerson.enrolment_id.is_(None))
            .order_by(Enrolment.id)
        )
    )


def months_of_logins(session: Session) -> int | None:
    """How long log-ins are kept: the longest that an operator has set; None where none has."""
    return session.scalar(
        select(func.max(RetentionPeriod.months)).where(
            RetentionPeriod.kind == Retention.LOGINS.value
        )
    )


def workplaces_over(session: Session, today: date) -> list[UUID]:
    """The contracts with workplaces of an office whose period has ended."""
    rows = session.execute(
        select(Workplace.contract_id, Workplace.office_id, Contract.ends_on)
        .join(Contract, Contract.id == Workplace.contract_id)
        .distinct()
    ).all()
    periods = periods_of(session, {office for _contract, office, _ends in rows})
    return sorted(
        {
            contract
            for contract, office, ends in rows
            if is_over(ends, periods.get((office, Retention.PARTICIPANTS.value)), today)
        }
    )
