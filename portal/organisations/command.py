"""`portal user`: accounts, from the command line."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable
from typing import Protocol

import click

from portal.database import Database
from portal.organisations.passwords import hash_chosen
from portal.organisations.queries import organisation_known_as, person_by_email
from portal.organisations.usecases import (
    register_organisation,
    register_person,
    reset_second_factor,
)
from portal.permissions import Kind, Role
from portal.shared.clock import now
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work


class Opened(Protocol):
    """What the commands need of an installation."""

    @property
    def database(self) -> Database:
        """Where the accounts are."""


def user_commands(opened: Callable[[], Opened]) -> click.Group:
    """The group of commands; how an installation is opened, the command line knows."""

    @click.group()
    def user() -> None:
        """Accounts."""

    @user.command("add")
    @click.option("--name", required=True)
    @click.option("--email", required=True)
    @click.option("--organisation", required=True, help="its Finnish name, or its business id")
    @click.option(
        "--kind", "kinds", multiple=True, type=click.Choice([kind.value for kind in Kind])
    )
    @click.option(
        "--role",
        "roles",
        multiple=True,
        required=True,
        type=click.Choice([role.value for role in Role]),
    )
    @click.option("--password", help="without one, a password is made and printed")
    def user_add(
        name: str,
        email: str,
        organisation: str,
        kinds: tuple[str, ...],
        roles: tuple[str, ...],
        password: str | None,
    ) -> None:
        """Add a person, and their organisation when it is new."""
        chosen = password or secrets.token_urlsafe(12)
        database = opened().database
        try:
            hashed = hash_chosen(chosen, email)
            with unit_of_work(database) as session:
                at = now()
                found = organisation_known_as(session, organisation)
                if found is None:
                    found = register_organisation(
                        session,
                        name={"fi": organisation},
                        kinds=[Kind(kind) for kind in kinds],
                        business_id=None,
                        at=at,
                    )
                register_person(
                    session,
                    name=name,
                    email=email,
                    memberships=[(found, Role(role)) for role in roles],
                    password_hash=hashed,
                    at=at,
                )
        except RuleBroken as broken:
            click.echo(f"Refused: {broken.rule}", err=True)
            sys.exit(1)
        click.echo(f"{email} {chosen}")

    @user.command("reset-second-factor")
    @click.option("--email", required=True)
    def user_reset_second_factor(email: str) -> None:
        """Take away the second factor of a person who has lost it, such as the only administrator.

        They are logged out everywhere, told by mail, and take a new device into use as they log in.
        """
        database = opened().database
        try:
            with unit_of_work(database) as session:
                person = person_by_email(session, email)
                if person is None:
                    click.echo("Nobody has this e-mail address.", err=True)
                    sys.exit(1)
                reset_second_factor(session, person=person, by=None, at=now())
        except RuleBroken as broken:
            click.echo(f"Refused: {broken.rule}", err=True)
            sys.exit(1)
        click.echo(f"{email} takes a new device into use at the next log-in")

    return user
