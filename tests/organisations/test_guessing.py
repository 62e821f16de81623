"""Row 28: whoever guesses passwords is stopped, and the owner is not kept out."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from portal.database import Database
from portal.organisations import usecases
from portal.organisations.rules import browser_named, network_of, wait_for_account
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.organisations.acts import AT, HERE, HOUR, log_in
from tests.promises.figures import leave, times

KEPT = "not a hash"


def tried(database: Database, email: str, address: str, at: datetime) -> bool:
    """Whether a wrong password got as far as being looked at."""
    try:
        with unit_of_work(database) as session:
            usecases.note_try(session, email=email, address=address, at=at)
    except RuleBroken as refused:
        return refused.rule != "log_in_wait"
    return True


@pytest.mark.trust
def test_guesses_from_everywhere_are_few_and_the_owner_gets_in_from_an_own_place(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        log_in(session, email=cast.roope.email, verified=KEPT, address=HERE)
    guesses, looked_at, owner = times(200, 10_000), 0, 0
    for n in range(guesses):
        at = AT + HOUR * n / guesses
        # Half of them sit where the owner does, the others all over the world.
        address = HERE if n % 2 else f"203.{n % 200}.{n % 113}.{n % 251}"
        looked_at += tried(database, cast.roope.email, address, at)
    assert looked_at <= 20
    for hour in range(2, 4):
        at = AT + hour * HOUR
        for n in range(20):
            tried(database, cast.roope.email, f"198.51.{n}.1", at)
        if tried(database, cast.roope.email, HERE, at):
            with unit_of_work(database) as session:
                log_in(session, email=cast.roope.email, verified=KEPT, address=HERE, at=at)
            owner += 1
    assert owner == 2
    leave(
        "guessing_stopped",
        "passwords",
        {
            "guessed in an hour": guesses,
            "looked at": looked_at,
            "owner locked out of own place": 2 - owner,
        },
    )


def test_an_own_place_and_all_others_count_apart() -> None:
    strangers = [(AT, f"place {n}") for n in range(12)]
    assert wait_for_account(strangers, "another", {"home"}, AT) == HOUR
    assert wait_for_account(strangers, "home", {"home"}, AT) == timedelta(0)
    at_home = [(AT - timedelta(minutes=n), "home") for n in range(8)]
    assert wait_for_account(at_home, "home", {"home"}, AT) > timedelta(minutes=3)
    assert wait_for_account(at_home, "another", {"home"}, AT) == timedelta(0)


def test_a_log_in_is_told_by_its_rough_place_and_its_browser() -> None:
    assert network_of("203.0.113.77") == "203.0.113.*"
    assert network_of("2001:db8:12:34::1") == "2001:0db8:0012:*"
    assert network_of(None) is None
    assert browser_named("Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0") == (
        "Firefox, Windows"
    )
    assert browser_named(None) is None
