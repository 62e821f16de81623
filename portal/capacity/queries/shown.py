"""One call-off, with what its reader may do about it now; a training that is to be closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.capacity.access import call_offs_seen_by, may_use, trainings_seen_by
from portal.capacity.choices import grounds
from portal.capacity.groups.queries import GroupShown, group_of
from portal.capacity.ledger import committed_left
from portal.capacity.models import CallOff, Training
from portal.capacity.rules import (
    TRANSITIONS,
    CallOffState,
    Clock,
    TrainingState,
    clock_of,
)
from portal.contracts.models import Contract
from portal.documents import store
from portal.documents.models import StoredDocument
from portal.organisations.models import Person
from portal.permissions import Role, may
from portal.procurement.models import Lot
from portal.shared.errors import NotFound
from portal.training_forms.queries import form_name

Names = Mapping[str, str]


@dataclass(frozen=True)
class CallOffPage:
    """Everything of a call-off's page; the acts are those that this reader may do now."""

    call_off: CallOff
    lot: Lot
    form: Names
    ground: Names | None
    clock: Clock | None
    copied_from: CallOff | None
    order: StoredDocument | None
    training: Training | None
    acts: frozenset[str]
    group: GroupShown | None


def call_off_of(session: Session, call_off_id: UUID, person: Person) -> CallOff:
    """A call-off that this reader may see. Raises NotFound, the same for none and for foreign."""
    found = session.scalar(
        select(CallOff).where(CallOff.id == call_off_id, call_offs_seen_by(person))
    )
    if found is None:
        raise NotFound
    return found


def order_document(session: Session, call_off: CallOff) -> StoredDocument | None:
    """The order as PDF, once it has been made."""
    return store.find(session, "order", call_off.id, call_off.contract.language)


def call_off_page(session: Session, call_off_id: UUID, person: Person, today: date) -> CallOffPage:
    """A call-off and what this reader may do with it. Raises NotFound."""
    call_off = call_off_of(session, call_off_id, person)
    training = call_off.training
    seen = (
        None
        if training is None
        else session.scalar(
            select(Training).where(Training.id == training.id, trainings_seen_by(person))
        )
    )
    ground = grounds().get(call_off.ground or "")
    return CallOffPage(
        call_off=call_off,
        lot=session.get_one(Lot, call_off.contract.lot_id),
        form=form_name(session, call_off.form),
        ground=None if ground is None else ground.name,
        clock=clock_of(call_off.state, call_off.start_by, call_off.starts, today),
        copied_from=None
        if call_off.copy_of_id is None
        else session.get_one(CallOff, call_off.copy_of_id),
        order=order_document(session, call_off),
        training=seen,
        acts=_acts(session, call_off, person),
        group=group_of(session, call_off),
    )


def _acts(session: Session, call_off: CallOff, person: Person) -> frozenset[str]:
    contract, training = call_off.contract, call_off.training
    acts = set()
    if may(person, "confirm_call_off", contract.provider_id):
        acts |= {"confirm_call_off", "decline_call_off"}
    officer = person.holds({Role.PROCUREMENT_OFFICER}, contract.buyer_id)
    sponsor = call_off.office_id is not None and person.holds(
        {Role.COURSE_SPONSOR}, call_off.office_id
    )
    if officer or sponsor:
        acts.add("cancel_call_off")
    going = training is not None and (
        training.started_at is not None or training.state == TrainingState.CLOSED
    )
    state = CallOffState(call_off.state)
    found = {act for act in acts if state in TRANSITIONS[act] and not going}
    as_office = sponsor and may_use(session, contract, call_off.office_id)  # type: ignore[arg-type]  # a sponsor's has one
    if as_office or (officer and call_off.office_id is None):
        found.add("call_off")
    return frozenset(found)


@dataclass(frozen=True)
class Closing:
    """A training to be closed, and what closing would release."""

    training: Training
    contract: Contract
    lot: Lot
    form: Names
    left: Decimal
    possible: bool


def closing_page(session: Session, training_id: UUID, person: Person) -> Closing:
    """The page that asks whether a training is to be closed. Raises NotFound."""
    training = training_to_close(session, training_id, person)
    confirmed = [one.id for one in training.call_offs if one.state == CallOffState.CONFIRMED]
    left = committed_left(session, confirmed)
    return Closing(
        training=training,
        contract=training.contract,
        lot=session.get_one(Lot, training.contract.lot_id),
        form=form_name(session, training.form),
        left=sum(left.values(), Decimal(0)),
        possible=training.state == TrainingState.OPEN,
    )


def training_to_close(session: Session, training_id: UUID, person: Person) -> Training:
    """A training under a contract of which this is an officer. Raises NotFound."""
    training = session.scalar(
        select(Training).where(Training.id == training_id, trainings_seen_by(person))
    )
    if training is None or not may(person, "close_training", training.contract.buyer_id):
        raise NotFound
    return training
