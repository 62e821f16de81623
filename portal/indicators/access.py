"""Whose figures one sees, and which of the rows behind them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, select

from portal.capacity.access import call_offs_seen_by, capacity_seen_by, trainings_seen_by
from portal.capacity.models import CallOff, Training
from portal.contracts.access import seen_by as contracts_seen_by
from portal.contracts.models import Contract
from portal.enrolments.access import people_counted_by
from portal.enrolments.models import Enrolment
from portal.feedback.models import Feedback, Proposal
from portal.meetings.models import Practice, WorkplaceVisit
from portal.organisations.models import Person


def counted_for(person: Person) -> ColumnElement[bool]:
    """A condition on Contract: those whose figures this person sees.

    They are the contracts that have been in force and whose use the person may follow: the
    buyer's, the provider's, and those that the office of a course sponsor may use.
    """
    return and_(capacity_seen_by(person), Contract.in_force_at.is_not(None))


def rows_seen_by(person: Person) -> dict[str, Select[UUID]]:
    """By kind of row, the keys of the records that this person may see.

    A course sponsor sees figures of the whole contract, but only the rows of the trainings that
    they are named for and of their own office.
    """
    trainings = select(Training.id).where(trainings_seen_by(person))
    contracts = select(Contract.id).where(contracts_seen_by(person))
    return {
        "participation": select(Enrolment.id).where(people_counted_by(person)),
        "call_off": select(CallOff.id).where(call_offs_seen_by(person)),
        "practice": select(Practice.id).where(Practice.contract_id.in_(contracts)),
        "visit": select(WorkplaceVisit.id).where(WorkplaceVisit.training_id.in_(trainings)),
        "proposal": select(Proposal.id).where(Proposal.training_id.in_(trainings)),
        "answer": select(Feedback.id).where(Feedback.training_id.in_(trainings)),
    }
