from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.audit.models import ReadEntry
from portal.database import Database
from portal.evaluation import usecases
from portal.evaluation.models import AwardDecision
from portal.jobs.mail import mail_task
from portal.jobs.models import Job, OutgoingMail
from portal.jobs.queue import do
from portal.organisations.models import Membership, Person
from portal.permissions import Role
from portal.web.unit import Services
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.documents.reading import text_of
from tests.evaluation.conftest import Evaluating
from tests.evaluation.pages.conftest import Browse, make_documents
from tests.inspection import words
from tests.jobs.pages.test_work import let_workers_work
from tests.page import Page

# Every form but the one that has the draft made.
MAY_ISSUE = 'main form:not([action$="/decision/draft"])'


def standstill(page: Page) -> list[str]:
    """The days of the standstill with their reasons."""
    return [words(row) for row in page.all("#standstill tr")]


def test_the_check_page_names_what_is_missing(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating
) -> None:
    evaluating.until("agreed")
    browser = browse(cast.paula)
    page = browser.get(f"{url}/decision")
    assert [words(part) for part in page.all("#missing li")] == [
        "the outcome of every lot (Sea district)"
    ]
    assert not page.has(MAY_ISSUE)
    assert not page.has('a[href$="/decision/issue"]')
    assert "the outcome of every lot" in browser.get(f"{url}/decision/issue").text
    assert not browser.page.has(MAY_ISSUE)
    page = browser.post(f"{url}/decision", {}, 422)
    assert page.errors == [
        "The decision is not complete. It still lacks: the outcome of every lot (Sea district)."
    ]


def test_a_decision_maker_issues_the_decision(
    browse: Browse,
    cast: Cast,
    url: str,
    evaluating: Evaluating,
    after: SettableClock,
    with_htmx: bool,
) -> None:
    evaluating.until("awarded")
    assert (
        "The decision maker issues the decision." in browse(cast.olli).get(f"{url}/decision").text
    )
    browser = browse(cast.paula, htmx=with_htmx)
    page = browser.get(f"{url}/decision")
    assert page.has('a[href$="/decision/issue"]')
    page = browser.get(f"{url}/decision/issue")
    assert "Commits the buyer to at most" in page.text
    assert standstill(page)[-1].startswith("21/02/2026")
    browser.submit(MAY_ISSUE)
    page = browser.follow()
    assert page.flashes == ["The decision is issued to every bidder."]
    # Friday 6 February and 14 days: Friday 20 February, a working day.
    assert standstill(page) == [
        "06/02/2026 The decision is received. This day is not counted.",
        "20/02/2026 The last day of the standstill.",
        "21/02/2026 The first day on which the contract may be approved.",
    ]
    assert not page.has("main form")
    page = browser.post(f"{url}/decision", {}, 422)
    assert page.errors == ["This cannot be done at this stage."]
    browser.get(f"{url}/decision/issue", 303)
    browser.post(f"{url}/decision/draft", status=404)


def test_a_decision_on_another_award_than_was_shown_is_not_issued(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating, after: SettableClock
) -> None:
    evaluating.until("awarded")
    browser = browse(cast.paula)
    seen = browser.get(f"{url}/decision/issue").value("seen")
    evaluating.do(usecases.take_back, cast.olli, lot="sea")
    evaluating.award(cast.river)
    page = browser.post(f"{url}/decision", {"seen": seen}, 422)
    assert page.errors[0].startswith("Somebody changed this while you were working on it.")
    browser.get(f"{url}/decision/issue")
    browser.submit(MAY_ISSUE)


def test_the_standstill_is_explained_over_the_holidays(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating
) -> None:
    evaluating.until("awarded")
    evaluating.issue(at=datetime(2026, 4, 17, 7, 0, tzinfo=UTC))
    assert standstill(browse(cast.olli).get(f"{url}/decision")) == [
        "17/04/2026 The decision is received. This day is not counted.",
        "01/05/2026 The count of days leads here.",
        "01/05/2026 The first of May, so the last day moves on.",
        "02/05/2026 A Saturday, so the last day moves on.",
        "03/05/2026 A Sunday, so the last day moves on.",
        "04/05/2026 The last day of the standstill.",
        "05/05/2026 The first day on which the contract may be approved.",
    ]


def test_who_has_prepared_may_not_decide_unless_the_installation_says_so(
    browse: Browse,
    cast: Cast,
    url: str,
    evaluating: Evaluating,
    services: Services,
    after: SettableClock,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with database.transaction() as session:
        olli = session.get_one(Person, cast.olli.id)
        olli.memberships.append(Membership(organisation_id=cast.buyer.id, role=Role.DECISION_MAKER))
    evaluating.until("awarded")
    page = browse(cast.olli).post(f"{url}/decision", {}, 422)
    assert page.errors == ["One person may not hold both of these duties in one procurement."]
    pair = frozenset({frozenset({"preparing", "deciding"})})
    allowing = services.settings.model_copy(update={"combined_duties": pair})
    monkeypatch.setattr(services, "settings", allowing)
    browse(cast.olli).post(f"{url}/decision")
    with database.reading() as session:
        assert session.scalars(select(AwardDecision)).one().first_signing_day == date(2026, 2, 21)


def test_bidders_read_the_decision_and_their_own_letter_only(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating, services: Services
) -> None:
    evaluating.until("awarded")
    for person in (cast.roope, cast.sanna):
        browse(person).get(f"{url}/decision", 404)
    evaluating.issue()
    assert "is being made into a PDF" in browse(cast.sanna).get(f"{url}/decision").text
    make_documents(services, evaluating)
    letters = {}
    for person, own, other in (
        (cast.sanna, "Rantaopisto", "Jokiopisto"),
        (cast.roope, "Jokiopisto", "Rantaopisto"),
    ):
        browser = browse(person)
        page = browser.get(f"{url}/decision")
        assert f"letter to {own}" in page.text
        assert f"letter to {other}" not in page.text
        assert not page.has('a[href*="/evaluation"]')
        link = str(page.one('a[href*="/letters/"]')["href"])
        letters[own] = link, text_of(browser.download(link))
        assert "Jokiopisto" in text_of(browser.download(f"{url}/decision/pdf"))
    assert "38,33" in letters["Rantaopisto"][1]
    assert "87,87" in letters["Rantaopisto"][1]
    browse(cast.roope).get(letters["Rantaopisto"][0], 404)
    for handler in (cast.olli, cast.paula):
        assert browse(handler).download(f"{url}/decision/pdf").startswith(b"%PDF-")
        browse(handler).get(letters["Rantaopisto"][0], 403)


def test_officers_find_the_way_to_the_contracts(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating
) -> None:
    evaluating.until("decided")
    contracts = "contracts.conclude" in browse(cast.olli).app.view_functions
    page = browse(cast.olli).get(f"{url}/decision")
    assert ("Conclude the contract" in page.text) is contracts
    assert "Conclude the contract" not in browse(cast.paula).get(f"{url}/decision").text


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_decision_is_read_in_every_language(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating, language: str
) -> None:
    evaluating.until("awarded")
    for path in ("decision", "decision/issue"):
        browse(cast.paula, language).get(f"{url}/{path}")
    evaluating.issue()
    for path in ("decision", "evaluation", "suitability", "evaluation/lots/sea", "interests"):
        browse(cast.olli, language).get(f"{url}/{path}")


def test_the_clock_of_the_request_is_what_counts(
    browse: Browse, cast: Cast, url: str, evaluating: Evaluating, after: SettableClock
) -> None:
    evaluating.until("awarded")
    after.move(days=3)
    browse(cast.paula).post(f"{url}/decision")
    page = browse(cast.paula).get(f"{url}/decision")
    assert standstill(page)[0].startswith("09/02/2026")


def test_the_decision_maker_reads_the_whole_decision_before_issuing_it(
    browse: Browse,
    cast: Cast,
    url: str,
    evaluating: Evaluating,
    after: SettableClock,
    services: Services,
) -> None:
    evaluating.until("awarded")
    paula = browse(cast.paula, "sv")
    paula.get(f"{url}/decision")
    paula.submit('form[action$="/decision/draft"]')
    work = paula.follow()
    assert work.heading == "Utkast till upphandlingsbeslut ESIM/1/2026"
    assert work.has("progress")
    let_workers_work(services, after)
    file = paula.get(paula.url).one('form[action$="/file"]')["action"]
    draft = text_of(paula.whatever("POST", file).get_data())
    for said in ("Jokiopisto", "87,87", "20.2.2026", "Marknadsdomstolen", "ett utkast till beslut"):
        assert said in draft
    for person in (cast.roope, cast.sanna, cast.eeva):
        browse(person).post(f"{url}/decision/draft", status=403)
    browse(cast.eva).post(f"{url}/decision/draft", status=404)
    for other in (cast.olli, cast.eva):
        assert browse(other).whatever("POST", file).status_code == 404
    with services.reads_database.reading() as session:
        read = session.scalars(select(ReadEntry.subject).where(ReadEntry.page == "underway.fetch"))
        assert set(read) == {url.rpartition("/")[2]}
    # What has been issued meanwhile has no draft any more.
    browse(cast.paula).post(f"{url}/decision")
    assert paula.whatever("POST", file).status_code == 422


def test_above_the_limit_the_decision_is_not_issued(
    browse: Browse,
    cast: Cast,
    url: str,
    evaluating: Evaluating,
    services: Services,
    after: SettableClock,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    evaluating.until("awarded")
    # 58.00 for each of the 1,300 workdays of the lot's maximum.
    for settings, is_above in (
        ({"decision_limit_euros": Decimal("75399.99")}, True),
        ({"decision_limit_euros": Decimal(75400)}, False),
        (
            {
                "decision_limit_euros": Decimal(1),
                "decision_limits": {cast.paula.email: Decimal(80000)},
            },
            False,
        ),
        ({"decision_limits": {cast.paula.email: Decimal(70000)}}, True),
    ):
        own = services.settings.model_copy(update=settings)
        monkeypatch.setitem(services.database._carried, "settings", own)
        page = browse(cast.paula).get(f"{url}/decision")
        assert "€75,400.00" in page.text
        assert ("The decision is above your limit" in page.text) is is_above
        assert page.has('a[href$="/decision/issue"]') is not is_above
    page = browse(cast.paula).post(f"{url}/decision", {}, 422)
    (error,) = page.errors
    assert "commits the buyer to €75,400.00, which is above your limit of €70,000.00." in error
    evaluating.refused(evaluating.issue, "above_decision_limit")


def test_each_reader_gets_the_letter_and_the_decision_in_the_chosen_language(
    browse: Browse,
    cast: Cast,
    url: str,
    evaluating: Evaluating,
    services: Services,
    database: Database,
) -> None:
    with database.transaction() as session:
        session.get_one(Person, cast.sanna.id).language = "sv"
    evaluating.until("decided")
    with database.reading() as session:
        asked = sorted(
            (job.arguments["kind"], job.arguments["language"])
            for job in session.scalars(select(Job).where(Job.kind == "make_document"))
            if job.arguments["kind"] in ("award_decision", "bidder_letter")
        )
        told = {
            mail.address: mail.language
            for mail in session.scalars(
                select(OutgoingMail).where(OutgoingMail.letter == "decision_issued")
            )
        }
    assert asked == [
        ("award_decision", "fi"),
        ("award_decision", "sv"),
        ("bidder_letter", "fi"),
        ("bidder_letter", "sv"),
    ]
    assert told == {cast.roope.email: "fi", cast.sanna.email: "sv"}


def test_a_message_that_could_not_be_sent_is_tried_again_and_seen(
    browse: Browse,
    cast: Cast,
    url: str,
    evaluating: Evaluating,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    evaluating.until("decided")

    def told() -> list[str]:
        page = browse(cast.olli).get(f"{url}/decision")
        return [words(row.select("td")[-1]) for row in page.all("#notices tr")]

    assert told() == [
        "roope@esimerkki.example: waits to be sent",
        "sanna@esimerkki.example: waits to be sent",
    ]
    ours = services.settings.model_copy(update={"smtp_host": "mail.example"})
    tasks = {"send_mail": mail_task(ours)}

    def down(*_: object, **__: object) -> None:
        raise OSError("no route")

    monkeypatch.setattr("portal.jobs.mail._deliver", down)
    with services.database.reading() as session:
        jobs = [
            job.id
            for job in session.scalars(select(Job).where(Job.kind == "send_mail"))
            if session.get_one(OutgoingMail, UUID(job.arguments["mail"])).letter
            == "decision_issued"
        ]
    for job_id in jobs:
        assert not do(services.database, tasks, job_id, evaluating.at)
    assert told()[0] == "roope@esimerkki.example: could not be sent yet, is tried again (1 try)"
    monkeypatch.setattr("portal.jobs.mail._deliver", lambda *_: None)
    later = evaluating.at + timedelta(minutes=5)
    assert do(services.database, tasks, jobs[0], later)
    assert any("sent 06/02/2026" in row for row in told())
    monkeypatch.setattr("portal.jobs.mail._deliver", down)
    for _ in range(11):
        later += timedelta(hours=12)
        do(services.database, tasks, jobs[1], later)
    assert any(re.search(r"could not be sent \(1\d tries\)", row) for row in told())


def test_in_development_the_outbox_leads_to_the_letter(
    browse: Browse,
    cast: Cast,
    url: str,
    evaluating: Evaluating,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    evaluating.until("decided")
    trying_out = services.settings.model_copy(update={"development": True})
    monkeypatch.setattr(services, "settings", trying_out)
    page = browse(None).get("/outbox")
    links = {str(link["href"]) for link in page.all(".letter a")}
    assert f"{url}/decision#letters" in links
    assert browse(cast.sanna).get(f"{url}/decision").has("#letters")
