"""As many queries for five hundred trainings with ten thousand people as for two with a few."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.capacity.models import CallOff, Training, TrainingSponsor
from portal.database import Database
from portal.enrolments.models import Enrolment
from portal.organisations.models import Person
from tests.cast import Cast
from tests.enrolments.pages.conftest import Underway
from tests.page import Browser
from tests.underway import CALLED, contract_in_force

STATES = ("applied", "interviewed", "selected", "started", "completed")


def grow(session: Session, cast: Cast, sponsor: Person, trainings: int, people: int) -> UUID:
    """So many trainings with so many people each, by one statement a table."""
    contract = contract_in_force(session, cast)
    keys = [uuid4() for _n in range(trainings)]
    starts = [date(2026, 3, 1) + timedelta(days=n % 40) for n in range(trainings)]
    shared = {"form": "nonstop", "field": "kiinteistöpalvelut", "places": people + 1}
    session.execute(
        insert(Training),
        [
            shared | {"id": key, "contract_id": contract.id, "n": n, "starts": starts[n - 1]}
            for n, key in enumerate(keys, 1)
        ],
    )
    session.execute(
        insert(CallOff),
        [
            shared
            | {"id": uuid4(), "contract_id": contract.id, "n": n, "training_id": key}
            | {"office_id": cast.office.id, "amount": Decimal(1), "called_by_id": sponsor.id}
            | {"called_at": CALLED, "called_on": CALLED.date(), "state": "confirmed"}
            | {"start_by": starts[n - 1], "starts": starts[n - 1]}
            for n, key in enumerate(keys, 1)
        ],
    )
    session.execute(
        insert(TrainingSponsor),
        [
            {"id": uuid4(), "training_id": key, "person_id": sponsor.id}
            | {"office_id": cast.office.id, "named_by_id": sponsor.id, "named_at": CALLED}
            for key in keys
        ],
    )
    session.execute(
        insert(Enrolment),
        [
            {"id": uuid4(), "training_id": key, "office_id": cast.office.id}
            | {"sponsor_id": sponsor.id, "external_key": f"{n}", "name": f"Osallistuja {n}"}
            | {"birth_year": 1990, "sex": "man", "education": "basic", "applied_at": CALLED}
            | {"status_at_start": "unemployed", "state": STATES[n % len(STATES)]}
            | {"started_on": starts[0], "ended_on": date(2025, 12, 1)}
            for key in keys
            for n in range(people)
        ],
    )
    return keys[0]


def looked_at(browse: Callable[..., Browser], cast: Cast, training: UUID) -> list[int]:
    """How many queries each list takes."""
    kaisa, tuula, olli = browse(cast.kaisa), browse(cast.tuula), browse(cast.olli)
    found = []
    for browser, url in (
        (kaisa, "/my-trainings"),
        (kaisa, "/my-trainings?needs=2&page=2"),
        (tuula, "/trainings"),
        (olli, f"/trainings/{training}"),
        (tuula, f"/trainings/{training}"),
        (kaisa, f"/trainings/{training}/decisions"),
    ):
        page = browser.get(url)
        rows = [len(body.select("tr")) for body in page.all("main tbody")]
        assert max(rows, default=0) <= 20, url
        found.append(browser.queries)
    return found


def test_no_list_takes_more_queries_on_five_hundred_trainings_with_ten_thousand_people(
    browse: Callable[..., Browser], database: Database, cast: Cast, underway: Underway
) -> None:
    with database.transaction() as session:
        first = grow(session, cast, cast.kaisa, 2, 5)
    small = looked_at(browse, cast, first)
    assert max(small[3:5]) <= 8, "the page of a training"
    with database.transaction() as session:
        second = grow(session, cast, cast.kaisa, 498, 20)
    assert looked_at(browse, cast, second) == small
    page = browse(cast.kaisa).get("/my-trainings")
    assert page.has("#needs nav")
    assert page.has("#trainings nav[aria-label='Pages of the list']")
