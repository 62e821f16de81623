"""Organisations, the people in them, and their roles."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from portal.database import by_name, sorted_by
from portal.jobs.models import OutgoingMail
from portal.organisations.models import (
    LoginSession,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    SecondFactor,
)
from portal.organisations.rules import normal_business_id, normal_email
from portal.permissions import Kind, Role, may
from portal.shared.errors import NotFound
from portal.shared.names import DEFAULT_LANGUAGE
from portal.shared.ordering import ordering
from portal.shared.paging import ROWS_ON_A_PAGE, paging

LETTERS_SHOWN = 50

_BY_NAME = (by_name(Organisation.name), Organisation.id)
SORTED: dict[str, Any] = {
    "name": by_name(Organisation.name),
    "business_id": Organisation.business_id,
}
"""What the list of organisations can be sorted by."""


def person_by_email(session: Session, email: str) -> Person | None:
    """Whose address it is, however it is written."""
    return session.scalar(select(Person).where(Person.email == normal_email(email)))


def representatives_of(session: Session, providers: Collection[UUID]) -> list[Person]:
    """Everybody with an open account who represents one of these providers."""
    return list(
        session.scalars(
            select(Person)
            .join(Membership, Membership.person_id == Person.id)
            .where(
                Membership.role == Role.REPRESENTATIVE,
                Membership.organisation_id.in_(providers),
                Person.closed_at.is_(None),
            )
            .distinct()
        )
    )


def organisation_by_business_id(session: Session, business_id: str) -> Organisation | None:
    """The organisation with that business id."""
    return session.scalar(
        select(Organisation).where(Organisation.business_id == normal_business_id(business_id))
    )


def organisation_known_as(session: Session, text: str) -> Organisation | None:
    """The organisation with that business id or, failing that, with that Finnish name."""
    return organisation_by_business_id(session, text) or session.scalar(
        select(Organisation).where(Organisation.name[DEFAULT_LANGUAGE].as_string() == text).limit(1)
    )


def roles_page(session: Session, person: Person, reader: Person) -> dict[str, Any]:
    """Somebody's roles, each to be taken away."""
    return {
        "person": person,
        "memberships": sorted(
            person.memberships,
            key=lambda one: (one.organisation.name.get(DEFAULT_LANGUAGE, ""), one.role),
        ),
        "oneself": person.id == reader.id,
    }


@dataclass(frozen=True)
class RoleShown:
    """One organisation with the roles that somebody has in it."""

    organisation: dict[str, str]
    roles: list[str]


@dataclass(frozen=True)
class PersonShown:
    """One row of the people's page."""

    id: UUID
    name: str
    email: str
    places: list[RoleShown]
    state: str
    can_be_closed: bool
    has_factor: bool


def account_page(session: Session, person: Person, at: datetime) -> dict[str, Any]:
    """The person's own account."""
    sessions = session.scalar(
        select(func.count())
        .select_from(LoginSession)
        .where(
            LoginSession.person_id == person.id,
            LoginSession.ended_at.is_(None),
            LoginSession.ends_at > at,
        )
    )
    return {"person": person, "places": _places(person.memberships), "sessions": sessions or 0}


def people_page(session: Session, reader: Person, n: int) -> dict[str, Any]:
    """Everybody with an account or an invitation, by name, page by page."""
    pages = paging(session.scalar(select(func.count()).select_from(Person)) or 0, n)
    people = session.scalars(
        select(Person)
        .order_by(Person.name, Person.email)
        .limit(ROWS_ON_A_PAGE)
        .offset(pages.offset)
    )
    found = people.all()
    with_factor = set(
        session.scalars(
            select(SecondFactor.person_id).where(
                SecondFactor.person_id.in_([person.id for person in found])
            )
        )
    )
    return {
        "paging": pages,
        "people": [
            PersonShown(
                id=person.id,
                name=person.name,
                email=person.email,
                places=_places(person.memberships),
                state=_state(person),
                can_be_closed=person.closed_at is None and person.id != reader.id,
                has_factor=person.id in with_factor,
            )
            for person in found
        ],
    }


def person_known(session: Session, person_id: UUID) -> Person:
    """Somebody by key. Raises NotFound."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound
    return person


def organisations_page(
    session: Session, reader: Person, n: int, sort: str | None = None
) -> dict[str, Any]:
    """Every organisation, by its Finnish name unless sorted otherwise, page by page."""
    order = ordering(sort, SORTED)
    pages = paging(session.scalar(select(func.count()).select_from(Organisation)) or 0, n)
    found = session.scalars(
        select(Organisation)
        .options(selectinload(Organisation.kind_rows))
        .order_by(*sorted_by(order, SORTED), *_BY_NAME)
        .limit(ROWS_ON_A_PAGE)
        .offset(pages.offset)
    )
    return {
        "order": order,
        "paging": pages,
        "organisations": found.all(),
        "can_add": may(reader, "add_organisation"),
        "can_invite": may(reader, "invite_person"),
    }


@dataclass(frozen=True)
class Named:
    """An organisation to choose from a list."""

    id: UUID
    name: dict[str, str]


def organisations(session: Session, kind: Kind | None = None) -> list[Named]:
    """Every organisation (of the kind), by its Finnish name; only what a choice needs."""
    query = select(Organisation.id, Organisation.name).order_by(*_BY_NAME)
    if kind is not None:
        query = query.join(OrganisationKind).where(OrganisationKind.kind == kind)
    return [Named(key, name) for key, name in session.execute(query)]


def organisation(session: Session, organisation_id: UUID) -> Organisation:
    """One organisation by key. Raises NotFound."""
    found = session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound
    return found


def latest_letters(session: Session) -> Sequence[OutgoingMail]:
    """The newest of the outbox that still have their facts."""
    newest = session.scalars(
        select(OutgoingMail)
        .order_by(OutgoingMail.created_at.desc(), OutgoingMail.id)
        .limit(LETTERS_SHOWN)
    )
    return [letter for letter in newest if letter.facts]


def _places(memberships: Sequence[Membership]) -> list[RoleShown]:
    roles: dict[UUID, RoleShown] = {}
    for one in memberships:
        place = roles.setdefault(one.organisation_id, RoleShown(one.organisation.name, []))
        place.roles.append(one.role)
    return sorted(roles.values(), key=lambda place: place.organisation.get(DEFAULT_LANGUAGE, ""))


def _state(person: Person) -> str:
    if person.closed_at is not None:
        return "account_closed"
    if person.password_hash is None:
        return "account_invited"
    return "account_open" if person.confirmed_at is not None else "account_unconfirmed"
