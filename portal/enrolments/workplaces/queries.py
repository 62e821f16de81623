"""The data of the pages of workplaces, and the count that a call-off asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from portal.audit.record import note_shown
from portal.capacity.access import usable_by
from portal.capacity.models import ContractUser, Training
from portal.contracts.models import Contract
from portal.contracts.rules import ContractState
from portal.enrolments.models import Enrolment
from portal.enrolments.people import TEACHING, enrolments_seen_by
from portal.enrolments.workplaces.access import handles, workplaces_seen_by
from portal.enrolments.workplaces.models import Placement, Workplace
from portal.enrolments.workplaces.rules import PLACED_FROM, WorkplaceState
from portal.organisations.models import Organisation, OrganisationKind, Person
from portal.permissions import Kind, Role, may
from portal.procurement.models import Lot
from portal.shared.errors import NotFound
from portal.shared.names import DEFAULT_LANGUAGE, name_in
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging


def confirmed_workplaces(
    session: Session, office: Organisation, contract: Contract, field: str
) -> int:
    """How many confirmed workplaces an office has free for a call-off from a contract in a field.

    Free is one that no training has taken yet.
    """
    return (
        session.scalar(
            select(func.count())
            .select_from(Workplace)
            .where(
                Workplace.office_id == office.id,
                Workplace.contract_id == contract.id,
                Workplace.field == field,
                Workplace.state == WorkplaceState.CONFIRMED,
                Workplace.training_id.is_(None),
            )
        )
        or 0
    )


@dataclass(frozen=True)
class FreeRow:
    """Confirmed and free workplaces of one office, contract and field."""

    office: Mapping[str, str]
    contract: str
    field: str
    count: int


@dataclass(frozen=True)
class WorkplaceRow:
    """One workplace of the list; ``placed`` names only whom the reader may see."""

    id: UUID
    name: str
    instructor: str
    field: str
    contract: str
    office: Mapping[str, str]
    state: str
    confirmed_on: date | None
    taken: bool
    placed: str


@dataclass(frozen=True)
class WorkplaceList:
    """A page of the workplaces that the reader may see."""

    rows: list[WorkplaceRow]
    free: list[FreeRow]
    paging: Paging
    chosen: str
    states: list[str]
    may_record: bool


def workplaces_page(
    session: Session, person: Person, state: str | None, n: int, today: date
) -> WorkplaceList:
    """Those in one state, confirmed ones where nothing is asked for, by name."""
    states = [str(one) for one in WorkplaceState]
    chosen = state if state in states else str(WorkplaceState.CONFIRMED)
    seen = workplaces_seen_by(person)
    wanted = seen & (Workplace.state == chosen)
    pages = paging(
        session.scalar(select(func.count()).select_from(Workplace).where(wanted)) or 0, n
    )
    found = session.execute(
        select(
            Workplace.id,
            Workplace.name,
            Workplace.instructor,
            Workplace.field,
            Workplace.state,
            Workplace.confirmed_on,
            Workplace.training_id,
            Contract.reference,
            Organisation.name.label("office"),
        )
        .join(Contract, Contract.id == Workplace.contract_id)
        .join(Organisation, Organisation.id == Workplace.office_id)
        .where(wanted)
        .order_by(Workplace.name, Workplace.id)
        .limit(ROWS_ON_A_PAGE)
        .offset(pages.offset)
    ).all()
    placed = _placed_now(session, person, [row.id for row in found], today)
    return WorkplaceList(
        rows=[
            WorkplaceRow(
                id=row.id,
                name=row.name,
                instructor=row.instructor,
                field=row.field,
                contract=row.reference,
                office=row.office,
                state=row.state,
                confirmed_on=row.confirmed_on,
                taken=row.training_id is not None,
                placed=placed.get(row.id, ""),
            )
            for row in found
        ],
        free=_free(session, person),
        paging=pages,
        chosen=chosen,
        states=states,
        may_record=may(person, "record_workplace"),
    )


def _placed_now(
    session: Session, person: Person, workplaces: list[UUID], today: date
) -> dict[UUID, str]:
    placed = session.execute(
        select(Placement.workplace_id, Enrolment.id, Enrolment.name)
        .join(Enrolment, Enrolment.id == Placement.enrolment_id)
        .where(
            Placement.workplace_id.in_(workplaces),
            Placement.starts <= today,
            or_(Placement.ends.is_(None), Placement.ends >= today),
            enrolments_seen_by(person),
        )
    ).all()
    note_shown(session, *(row.id for row in placed))
    return {row.workplace_id: row.name for row in placed}


def _free(session: Session, person: Person) -> list[FreeRow]:
    counted = (
        select(
            Workplace.office_id,
            Workplace.contract_id,
            Workplace.field,
            func.count().label("free"),
        )
        .where(
            workplaces_seen_by(person),
            Workplace.state == WorkplaceState.CONFIRMED,
            Workplace.training_id.is_(None),
        )
        .group_by(Workplace.office_id, Workplace.contract_id, Workplace.field)
        .subquery()
    )
    rows = session.execute(
        select(Organisation.name, Contract.reference, counted.c.field, counted.c.free)
        .join(Contract, Contract.id == counted.c.contract_id)
        .join(Organisation, Organisation.id == counted.c.office_id)
        .order_by(Contract.reference, counted.c.field, Organisation.id)
    )
    return [FreeRow(*row) for row in rows]


@dataclass(frozen=True)
class Purpose:
    """A field of a contract for which workplaces may be found."""

    contract_id: UUID
    contract: str
    field: str
    key: str


@dataclass(frozen=True)
class Purposes:
    """What a new workplace can be for, and for which office."""

    purposes: list[Purpose]
    offices: list[tuple[UUID, Mapping[str, str]]]

    def chosen(self, key: str) -> Purpose:
        """The purpose of that key. Raises NotFound."""
        for one in self.purposes:
            if one.key == key:
                return one
        raise NotFound


def purposes_of(session: Session, person: Person) -> Purposes:
    """Fields of contracts in force under which this person may find workplaces, and for whom.

    A sponsor finds for their own offices; the provider's people for those that may use one of
    their contracts.
    """
    own = [office.id for office in person.organisations_as(Role.COURSE_SPONSOR)]
    providers = [one.id for one in person.organisations_as(*TEACHING)]
    mine: ColumnElement[bool] = Contract.provider_id.in_(providers)
    if own:
        mine = or_(mine, usable_by(person))
    contracts = session.execute(
        select(Contract.id, Contract.reference, Contract.provider_id, Lot.fields)
        .join(Lot, Lot.id == Contract.lot_id)
        .where(Contract.state == ContractState.IN_FORCE, mine)
        .order_by(Contract.reference)
    ).all()
    users = session.execute(
        select(ContractUser.contract_id, ContractUser.office_id).where(
            ContractUser.contract_id.in_([row.id for row in contracts])
        )
    ).all()
    named = {row.contract_id for row in users}
    taught = {row.id for row in contracts if row.provider_id in providers}
    offices = Organisation.id.in_({*own, *(row.office_id for row in users)})
    if taught - named:
        kinds = select(OrganisationKind.organisation_id)
        offices = Organisation.id.in_(kinds.where(OrganisationKind.kind == Kind.EMPLOYMENT_OFFICE))
    listed = session.execute(select(Organisation.id, Organisation.name).where(offices)).all()
    return Purposes(
        [
            Purpose(row.id, row.reference, field, f"{row.id}.{n}")
            for row in contracts
            for n, field in enumerate(row.fields)
        ],
        sorted(
            ((row.id, row.name) for row in listed if taught or row.id in own),
            key=lambda one: name_in(one[1], DEFAULT_LANGUAGE),
        ),
    )


def workplace_seen(session: Session, workplace_id: UUID, person: Person) -> Workplace:
    """A workplace that this person may see. Raises NotFound."""
    found = session.scalar(
        select(Workplace).where(Workplace.id == workplace_id, workplaces_seen_by(person))
    )
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class PlacedRow:
    """Somebody placed; without a name where the reader may not see them."""

    id: UUID
    name: str
    starts: date
    ends: date | None
    subsidy_decision: str


@dataclass(frozen=True)
class WorkplacePage:
    """One workplace with who is placed there, and who could be."""

    workplace: Workplace
    placed: list[PlacedRow]
    candidates: list[tuple[UUID, str]]
    may_handle: bool


def workplace_page(session: Session, workplace_id: UUID, person: Person) -> WorkplacePage:
    """The page's whole data. Raises NotFound."""
    workplace = workplace_seen(session, workplace_id, person)
    seen = set(
        session.scalars(
            select(Enrolment.id).where(
                Enrolment.id.in_([one.enrolment_id for one in workplace.placements]),
                enrolments_seen_by(person),
            )
        )
    )
    note_shown(session, *seen)
    may_handle = handles(session, person, workplace)
    return WorkplacePage(
        workplace=workplace,
        placed=[
            PlacedRow(one.id, one.enrolment.name, one.starts, one.ends, one.subsidy_decision)
            if one.enrolment_id in seen
            else PlacedRow(one.id, "", one.starts, one.ends, "")
            for one in workplace.placements
        ],
        candidates=_candidates(session, workplace, person) if may_handle else [],
        may_handle=may_handle,
    )


def _candidates(session: Session, workplace: Workplace, person: Person) -> list[tuple[UUID, str]]:
    if workplace.state != WorkplaceState.CONFIRMED:
        return []
    query = (
        select(Enrolment.id, Enrolment.name)
        .join(Training, Training.id == Enrolment.training_id)
        .where(
            enrolments_seen_by(person),
            Enrolment.office_id == workplace.office_id,
            Enrolment.state.in_(PLACED_FROM),
            Training.contract_id == workplace.contract_id,
        )
        .order_by(Enrolment.name, Enrolment.id)
    )
    if workplace.training_id is not None:
        query = query.where(Enrolment.training_id == workplace.training_id)
    found = session.execute(query).all()
    note_shown(session, *(row.id for row in found))
    return [(row.id, row.name) for row in found]


def candidate(session: Session, workplace: Workplace, person: Person, key: UUID) -> Enrolment:
    """A participant who could be placed there. Raises NotFound."""
    if key not in {one for one, _name in _candidates(session, workplace, person)}:
        raise NotFound
    return session.get_one(Enrolment, key)


def placement_seen(
    session: Session, workplace: Workplace, placement_id: UUID, person: Person
) -> Placement:
    """A placement at the workplace of somebody whom the reader sees. Raises NotFound."""
    found = session.scalar(
        select(Placement)
        .join(Enrolment, Enrolment.id == Placement.enrolment_id)
        .where(
            Placement.id == placement_id,
            Placement.workplace_id == workplace.id,
            enrolments_seen_by(person),
        )
    )
    if found is None:
        raise NotFound
    return found
