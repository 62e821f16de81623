"""Several records accepted at once: chosen, looked at, accepted one by one, and told of."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEntry
from portal.capacity.ledger import deliver
from portal.capacity.models import LedgerEntry, Training
from portal.database import Database
from portal.permissions import Kind, Role
from portal.unit_of_work import unit_of_work
from tests.cast import Cast, organisation, person
from tests.conftest import SettableClock
from tests.page import Browser, Page
from tests.workdays.conftest import LATER, Run, Running, accept, record

Browse = Callable[..., Browser]

CHANGED = "Somebody changed this while you were working on it. Look at the newest version first."


@pytest.fixture(autouse=True)
def _today(clock: SettableClock) -> None:
    clock.at = LATER


def rows(page: Page, section: str) -> list[list[str]]:
    """The cells of the table below a heading, without the links."""
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")][:-1]
        for row in page.all(f'section[aria-labelledby="{section}"] tbody tr')
    ]


def keys_of(browser: Browser) -> list[str]:
    """The keys of the records on the list, in its order."""
    page = browser.get("/workdays")
    return [str(tick["value"]) for tick in page.all('input[name="records"]')]


def chosen(browser: Browser, keys: list[str]) -> Page:
    """The summary of what was chosen on the list."""
    browser.get("/workdays")
    browser.submit("#waiting", records=keys)
    return browser.follow()


def accept_all(browser: Browser) -> None:
    """Press the button of the summary, which sends every record that it counts."""
    assert browser.page is not None
    sent = [str(one["value"]) for one in browser.page.all('#accept input[name="records"]')]
    browser.submit("#accept", records=sent)


def how_many(database: Database, what: type[AuditEntry] | type[LedgerEntry]) -> int:
    with database.transaction() as session:
        return session.scalar(select(func.count()).select_from(what)) or 0


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_several_records_are_looked_at_and_then_accepted(
    running: Running,
    run: Run,
    browse: Browse,
    cast: Cast,
    database: Database,
    language: str,
) -> None:
    record(database, cast, running, a="2")
    record(database, cast, running, "2026-04", a="3")
    record(database, cast, run(), a="2.5")
    kaisa = browse(cast.kaisa, language=language)
    keys = keys_of(kaisa)
    assert len(keys) == 3
    page = chosen(kaisa, keys)
    assert len(rows(page, "records")) == 3
    assert not page.has("#impossible")
    accept_all(kaisa)
    page = kaisa.follow()
    assert len(rows(page, "accepted")) == 3
    assert not page.has("#left")
    assert keys_of(kaisa) == []
    if language == "en":
        assert page.flashes == ["3 records have been accepted."]
        assert "Accepted by Kaisa Koulutusvastaava" in rows(page, "accepted")[0][-1]


def test_the_summary_says_of_each_what_happens(
    running: Running, run: Run, browse: Browse, cast: Cast, database: Database
) -> None:
    record(database, cast, running, a="2", b="0.5")
    packages = run(unit="training_package", price_model="per_training_package", workdays="5")
    record(database, cast, packages, a="1")
    kaisa = browse(cast.kaisa)
    page = chosen(kaisa, keys_of(kaisa))
    assert page.heading == "Accept the chosen records"
    assert "2 records will be accepted" in page.text
    assert "If one is refused, the others are accepted all the same." in page.text
    assert page.one("#accept button").get_text() == "Accept 2 records"
    assert {row[-1] for row in rows(page, "records")} == {
        "Moves from committed to delivered: 2.5 days.",
        "Nothing moves in the capacity: a training package is delivered when its person starts.",
    }


@pytest.mark.parametrize(
    ("closed", "said"),
    [
        (False, "Taken back from delivered, and committed again: 1 day."),
        (True, "Taken back from delivered, and free in the contract again: 1 day."),
    ],
)
def test_the_summary_says_where_a_correction_gives_back_to(
    running: Running, browse: Browse, cast: Cast, database: Database, closed: bool, said: str
) -> None:
    record(database, cast, running, a="2")
    accept(database, cast, running)
    tuula = browse(cast.tuula)
    tuula.get(f"/trainings/{running.training_id}/workdays/2026-03/correct")
    tuula.submit("main form", {f"days-{running.people['a']}": "1", "reason": "Virhe"})
    if closed:
        with database.transaction() as session:
            session.get_one(Training, running.training_id).state = "closed"
    kaisa = browse(cast.kaisa)
    page = chosen(kaisa, keys_of(kaisa))
    assert rows(page, "records")[0][0].endswith("Correction")
    assert rows(page, "records")[0][-1] == said
    accept_all(kaisa)
    assert len(rows(kaisa.follow(), "accepted")) == 1


def test_what_was_recorded_anew_is_refused_and_the_others_are_accepted(
    running: Running, browse: Browse, cast: Cast, database: Database, with_htmx: bool
) -> None:
    record(database, cast, running, a="2")
    record(database, cast, running, "2026-04", a="3")
    kaisa = browse(cast.kaisa, htmx=with_htmx)
    keys = keys_of(kaisa)
    chosen(kaisa, keys)
    record(database, cast, running, "2026-04", a="4")
    accept_all(kaisa)
    page = kaisa.follow()
    assert page.flashes == ["1 record has been accepted."]
    assert [row[0][-6:] for row in rows(page, "accepted")] == ["3/2026"]
    assert [(row[0][-6:], row[-1]) for row in rows(page, "left")] == [("4/2026", CHANGED)]
    page = chosen(kaisa, keys_of(kaisa))
    assert [row[3] for row in rows(page, "records")] == ["4 days"]


def test_the_summary_says_beforehand_what_cannot_be_accepted_and_does_not_send_it(
    running: Running, browse: Browse, cast: Cast, database: Database
) -> None:
    for month in range(3, 6):
        record(database, cast, running, f"2026-{month:02}", a="2")
    kaisa = browse(cast.kaisa)
    keys = keys_of(kaisa)
    kaisa.get(f"/trainings/{running.training_id}/workdays/2026-03/dispute")
    kaisa.submit("main form", reason="A oli poissa")
    accept(database, cast, running, "2026-04", at=LATER)
    page = chosen(kaisa, keys)
    assert [row[0][-6:] for row in rows(page, "records")] == ["5/2026"]
    assert len(page.all('#accept input[name="records"]')) == 1
    told = {row[0][-6:]: row[-1] for row in rows(page, "impossible")}
    assert told["3/2026"].startswith("This cannot be done at this stage. Disputed by Kaisa")
    assert told["4/2026"].startswith("Accepted by Kaisa Koulutusvastaava")


def test_what_is_committed_no_more_is_refused_by_the_words_of_the_rule(
    run: Run, browse: Browse, cast: Cast, database: Database
) -> None:
    running = run(workdays="10")
    record(database, cast, running, a="6")
    record(database, cast, running, "2026-04", a="4")
    with unit_of_work(database) as session:
        training = running.training(session)

        deliver(session, training.call_offs[0], Decimal(5), reason="", by=cast.kaisa, at=LATER)
    kaisa = browse(cast.kaisa)
    page = chosen(kaisa, keys_of(kaisa))
    said = "There is not enough capacity left."
    assert [(row[0][-6:], row[-1]) for row in rows(page, "impossible")] == [("3/2026", said)]
    kaisa.post("/workdays/chosen", {"records": keys_of(kaisa)})
    page = kaisa.follow()
    assert [row[0][-6:] for row in rows(page, "accepted")] == ["4/2026"]
    assert [(row[0][-6:], row[-1]) for row in rows(page, "left")] == [("3/2026", said)]


def test_sent_twice_it_does_nothing_twice(
    running: Running, browse: Browse, cast: Cast, database: Database
) -> None:
    record(database, cast, running, a="2")
    record(database, cast, running, "2026-04", a="3")
    kaisa = browse(cast.kaisa)
    keys = keys_of(kaisa)
    kaisa.post("/workdays/chosen", {"records": keys})
    before = how_many(database, AuditEntry), how_many(database, LedgerEntry)
    kaisa.post("/workdays/chosen", {"records": keys})
    assert (how_many(database, AuditEntry), how_many(database, LedgerEntry)) == before
    page = kaisa.follow()
    assert page.flashes == ["2 records have been accepted."]
    assert len(rows(page, "accepted")) == 2
    assert kaisa.get(kaisa.url).flashes == []


def test_nothing_chosen_and_too_many_chosen_are_refused(
    running: Running, browse: Browse, cast: Cast, database: Database
) -> None:
    record(database, cast, running, a="2")
    kaisa = browse(cast.kaisa)
    kaisa.get("/workdays")
    page = kaisa.submit("#waiting", status=422)
    assert page.errors == ["Choose at least one record."]
    many = [str(uuid4()) for _n in range(21)]
    page = kaisa.post("/workdays", {"records": many}, 422)
    assert page.errors == ["Choose at most 20 records at a time."]
    for sent in ({}, {"records": many}):
        assert kaisa.post("/workdays/chosen", sent, 422).has("#error-summary")
    assert "There is nothing to accept among the chosen." in kaisa.get("/workdays/chosen").text
    kaisa.post("/workdays", {"records": "nothing"})
    assert "There is nothing to accept among the chosen." in kaisa.follow().text


def test_what_is_anothers_looks_like_what_there_is_not(
    running: Running, browse: Browse, cast: Cast, database: Database
) -> None:
    record(database, cast, running, a="2")
    with database.transaction() as session:
        session.expire_on_commit = False
        neighbours = organisation(session, "Naapurin työllisyysalue", None, Kind.EMPLOYMENT_OFFICE)
        niilo = person(session, "Niilo Naapuri", neighbours, Role.COURSE_SPONSOR)
        toini = person(session, "Toini Toinen", cast.office, Role.COURSE_SPONSOR)
    theirs, nobodys = keys_of(browse(cast.kaisa))[0], str(UUID(int=7))
    for stranger in (niilo, toini):
        browser = browse(stranger)
        for address in ("/workdays/chosen", "/workdays/accepted"):
            told = [browser.get(f"{address}?records={key}").text for key in (theirs, nobodys)]
            assert told[0] == told[1]
            assert "1 of those you chose is not there, or is not yours to accept." in told[0]
        browser.post("/workdays/chosen", {"records": [theirs, nobodys]})
        page = browser.follow()
        assert page.flashes == []
        assert "2 of those you chose are not there" in page.text
    for stranger in (cast.tuula, cast.olli):
        browse(stranger).get("/workdays/chosen", 403)
        browse(stranger).post("/workdays/chosen", {"records": theirs}, 403)
    kaisa = browse(cast.kaisa)
    assert keys_of(kaisa) == [theirs]
    page = chosen(kaisa, [theirs, nobodys])
    assert page.one("#accept button").get_text() == "Accept 1 record"


@pytest.mark.parametrize("address", ["/workdays/chosen", "/workdays/accepted"])
def test_the_summaries_take_as_many_queries_for_many_records_as_for_few(
    running: Running, run: Run, browse: Browse, cast: Cast, database: Database, address: str
) -> None:
    record(database, cast, running, a="1")
    kaisa = browse(cast.kaisa)
    kaisa.get(f"{address}?records={keys_of(kaisa)[0]}")
    few = kaisa.queries
    for month in range(4, 9):
        record(database, cast, running, f"2026-{month:02}", a="1", b="1")
    for other in (run(), run()):
        record(database, cast, other, a="1", c="1")
    keys = keys_of(kaisa)
    assert len(keys) == 8
    page = kaisa.get(address + "?" + "&".join(f"records={key}" for key in keys))
    assert kaisa.queries == few
    assert page.text.count("days") + page.text.count("day") > 8
