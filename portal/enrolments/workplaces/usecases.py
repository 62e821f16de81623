"""Finding and confirming workplaces, and placing people there."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.contracts.models import Contract
from portal.contracts.usecases import require_in_force
from portal.enrolments.models import Enrolment
from portal.enrolments.workplaces.access import finds_for, require_handling
from portal.enrolments.workplaces.models import Placement, Workplace
from portal.enrolments.workplaces.rules import (
    PLACED_FROM,
    Period,
    WorkplaceState,
    WorkplaceTerms,
    moved,
    require_decision_number,
    require_period,
    require_workplace,
)
from portal.evaluation.rules import require_reason
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Lot
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken


def record_workplace(
    session: Session,
    *,
    contract: Contract,
    office: Organisation,
    field: str,
    terms: WorkplaceTerms,
    by: Person,
    at: datetime,
) -> Workplace:
    """A workplace has been found for an office's people in a field of the contract.

    Raises ``contract_not_in_force``, ``field_not_in_lot``, ``name_missing``,
    ``instructor_missing``, ``business_id_wrong``.
    """
    chain, office_id = contract.procurement_id, office.id
    with acting(session, "record_workplace", chain=chain, by=by.id, at=at) as facts:
        if not finds_for(session, by, contract, office_id):
            raise RuleBroken("not_permitted")
        require_in_force(contract)
        if field not in session.get_one(Lot, contract.lot_id).fields:
            raise RuleBroken("field_not_in_lot", field="purpose")
        known = require_workplace(terms)
        workplace = Workplace(
            office_id=office_id,
            contract_id=contract.id,
            field=field,
            name=known.name,
            business_id=known.business_id or None,
            address=known.address,
            instructor=known.instructor,
            state=WorkplaceState.FOUND,
            found_by_id=by.id,
            found_at=at,
        )
        session.add(workplace)
        facts.note(workplace=workplace.id, contract=contract.id, office=office_id)
    return workplace


def confirm_workplace(
    session: Session, *, workplace: Workplace, day: date, by: Person, at: datetime
) -> None:
    """The employer has agreed, on a day not ahead. Raises ``wrong_state``, ``day_ahead``."""
    chain = workplace.contract.procurement_id
    with acting(session, "confirm_workplace", chain=chain, by=by.id, at=at) as facts:
        require_handling(session, by, workplace)
        state = moved(workplace.state, "confirm_workplace")
        if day > day_in_helsinki(at):
            raise RuleBroken("day_ahead", field="day")
        workplace.state, workplace.confirmed_on = state, day
        workplace.confirmed_by_id, workplace.confirmed_at = by.id, at
        facts.note(workplace=workplace.id, day=day.isoformat())


def end_workplace(
    session: Session, *, workplace: Workplace, reason: str, by: Person, at: datetime
) -> None:
    """The workplace is no longer to be had.

    Raises ``wrong_state``, ``reason_missing``, ``workplace_in_use`` while somebody is there or
    will be.
    """
    chain = workplace.contract.procurement_id
    with acting(session, "end_workplace", chain=chain, by=by.id, at=at) as facts:
        require_handling(session, by, workplace)
        state = moved(workplace.state, "end_workplace")
        require_reason(reason)
        today = day_in_helsinki(at)
        if any(one.ends is None or one.ends >= today for one in workplace.placements):
            raise RuleBroken("workplace_in_use")
        workplace.state, workplace.end_reason = state, reason.strip()
        workplace.ended_by_id, workplace.ended_at = by.id, at
        facts.note(workplace=workplace.id)


def place_participant(
    session: Session,
    *,
    workplace: Workplace,
    enrolment: Enrolment,
    starts: date,
    ends: date | None = None,
    subsidy_decision: str = "",
    by: Person,
    at: datetime,
) -> Placement:
    """Place a participant of the same office and contract at a confirmed workplace.

    Raises ``wrong_state``, ``ends_before_start``, ``workplace_taken``, ``placed_elsewhere``,
    ``decision_number_wrong``.
    """
    chain = workplace.contract.procurement_id
    with acting(session, "place_participant", chain=chain, by=by.id, at=at) as facts:
        require_handling(session, by, workplace)
        training = enrolment.training
        if enrolment.office_id != workplace.office_id:
            raise RuleBroken("not_permitted")
        if training.contract_id != workplace.contract_id:
            raise RuleBroken("not_permitted")
        is_for_training = workplace.training_id in (None, training.id)
        if workplace.state != WorkplaceState.CONFIRMED or not is_for_training:
            raise RuleBroken("wrong_state")
        if enrolment.state not in PLACED_FROM:
            raise RuleBroken("wrong_state", field="participant")
        require_period(
            Period(starts, ends), _at_workplace(workplace), _of_person(session, enrolment)
        )
        number = require_decision_number(subsidy_decision)
        placement = Placement(
            enrolment_id=enrolment.id,
            starts=starts,
            ends=ends,
            subsidy_decision=number,
            by_id=by.id,
            at=at,
        )
        workplace.placements.append(placement)
        workplace.training_id = training.id
        facts.note(
            workplace=workplace.id,
            enrolment=enrolment.id,
            starts=starts.isoformat(),
            ends=None if ends is None else ends.isoformat(),
        )
    return placement


def end_placement(
    session: Session, *, placement: Placement, ends: date, by: Person, at: datetime
) -> None:
    """Set or move the last day of a placement.

    Raises ``ends_before_start``, ``workplace_taken``, ``placed_elsewhere``.
    """
    workplace = placement.workplace
    chain = workplace.contract.procurement_id
    with acting(session, "end_placement", chain=chain, by=by.id, at=at) as facts:
        require_handling(session, by, workplace)
        require_period(
            Period(placement.starts, ends),
            _at_workplace(workplace, but=placement),
            _of_person(session, placement.enrolment, but=placement),
        )
        placement.ends = ends
        facts.note(placement=placement.id, ends=ends.isoformat())


def _at_workplace(workplace: Workplace, but: Placement | None = None) -> list[Period]:
    return [Period(one.starts, one.ends) for one in workplace.placements if one is not but]


def _of_person(
    session: Session, enrolment: Enrolment, but: Placement | None = None
) -> list[Period]:
    placed = session.scalars(select(Placement).where(Placement.enrolment_id == enrolment.id))
    return [Period(one.starts, one.ends) for one in placed if one is not but]
