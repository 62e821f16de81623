"""Organisations and people as an operator adds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.audit.record import ACCOUNTS, acting
from portal.organisations.models import Membership, Organisation, OrganisationKind, Person
from portal.organisations.queries import organisation_by_business_id, person_by_email
from portal.organisations.rules import (
    fits,
    is_business_id,
    is_email,
    normal_business_id,
    normal_email,
)
from portal.organisations.usecases.sessions import end_sessions
from portal.organisations.usecases.turns import wait_for_turn
from portal.permissions import Kind, Role, require
from portal.shared.errors import NotFound, RuleBroken
from portal.shared.names import LANGUAGES


def add_organisation(
    session: Session,
    *,
    name: Mapping[str, str],
    kinds: Iterable[Kind],
    business_id: str | None,
    by: Person,
    at: datetime,
) -> Organisation:
    """Add an organisation; the names by language, at least one of them.

    Raises name_missing, kind_missing, business_id_wrong, business_id_taken.
    """
    with acting(session, "add_organisation", chain=ACCOUNTS, by=by.id, at=at) as facts:
        require(by, "add_organisation")
        organisation = new_organisation(session, name, kinds, business_id)
        facts.note(organisation=str(organisation.id), kinds=sorted(organisation.kinds))
        return organisation


def register_organisation(
    session: Session,
    *,
    name: Mapping[str, str],
    kinds: Iterable[Kind],
    business_id: str | None,
    at: datetime,
) -> Organisation:
    """The same from the command line or a case file, where nobody is logged in."""
    with acting(session, "register_organisation", chain=ACCOUNTS, by=None, at=at) as facts:
        organisation = new_organisation(session, name, kinds, business_id)
        facts.note(organisation=str(organisation.id), kinds=sorted(organisation.kinds))
        return organisation


def register_person(
    session: Session,
    *,
    name: str,
    email: str,
    memberships: Iterable[tuple[Organisation, Role]],
    password_hash: str | None,
    at: datetime,
    language: str | None = None,
) -> Person:
    """An account that can log in at once when it has a password, without any mail.

    Raises name_missing, email_wrong, email_taken, role_wrong_for_kind.
    """
    with acting(session, "register_person", chain=ACCOUNTS, by=None, at=at) as facts:
        person = new_person(session, name, email, password_hash, language, at)
        person.confirmed_at = at if password_hash is not None else None
        given = [
            added
            for organisation, role in memberships
            for added in add_roles(session, person, organisation, [role])
        ]
        facts.note(person=str(person.id), memberships=[str(one.id) for one in given])
        return person


def take_role_away(
    session: Session, *, person: Person, membership_id: UUID, by: Person, at: datetime
) -> None:
    """Take one role in one organisation from somebody; all their sessions end at once.

    What the person has done in the role stays. Raises not_permitted, NotFound, role_of_oneself.
    """
    with acting(session, "take_role_away", chain=ACCOUNTS, by=by.id, at=at) as facts:
        require(by, "take_role_away")
        taken = next((one for one in person.memberships if one.id == membership_id), None)
        if taken is None:
            raise NotFound
        if person.id == by.id:
            raise RuleBroken("role_of_oneself")
        facts.note(person=str(person.id), organisation=str(taken.organisation_id), role=taken.role)
        person.memberships.remove(taken)
        end_sessions(session, person.id, at)


def new_organisation(
    session: Session, name: Mapping[str, str], kinds: Iterable[Kind], business_id: str | None
) -> Organisation:
    """For the acts above and a sign-up; refuses as `add_organisation` says."""
    names = {
        language: " ".join(name[language].split())
        for language in LANGUAGES
        if name.get(language, "").strip()
    }
    if not names:
        raise RuleBroken("name_missing", field="name_fi")
    wanted = sorted(set(kinds))
    if not wanted:
        raise RuleBroken("kind_missing", field="kinds")
    wait_for_turn(session)
    normal = normal_business_id(business_id) if business_id else None
    if normal is not None:
        if not is_business_id(normal):
            raise RuleBroken("business_id_wrong", field="business_id")
        if organisation_by_business_id(session, normal) is not None:
            raise RuleBroken("business_id_taken", field="business_id")
    organisation = Organisation(
        name=names, business_id=normal, kind_rows=[OrganisationKind(kind=kind) for kind in wanted]
    )
    session.add(organisation)
    session.flush()
    return organisation


def new_person(
    session: Session,
    name: str,
    email: str,
    password_hash: str | None,
    language: str | None,
    at: datetime,
) -> Person:
    """For the acts above, a sign-up and an invitation; refuses as `register_person` says."""
    if not name.strip():
        raise RuleBroken("name_missing", field="name")
    normal = checked_email(email)
    wait_for_turn(session)
    if person_by_email(session, normal) is not None:
        raise RuleBroken("email_taken", field="email")
    person = Person(
        name=" ".join(name.split()),
        email=normal,
        language=language if language in LANGUAGES else None,
        password_hash=password_hash,
        created_at=at,
        confirmed_at=None,
        closed_at=None,
        memberships=[],
    )
    session.add(person)
    session.flush()
    return person


def checked_email(email: str) -> str:
    """The address in its one form. Refuses by ``email_wrong``."""
    normal = normal_email(email)
    if not is_email(normal):
        raise RuleBroken("email_wrong", field="email")
    return normal


def add_roles(
    session: Session, person: Person, organisation: Organisation, roles: Iterable[Role]
) -> list[Membership]:
    """The roles that the person did not have there yet.

    Refuses by ``role_wrong_for_kind`` a role that organisations of these kinds do not have.
    """
    held: set[tuple[UUID, str]] = {(one.organisation_id, one.role) for one in person.memberships}
    added = []
    for role in dict.fromkeys(roles):
        if not fits(role, organisation.kinds):
            raise RuleBroken("role_wrong_for_kind", field="roles", role=str(role))
        if (organisation.id, role) not in held:
            added.append(Membership(organisation=organisation, role=role))
    person.memberships.extend(added)
    session.flush()
    return added
