"""How people come to the portal: a provider signs itself up, others are invited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.audit.record import ACCOUNTS, acting
from portal.jobs.mail import send_mail
from portal.organisations.models import Organisation, Person
from portal.organisations.queries import person_by_email
from portal.organisations.rules import Purpose
from portal.organisations.usecases.links import end_links, give_link, use_link, written_enough
from portal.organisations.usecases.register import (
    add_roles,
    checked_email,
    new_organisation,
    new_person,
)
from portal.permissions import Kind, Role, require
from portal.shared.errors import RuleBroken
from portal.shared.names import LANGUAGES


def sign_up_provider(
    session: Session,
    *,
    organisation_name: Mapping[str, str],
    business_id: str,
    name: str,
    email: str,
    password_hash: str,
    language: str,
    link_lives: timedelta,
    at: datetime,
) -> None:
    """Add a provider and its first representative, who must confirm the address to log in.

    Whether the address already has an account is told to nobody but its owner, by mail: then
    nothing is added. Raises name_missing, email_wrong, business_id_wrong, business_id_taken.
    """
    with acting(session, "sign_up_provider", chain=ACCOUNTS, by=None, at=at) as facts:
        if not business_id.strip():
            raise RuleBroken("business_id_wrong", field="business_id")
        # Checked in the same order whether or not the address is known.
        normal = checked_email(email)
        organisation = new_organisation(session, organisation_name, {Kind.PROVIDER}, business_id)
        known = person_by_email(session, normal)
        if known is not None:
            session.delete(organisation)
            session.flush()
            if known.closed_at is None and not written_enough(session, known, "account_exists", at):
                send_mail(
                    session, to=known, letter="account_exists", facts={"path": "/login"}, at=at
                )
            facts.note(person=str(known.id))
            return
        person = new_person(session, name, normal, password_hash, language, at)
        add_roles(session, person, organisation, [Role.REPRESENTATIVE])
        token = give_link(session, person, Purpose.CONFIRM, at, link_lives)
        send_mail(
            session,
            to=person,
            letter="confirm_email",
            facts={"path": f"/confirm/{token}", "days": link_lives.days},
            at=at,
        )
        facts.note(person=str(person.id), organisation=str(organisation.id))


def confirm_email(session: Session, *, token: str, at: datetime) -> Person:
    """Open the account of whoever holds the link. Raises link_expired."""
    with acting(session, "confirm_email", chain=ACCOUNTS, by=None, at=at) as facts:
        person = use_link(session, token, Purpose.CONFIRM, at)
        person.confirmed_at = person.confirmed_at or at
        facts.note(person=str(person.id))
        return person


def invite_person(
    session: Session,
    *,
    organisation: Organisation,
    name: str,
    email: str,
    roles: Iterable[Role],
    language: str | None,
    link_lives: timedelta,
    by: Person,
    at: datetime,
) -> Person:
    """Give somebody roles in an organisation, and an account where they have none yet.

    Who has an account keeps its name and language; who has not taken up an earlier invitation
    gets a new link, and the old one ends. So does an account whose address nobody has confirmed:
    anybody may have signed it up, and neither its password nor what it was signed up for is its
    owner's. Raises not_permitted, roles_missing, name_missing, email_wrong, role_wrong_for_kind,
    account_closed, role_for_oneself.
    """
    with acting(session, "invite_person", chain=ACCOUNTS, by=by.id, at=at) as facts:
        require(by, "invite_person")
        wanted = list(roles)
        if not wanted:
            raise RuleBroken("roles_missing", field="roles")
        person = person_by_email(session, checked_email(email))
        if person is not None and person.closed_at is not None:
            raise RuleBroken("account_closed", field="email")
        if person is not None and person.id == by.id:
            raise RuleBroken("role_for_oneself", field="email")
        if person is None:
            person = new_person(session, name, email, None, language, at)
        elif person.confirmed_at is None and person.password_hash is not None:
            person.name, person.password_hash = " ".join(name.split()) or person.name, None
            facts.note(put_aside=sorted(str(one.organisation_id) for one in person.memberships))
            person.memberships.clear()
            session.flush()
            end_links(session, person, at, None)
        add_roles(session, person, organisation, wanted)
        if person.password_hash is None:
            end_links(session, person, at, Purpose.INVITATION)
            token = give_link(session, person, Purpose.INVITATION, at, link_lives)
            letter, told = "invitation", {"path": f"/invitation/{token}", "days": link_lives.days}
        else:
            letter, told = "roles_added", {"path": "/login"}
        send_mail(
            session,
            to=person,
            letter=letter,
            facts={"organisation": dict(organisation.name), **told},
            at=at,
        )
        facts.note(
            person=str(person.id), organisation=str(organisation.id), roles=sorted(set(wanted))
        )
        return person


def accept_invitation(
    session: Session, *, token: str, password_hash: str, language: str, at: datetime
) -> Person:
    """Take up an invitation with a password; having the link confirms the address.

    Raises link_expired.
    """
    with acting(session, "accept_invitation", chain=ACCOUNTS, by=None, at=at) as facts:
        person = use_link(session, token, Purpose.INVITATION, at)
        person.password_hash = password_hash
        person.confirmed_at = at
        if language in LANGUAGES:
            person.language = language
        facts.note(person=str(person.id))
        return person
