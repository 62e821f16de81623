"""The home page of each role: what waits, and pictures of no more than the reader may see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.capacity.models import LedgerEntry, Training
from portal.capacity.rules import EntryKind, replayed
from portal.database import Database
from portal.enrolments.models import Enrolment, FollowUp
from portal.feedback.models import Feedback
from portal.language import formats
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.page import Browser, Page, words
from tests.underway import CALLED, contract_in_force, enrolled, training_of

Browse = Callable[..., Browser]
NOW = datetime(2026, 9, 1, 7, 0, tzinfo=UTC)


@pytest.fixture
def training(database: Database, cast: Cast, clock: SettableClock) -> Training:
    """A training of five places under a contract in force."""
    clock.at = NOW
    with unit_of_work(database) as session:
        session.expire_on_commit = False
        return training_of(session, cast, contract_in_force(session, cast), workdays="17.5")


def put_people(
    session: Session, training: Training, states: str, ended_on: date | None = None
) -> None:
    """One for each letter: s started, c completed, i interrupted, a applied, r rejected."""
    names = {
        "s": "started",
        "c": "completed",
        "i": "interrupted",
        "a": "applied",
        "r": "rejected",
    }
    for n, letter in enumerate(states):
        gone = letter in "ci"
        enrolled(
            session,
            training,
            f"{states}{n}",
            state=names[letter],
            ended_on=(ended_on or date(2026, 4, 1)) if gone else None,
            status_at_end="unemployed" if gone else None,
        )


def put_answers(session: Session, training: Training, points: list[int], at: datetime) -> None:
    """An answer of as many participants of the training."""
    for n, mark in enumerate(points):
        person = enrolled(session, training, f"{at:%m}{n}")
        session.add(
            Feedback(
                training_id=training.id,
                contract_id=training.contract_id,
                enrolment_id=person.id,
                points=mark,
                given_at=at,
            )
        )
    session.flush()


def rows(page: Page, key: str) -> dict[str, list[str]]:
    """The table of a picture: by the first cell of its row, the others."""
    return {
        words(row.select("th")[0]): [words(cell) for cell in row.select("td")]
        for row in page.all(f".picture-{key} tbody tr")
    }


def test_the_capacity_shown_is_the_ledger_to_the_digit(
    browse: Browse, cast: Cast, database: Database, training: Training
) -> None:
    page = browse(cast.olli).get("/standing")
    with database.reading() as session:
        entries = session.execute(
            select(LedgerEntry.kind, LedgerEntry.amount)
            .where(LedgerEntry.contract_id == training.contract_id)
            .order_by(LedgerEntry.n)
        )
        ledger = replayed((EntryKind(kind), amount) for kind, amount in entries)
    assert ledger.committed == Decimal("17.5")
    ((name, cells),) = rows(page, "capacity").items()
    assert name.startswith(training.contract.reference)
    expected = [ledger.delivered, ledger.reserved + ledger.committed, ledger.remaining]
    assert cells[1:] == [formats.number(amount, "en") for amount in expected]
    assert cells[0].startswith(formats.number(ledger.maximum, "en"))
    texts = " ".join(words(text) for text in page.all(".picture-capacity svg text"))
    assert f"{expected[2]} of {formats.number(ledger.maximum, 'en')} left" in texts


def test_each_role_sees_its_own_pictures_and_strangers_none(
    browse: Browse, cast: Cast, database: Database, training: Training
) -> None:
    with unit_of_work(database) as session:
        put_people(session, session.merge(training), "sssss")
    for person in (cast.olli, cast.kaisa, cast.tuula):
        home, state = browse(person).get("/"), browse(person).get("/standing")
        assert home.has(".picture-days"), person.name
        assert state.has(".picture-capacity"), person.name
        assert state.has(".picture-flow"), person.name
        for link in (*home.all(".picture a"), *state.all(".picture a")):
            browse(person).get(str(link["href"]))
    for person in (cast.ada, cast.sanna):
        assert not browse(person).get("/").has(".picture")
        assert not browse(person).get("/standing").has(".picture")
    assert not browse(None).get("/").has(".picture")


def test_how_things_stand_comes_after_the_home_page_and_without_scripts_behind_a_link(
    browse: Browse, cast: Cast, training: Training
) -> None:
    home = browse(cast.olli).get("/")
    place = home.one("#pictures")
    assert (place["hx-get"], place["hx-trigger"]) == ("/standing", "load")
    assert [link["href"] for link in home.all("#pictures a")] == ["/standing"]
    assert browse(cast.olli).get("/standing").has(str(place["hx-select"]))
    assert not browse(None).get("/").has("#pictures")


def test_the_flow_counts_people_and_breaks_down_no_small_group(
    browse: Browse, cast: Cast, database: Database, training: Training
) -> None:
    with unit_of_work(database) as session:
        put_people(session, session.merge(training), "ssiar")
    few = rows(browse(cast.olli).get("/standing"), "flow")
    assert few["Referred"] == ["5"]
    assert few["Started"] == ["3"]
    assert few["Interrupted"] == ["not shown"]
    with unit_of_work(database) as session:
        put_people(session, session.merge(training), "ccccccccc")
    many = rows(browse(cast.olli).get("/standing"), "flow")
    assert many["Started"] == ["12"]
    assert many["Interrupted"] == ["1"]
    assert many["Ended at least 3 months ago"] == ["10"]
    assert many["After 3 months: Not known"] == ["10"]


def test_the_latest_follow_up_of_the_month_is_the_outcome(
    browse: Browse, cast: Cast, database: Database, training: Training
) -> None:
    with unit_of_work(database) as session:
        put_people(session, session.merge(training), "cccccc")
        people = select(Enrolment.id).where(Enrolment.training_id == training.id)
        for person in session.scalars(people).all():
            for day, status in ((1, "unemployed"), (2, "open_market")):
                session.add(
                    FollowUp(
                        enrolment_id=person,
                        months=3,
                        status=status,
                        by_id=cast.kaisa.id,
                        at=datetime(2026, 7, day, tzinfo=UTC),
                    )
                )
    flow = rows(browse(cast.kaisa).get("/standing"), "flow")
    assert flow["After 3 months: In the open labour market"] == ["6"]
    assert flow["After 3 months: Unemployed"] == ["0"]


def test_a_mean_is_shown_of_five_answers_and_not_of_four(
    browse: Browse, cast: Cast, database: Database, training: Training
) -> None:
    with unit_of_work(database) as session:
        put_answers(
            session, session.merge(training), [4, 4, 5, 5], datetime(2026, 5, 4, tzinfo=UTC)
        )
    page = browse(cast.olli).get("/standing")
    assert rows(page, "feedback")["Q2 2026"] == ["not shown", "4", "–", "0"]
    assert not page.has(".picture-feedback svg")
    with unit_of_work(database) as session:
        put_answers(
            session, session.merge(training), [1, 2, 3, 4, 5], datetime(2026, 8, 4, tzinfo=UTC)
        )
    page = browse(cast.olli, "fi").get("/standing")
    found = rows(page, "feedback")
    assert found["3/4 2026"][:2] == ["3,0", "5"]
    assert page.has(".picture-feedback svg")


def test_the_quarter_is_that_of_helsinki(
    browse: Browse, cast: Cast, database: Database, training: Training
) -> None:
    last_evening = datetime(2026, 6, 30, 21, 30, tzinfo=UTC)
    with unit_of_work(database) as session:
        put_answers(session, session.merge(training), [4] * 5, last_evening)
    assert rows(browse(cast.olli).get("/standing"), "feedback")["Q3 2026"][0] == "4.0"


@pytest.mark.parametrize("address", ["/", "/standing"])
def test_the_home_page_takes_as_many_queries_for_much_as_for_little(
    browse: Browse, cast: Cast, database: Database, training: Training, address: str
) -> None:
    counts: dict[str, set[int]] = {"kaisa": set(), "tuula": set(), "olli": set()}
    for n in range(2):
        with unit_of_work(database) as session:
            more = training_of(session, cast, contract_in_force(session, cast), workdays="10")
            put_people(session, more, "sssssccccccia")
            put_answers(session, more, [3, 4, 5], datetime(2026, 5 + n, 4, tzinfo=UTC))
        for who, seen in counts.items():
            browser = browse(getattr(cast, who))
            browser.get(address)
            seen.add(browser.queries)
    assert all(len(seen) == 1 for seen in counts.values()), counts
    assert max(max(seen) for seen in counts.values()) <= 9


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_pictures_are_whole_in_every_language(
    browse: Browse, cast: Cast, database: Database, training: Training, language: str
) -> None:
    with unit_of_work(database) as session:
        put_people(session, session.merge(training), "ssscccccciar")
        put_answers(session, session.merge(training), [4] * 6, CALLED)
    for person in (cast.olli, cast.kaisa, cast.tuula, cast.ada):
        browse(person, language).get("/")
        browse(person, language).get("/standing")
    browse(None, language).get("/")
