"""What pages and acts ask about organisations, people and log-ins."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from portal.config import settings_of
from portal.database import by_name, sorted_by
from portal.jobs.models import OutgoingMail
from portal.organisations.models import (
    LoginFailure,
    LoginSession,
    Membership,
    OneTimeLink,
    Organisation,
    OrganisationKind,
    Person,
    RecoveryCode,
    SecondFactor,
)
from portal.organisations.rules import Purpose, hash_of, normal_business_id, normal_email
from portal.permissions import SECOND_FACTOR_NEEDED, Kind, Role, may
from portal.shared.errors import NotFound
from portal.shared.names import DEFAULT_LANGUAGE
from portal.shared.ordering import ordering
from portal.shared.paging import ROWS_ON_A_PAGE, paging

LETTERS_SHOWN = 50
LOG_INS_SHOWN = 50

_BY_NAME = (by_name(Organisation.name), Organisation.id)
SORTED: dict[str, Any] = {
    "name": by_name(Organisation.name),
    "business_id": Organisation.business_id,
}
"""What the list of organisations can be sorted by."""


@dataclass(frozen=True)
class LogIn:
    """A log-in in force: whose, when they last showed who they are, and whether it is whole.

    It is not while a second factor is still to be given. Until then nobody is logged in.
    """

    id: UUID
    person: Person
    ends_at: datetime
    confirmed_at: datetime
    has_factor: bool
    whole: bool


# Every page asks what its reader may do: the roles, where, and what that house is, at once.
_ROLES_AND_HOUSES = (
    selectinload(Person.memberships)
    .joinedload(Membership.organisation)
    .joinedload(Organisation.kind_rows)
)


def log_in_of(session: Session, token: str, at: datetime) -> LogIn | None:
    """The log-in that the token is of; None once it has ended or the account is closed."""
    found = session.execute(
        select(Person, LoginSession, SecondFactor.since)
        .join(LoginSession, LoginSession.person_id == Person.id)
        .outerjoin(SecondFactor, SecondFactor.person_id == Person.id)
        .where(
            LoginSession.token_hash == hash_of(token),
            LoginSession.ended_at.is_(None),
            LoginSession.ends_at > at,
            Person.closed_at.is_(None),
        )
        .options(_ROLES_AND_HOUSES)
    ).first()
    if found is None:
        return None
    person, kept, since = found
    return LogIn(
        id=kept.id,
        person=person,
        ends_at=kept.ends_at,
        confirmed_at=kept.confirmed_at or kept.started_at,
        has_factor=since is not None,
        whole=kept.second_factor_at is not None
        or not (since is not None or needs_second_factor(session, person)),
    )


def needs_second_factor(session: Session, person: Person) -> bool:
    """Whether the person may not do without: by their roles, where the installation asks for it."""
    asked = settings_of(session).second_factor == "required"
    return asked and person.holds(SECOND_FACTOR_NEEDED)


def own_places(session: Session, email: str, since: datetime) -> frozenset[str]:
    """The hashes of the places from which the account's owner has logged in since then."""
    return frozenset(
        place
        for place in session.scalars(
            select(LoginSession.place_hash)
            .join(Person, Person.id == LoginSession.person_id)
            .where(
                Person.email == normal_email(email),
                LoginSession.started_at > since,
                LoginSession.place_hash.is_not(None),
            )
            .distinct()
        )
        if place is not None
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


def second_factor_page(session: Session, person: Person) -> dict[str, Any]:
    """The person's second factor: since when, and how many recovery codes are left."""
    factor = session.get(SecondFactor, person.id)
    left = select(func.count()).where(
        RecoveryCode.person_id == person.id, RecoveryCode.used_at.is_(None)
    )
    return {
        "since": factor.since if factor is not None else None,
        "codes_left": session.scalar(left) or 0,
        "needed": needs_second_factor(session, person),
    }


@dataclass(frozen=True)
class LogInShown:
    """One row of the page of own log-ins."""

    id: UUID
    started_at: datetime
    ends_at: datetime
    network: str | None
    browser: str | None
    here: bool


def log_ins_page(session: Session, person: Person, token: str, at: datetime) -> dict[str, Any]:
    """The person's log-ins in force, the newest first."""
    found = session.scalars(
        select(LoginSession)
        .where(
            LoginSession.person_id == person.id,
            LoginSession.ended_at.is_(None),
            LoginSession.ends_at > at,
        )
        .order_by(LoginSession.started_at.desc(), LoginSession.id)
        .limit(LOG_INS_SHOWN)
    )
    return {
        "log_ins": [
            LogInShown(
                id=one.id,
                started_at=one.started_at,
                ends_at=one.ends_at,
                network=one.network,
                browser=one.browser,
                here=one.token_hash == hash_of(token),
            )
            for one in found
        ]
    }


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
