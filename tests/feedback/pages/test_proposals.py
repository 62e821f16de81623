"""The form of each giver, links for everybody, and the list of proposals."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Browser as Chromium
from sqlalchemy import select

from portal.capacity.models import Training
from portal.database import Database
from portal.enrolments.models import Enrolment
from portal.feedback.models import Feedback, Proposal
from portal.feedback.usecases import give_feedback, make_feedback_link
from portal.organisations.models import Organisation
from portal.permissions import Kind
from portal.unit_of_work import unit_of_work
from tests.cast import Cast, organisation
from tests.conftest import SettableClock
from tests.page import Browser, words
from tests.underway import CALLED, contract_in_force, enrolled, training_of

Browse = Callable[..., Browser]


@pytest.fixture(autouse=True)
def _today(clock: SettableClock) -> None:
    clock.at = CALLED


@pytest.fixture
def training(database: Database, cast: Cast) -> UUID:
    with unit_of_work(database) as session:
        made = training_of(session, cast, contract_in_force(session, cast))
        enrolled(session, made, "Anna Alku")
        enrolled(session, made, "Bertta Bussi")
        organisation(session, "Kauppa Oy", None, Kind.EMPLOYER)
        return made.id


def link_of(database: Database, training: UUID, cast: Cast, employer: bool = False) -> str:
    with unit_of_work(database) as session:
        shop = select(Organisation).where(Organisation.name["fi"].as_string() == "Kauppa Oy")
        anna = select(Enrolment).where(Enrolment.name == "Anna Alku")
        giver = (
            {"employer": session.scalars(shop).one()}
            if employer
            else {"enrolment": session.scalars(anna).one()}
        )
        token = make_feedback_link(
            session,
            training=session.get_one(Training, training),
            by=session.merge(cast.kaisa),
            at=CALLED,
            **giver,
        )
    return f"/answer/{token}"


def test_a_participant_answers_item_by_item_and_comes_back_to_change_it(
    browse: Browse, database: Database, cast: Cast, training: UUID
) -> None:
    path = link_of(database, training, cast)
    visitor = browse()
    page = visitor.get(path)
    assert "less than two minutes" in page.text
    assert "once at least 5 participants have answered" in page.text
    typed = {"item_caring": "5", "item_quick": "0", "changed": "Sain työtä"}
    page = visitor.submit("main form", typed, status=422)
    assert page.errors == ["Choose from 1 to 5."]
    assert page.one('input[name="item_caring"][checked]')["value"] == "5"
    assert page.one('input[name="item_quick"][checked]')["value"] == "0"
    assert page.value("changed") == "Sain työtä"
    page = visitor.submit("main form", {"points": "4", "item_skills": "7"}, status=422)
    assert page.errors == ["Choose one of these."]
    visitor.submit("main form", {"points": "4", "item_skills": "1"})
    visitor.follow()
    page = visitor.get(path)
    assert page.one('input[name="item_caring"][checked]')["value"] == "5"
    assert page.one('input[name="item_skills"][checked]')["value"] == "1"
    assert not page.has('input[name="item_quick"][checked]')
    with database.reading() as session:
        (row,) = session.scalars(select(Feedback))
        assert {one.item: one.points for one in row.items} == {"caring": 5, "skills": 1}
        assert row.changed == "Sain työtä"


def test_an_employer_is_asked_at_most_five_things_and_who_answers(
    browse: Browse, database: Database, cast: Cast, training: UUID
) -> None:
    visitor = browse()
    page = visitor.get(link_of(database, training, cast, employer=True))
    names = {str(one["name"]) for one in page.all("main form [name]")} - {"csrf_token"}
    assert "assessor" in names
    assert len(names - {"assessor"}) == 5
    page = visitor.submit("main form", {"points": "4"}, status=422)
    assert page.errors == ["Write the name of the one who answers."]
    visitor.submit(
        "main form", {"points": "4", "assessor": "Liisa Liike", "item_changed_supervisor": "5"}
    )
    with database.reading() as session:
        (row,) = session.scalars(select(Feedback))
        assert (row.assessor, row.items[0].item) == ("Liisa Liike", "changed_supervisor")


@pytest.mark.browser
def test_the_form_fits_a_telephone_and_works_without_scripts(
    chromium: Chromium, address: str, database: Database, cast: Cast, training: UUID
) -> None:
    context = chromium.new_context(
        base_url=address,
        java_script_enabled=False,
        locale="fi-FI",
        viewport={"width": 390, "height": 844},
    )
    window = context.new_page()
    window.goto(link_of(database, training, cast))
    wide = window.evaluate("document.documentElement.scrollWidth")
    targets = [one.bounding_box() for one in window.locator(".scale-choice, .choice").all()]
    window.click('.scale-choice:has(input[name="item_caring"][value="5"])')
    caring = window.is_checked('input[name="item_caring"][value="5"]')
    window.check('input[name="points"][value="4"]')
    window.click("main form button[type=submit]")
    said = window.inner_text("#flashes")
    context.close()
    assert wide <= 390
    assert caring
    assert len(targets) == 5 + 11 * 6
    assert all(box is not None and min(box["width"], box["height"]) >= 44 for box in targets)
    assert said


def test_the_sponsor_prints_a_list_of_links(browse: Browse, cast: Cast, training: UUID) -> None:
    kaisa = browse(cast.kaisa)
    kaisa.get(f"/trainings/{training}/feedback")
    page = kaisa.submit(f'main form[action="/trainings/{training}/feedback/links"]', status=200)
    rows = {words(row.find("th")): words(row.find("code")) for row in page.all("main tbody tr")}
    assert list(rows) == ["Anna Alku", "Bertta Bussi"]
    assert page.response.headers["Cache-Control"] == "no-store"
    for address in rows.values():
        browse().get(address.removeprefix("http://localhost"))
    browse(cast.tuula).post(f"/trainings/{training}/feedback/links", status=403)
    browse(cast.sanna).get("/proposals")


@pytest.fixture
def proposed(database: Database, training: UUID) -> None:
    with unit_of_work(database) as session:
        anna = session.scalars(select(Enrolment).where(Enrolment.name == "Anna Alku")).one()
        for n in range(3):
            give_feedback(
                session,
                training=session.get_one(Training, training),
                points=4,
                proposal=f"Ehdotus {n}",
                enrolment=anna,
                by=None,
                at=CALLED,
            )


def test_open_proposals_are_listed_with_owner_and_day_and_another_is_named(
    browse: Browse,
    database: Database,
    cast: Cast,
    training: UUID,
    proposed: None,
    clock: SettableClock,
) -> None:
    tuula = browse(cast.tuula)
    page = tuula.get("/proposals?state=mine")
    assert len(page.all("main tbody tr")) == 3
    assert "0 of 3 have been answered." in page.text
    link = str(page.one("main tbody tr:last-child th a")["href"])
    tuula.get(link)
    form = f'main form[action="{link}/owner"]'
    page = tuula.submit(form, {"owner": "", "due": "x"}, status=422)
    assert page.value("due") == "x"
    tuula.get(link)
    assert tuula.submit(form, {"due": "01/03/2026"}, status=422).errors == [
        "Give today or a later day."
    ]
    tuula.submit(form, {"owner": str(cast.olli.id), "due": "11/03/2026"})
    assert "Olli Ostaja, by 11/03/2026" in tuula.follow().text
    assert len(tuula.get("/proposals?state=mine").all("main tbody tr")) == 2
    olli = browse(cast.olli)
    assert "Answer the proposal" in olli.get("/waiting").text
    clock.move(days=3)
    page = olli.get("/proposals")
    (first, *rest) = [words(row) for row in page.all("main tbody tr")]
    assert "Olli Ostaja" in first
    assert "Overdue" in first
    assert not [row for row in rest if "Overdue" in row]
    assert "Anna" not in page.html
    olli.get(link)
    olli.submit(f'main form[action="{link}"]', text="Tehty")
    assert "1 of 3 have been answered." in olli.get("/proposals?state=answered").text
    for who in (cast.sanna, cast.eva):
        assert not browse(who).get("/proposals").has("main tbody")
        browse(who).get(link, 404)
        browse(who).post(f"{link}/owner", status=403 if who is cast.sanna else 404)
    browse(cast.ada).get("/proposals", 403)


def test_an_overdue_proposal_waits_for_the_buyer_s_officer_too(
    browse: Browse, cast: Cast, training: UUID, proposed: None, clock: SettableClock
) -> None:
    waits = "Answer the proposal"
    assert waits in browse(cast.tuula).get("/waiting").text
    clock.move(days=14)
    assert waits not in browse(cast.olli).get("/waiting").text
    clock.move(days=1)
    for who, waiting in ((cast.tuula, True), (cast.olli, True), (cast.eva, False)):
        assert (waits in browse(who).get("/waiting").text) is waiting


def test_the_list_takes_as_many_queries_for_many_proposals_as_for_few(
    browse: Browse, database: Database, cast: Cast, training: UUID, proposed: None
) -> None:
    counts = []
    for _round in range(2):
        tuula = browse(cast.tuula)
        tuula.get("/proposals")
        counts.append(tuula.queries)
        with unit_of_work(database) as session:
            (first, *_rest) = session.scalars(select(Proposal))
            for n in range(30):
                session.add(
                    Proposal(
                        training_id=training,
                        feedback_id=first.feedback_id,
                        text=f"Lisää {n}",
                        made_at=CALLED,
                        owner_id=cast.olli.id if n % 2 else None,
                    )
                )
    assert counts[0] == counts[1]
