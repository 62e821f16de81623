"""What pages and acts ask about organisations, people and log-ins."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.jobs.models import OutgoingMail
from portal.organisations.models import (
    LoginFailure,
    LoginSession,
    Membership,
    OneTimeLink,
    Organisation,
    OrganisationKind,
    Person,
)
from portal.organisations.rules import Purpose, hash_of, normal_business_id, normal_email
from portal.permissions import Kind, Role, may
from portal.shared.errors import NotFound
from portal.shared.names import DEFAULT_LANGUAGE
from portal.shared.paging import ROWS_ON_A_PAGE, paging

LETTERS_SHOWN = 50

_BY_NAME = (func.lower(Organisation.name[DEFAULT_LANGUAGE].as_string()), Organisation.id)


def person_of_session(session: Session, token: str, at: datetime) -> Person | None:
    """Whose log-in the token is; None once it has ended or the account is closed."""
    return session.scalar(
        select(Person)
        .join(LoginSession, LoginSession.person_id == Person.id)
        .where(
            LoginSession.token_hash == hash_of(token),
            LoginSession.ended_at.is_(None),
            LoginSession.ends_at > at,
            Person.closed_at.is_(None),
        )
    )


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


def password_hash_of(session: Session, email: str) -> str | None:
    """The kept hash of the account with that address, if it has one."""
    return session.scalar(select(Person.password_hash).where(Person.email == normal_email(email)))


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


def link_in_force(
    session: Session, token: str, purpose: Purpose, at: datetime, *, for_update: bool = False
) -> Person | None:
    """Whom the link is for, while it can still be used."""
    found = select(OneTimeLink).where(
        OneTimeLink.token_hash == hash_of(token),
        OneTimeLink.purpose == purpose,
        OneTimeLink.used_at.is_(None),
        OneTimeLink.expires_at > at,
    )
    link = session.scalar(found.with_for_update() if for_update else found)
    if link is None:
        return None
    person = session.get_one(Person, link.person_id)
    return person if person.closed_at is None else None


def failures_of(
    session: Session, account: str, place: str, since: datetime
) -> tuple[list[tuple[datetime, str]], list[datetime]]:
    """Wrong passwords since then: of the account, with their places; and of the place."""
    of_account = session.execute(
        select(LoginFailure.at, LoginFailure.address_hash).where(
            LoginFailure.account_hash == account, LoginFailure.at > since
        )
    )
    of_place = session.scalars(
        select(LoginFailure.at).where(LoginFailure.address_hash == place, LoginFailure.at > since)
    )
    return [(at, where) for at, where in of_account], list(of_place)


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
            )
            for person in people
        ],
    }


def person_to_close(session: Session, person_id: UUID) -> Person:
    """Somebody by key. Raises NotFound."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound
    return person


def organisations_page(session: Session, reader: Person, n: int) -> dict[str, Any]:
    """Every organisation, by its Finnish name, page by page."""
    pages = paging(session.scalar(select(func.count()).select_from(Organisation)) or 0, n)
    found = session.scalars(
        select(Organisation).order_by(*_BY_NAME).limit(ROWS_ON_A_PAGE).offset(pages.offset)
    )
    return {
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
