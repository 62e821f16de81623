"""Wrong passwords and codes: counted before they are looked at, and slowed down.

A try is noted in a transaction of its own, so that a wrong one counts although the log-in is
refused, and so that many at once cannot slip past the slow-down.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.audit.record import ACCOUNTS, acting
from portal.organisations.models import LoginFailure, Person
from portal.organisations.queries import failures_of, own_places
from portal.organisations.rules import (
    CODES_COUNT_FOR,
    OWN_PLACE_FOR,
    TRIES_COUNT_FOR,
    TRIES_OF_ADDRESS,
    TRIES_OF_CODE,
    hash_of,
    normal_email,
    place_of,
    wait_before_next_try,
    wait_for_account,
    wait_until_fewer,
)
from portal.organisations.usecases.turns import wait_for_turn
from portal.shared.errors import RuleBroken

_NO_PLACE = ""


def note_try(session: Session, *, email: str, address: str | None, at: datetime) -> None:
    """Count a try as a wrong one; `log_in` forgets it when the password was right.

    Refuses by ``log_in_wait`` with the ``minutes`` to wait, alike for accounts that do not exist.
    """
    wait_for_turn(session)
    account, place = _hashes(email, address)
    of_account, of_place = failures_of(session, account, place, at - TRIES_COUNT_FOR)
    wait = max(
        wait_for_account(of_account, place, own_places(session, email, at - OWN_PLACE_FOR), at),
        wait_before_next_try(of_place, at, TRIES_OF_ADDRESS),
    )
    if wait:
        with acting(session, "log_in", chain=ACCOUNTS, by=None, at=at):
            raise RuleBroken("log_in_wait", minutes=ceil(wait / timedelta(minutes=1)))
    session.execute(delete(LoginFailure).where(LoginFailure.at < at - timedelta(days=1)))
    session.add(LoginFailure(account_hash=account, address_hash=place, at=at))
    session.flush()


def note_code_try(session: Session, *, recovery: bool, by: Person, at: datetime) -> None:
    """Count a code as a wrong one; it is forgotten when it was right.

    Codes of the application and recovery codes count apart, so that whoever knows the password
    and guesses codes does not keep the owner from the recovery codes. Refuses by ``code_wait``.
    """
    wait_for_turn(session)
    account = _codes_of(by, recovery=recovery)
    wrong = session.scalars(
        select(LoginFailure.at).where(
            LoginFailure.account_hash == account, LoginFailure.at > at - CODES_COUNT_FOR
        )
    ).all()
    wait = wait_until_fewer(wrong, at, TRIES_OF_CODE, CODES_COUNT_FOR)
    if wait:
        with acting(session, "give_code", chain=ACCOUNTS, by=by.id, at=at):
            raise RuleBroken("code_wait", field="code", minutes=ceil(wait / timedelta(minutes=1)))
    session.add(LoginFailure(account_hash=account, address_hash=_NO_PLACE, at=at))
    session.flush()


def forget_tries(session: Session, email: str, address: str | None) -> None:
    """The password was right: what was tried before from this address counts no more."""
    account, place = _hashes(email, address)
    session.execute(
        delete(LoginFailure).where(
            LoginFailure.account_hash == account, LoginFailure.address_hash == place
        )
    )


def forget_all_tries(session: Session, email: str) -> None:
    """The owner has shown to be the owner: nothing tried before counts against the account."""
    session.execute(
        delete(LoginFailure).where(LoginFailure.account_hash == hash_of(normal_email(email)))
    )


def forget_code_tries(session: Session, person: Person, *, recovery: bool) -> None:
    """The code was right: those before it count no more."""
    session.execute(
        delete(LoginFailure).where(
            LoginFailure.account_hash == _codes_of(person, recovery=recovery)
        )
    )


def _hashes(email: str, address: str | None) -> tuple[str, str]:
    return hash_of(normal_email(email)), hash_of(place_of(address))


def _codes_of(person: Person, *, recovery: bool) -> str:
    return hash_of(f"{'recovery' if recovery else 'code'} {person.id}")
