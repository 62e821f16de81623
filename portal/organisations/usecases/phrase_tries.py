"""Wrong key phrases slow down the next try, as wrong passwords do."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.audit.record import ACCOUNTS, acting
from portal.organisations.models import LoginFailure, Person
from portal.organisations.queries import failures_of
from portal.organisations.rules import (
    TRIES_COUNT_FOR,
    TRIES_OF_PAIR,
    hash_of,
    wait_before_next_try,
)
from portal.organisations.usecases.turns import wait_for_turn
from portal.shared.errors import RuleBroken


def note_phrase_try(session: Session, *, by: Person, at: datetime) -> None:
    """Count a try as a wrong one, in a transaction of its own, before the phrase is looked at.

    Raises ``opener_phrase_wait`` with the ``minutes`` to wait. `forget_phrase_tries` takes the
    count back once the phrase was right.
    """
    wait_for_turn(session)
    account = _account(by)
    tried, _of_place = failures_of(session, account, account, at - TRIES_COUNT_FOR)
    wait = wait_before_next_try([when for when, _place in tried], at, TRIES_OF_PAIR)
    if wait:
        with acting(session, "open_key", chain=ACCOUNTS, by=by.id, at=at):
            minutes = ceil(wait / timedelta(minutes=1))
            raise RuleBroken("opener_phrase_wait", field="phrase", minutes=minutes)
    session.add(LoginFailure(account_hash=account, address_hash=account, at=at))
    session.flush()


def forget_phrase_tries(session: Session, person: Person) -> None:
    """The phrase was right: what was tried before counts no more."""
    session.execute(delete(LoginFailure).where(LoginFailure.account_hash == _account(person)))


def _account(person: Person) -> str:
    return hash_of(f"key phrase of {person.id}")
