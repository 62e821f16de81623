"""Feedback on the pages: the training's, the proposal's, and the one behind a personal link."""

from __future__ import annotations

import logging
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.capacity.models import Training
from portal.database import Database
from portal.enrolments.models import Enrolment
from portal.feedback.models import Feedback, FeedbackLink, Proposal
from portal.feedback.usecases import give_feedback, make_feedback_link
from portal.permissions import Kind, Role
from portal.unit_of_work import unit_of_work
from tests.cast import Cast, organisation, person
from tests.conftest import SettableClock
from tests.page import Browser
from tests.underway import CALLED, contract_in_force, enrolled, training_of

Browse = Callable[..., Browser]


@pytest.fixture(autouse=True)
def _today(clock: SettableClock) -> None:
    clock.at = CALLED


@pytest.fixture
def training(database: Database, cast: Cast) -> UUID:
    """A training with two people in it, and an employer."""
    with unit_of_work(database) as session:
        made = training_of(session, cast, contract_in_force(session, cast))
        enrolled(session, made, "Anna Alku")
        enrolled(session, made, "Bertta Bussi")
        organisation(session, "Kauppa Oy", None, Kind.EMPLOYER)
        return made.id


def link_to(database: Database, training: UUID, cast: Cast, name: str = "Anna Alku") -> str:
    with unit_of_work(database) as session:
        token = make_feedback_link(
            session,
            training=session.get_one(Training, training),
            enrolment=session.scalars(select(Enrolment).where(Enrolment.name == name)).one(),
            by=session.merge(cast.kaisa),
            at=CALLED,
        )
    return f"/answer/{token}"


def test_the_sponsor_hands_a_link_over_and_the_participant_answers(
    browse: Browse, database: Database, cast: Cast, training: UUID
) -> None:
    kaisa = browse(cast.kaisa)
    page = kaisa.get(f"/trainings/{training}/feedback")
    options = [option.get_text() for option in page.all('select[name="giver"] option')]
    assert options == ["Choose", "Anna Alku", "Bertta Bussi", "Kauppa Oy"]
    chosen = page.all('select[name="giver"] option')[1]["value"]
    page = kaisa.post(f"/trainings/{training}/feedback/link", {"giver": chosen}, 200)
    address = page.one("main code").get_text()
    assert address.startswith("http://localhost/answer/")
    assert "works for 60 days" in page.text
    assert address not in kaisa.get(f"/trainings/{training}/feedback").html

    visitor = browse()
    path = address.removeprefix("http://localhost")
    page = visitor.get(path)
    assert "Jokiopisto" in page.text
    assert "Anna" not in page.html
    assert page.response.headers["Cache-Control"] == "no-store"
    visitor.submit("main form", points="4", text="Sain tukea", proposal="Enemmän käyntejä")
    page = visitor.follow()
    assert page.flashes == ["Thank you. Your feedback has been saved."]
    assert "You have already answered" in page.text
    visitor.submit("main form", points="5")
    visitor.follow()
    with database.reading() as session:
        rows = session.scalars(select(Feedback)).all()
        assert [(row.points, row.text) for row in rows] == [(5, "Sain tukea")]
        assert session.scalars(select(Proposal.text)).all() == ["Enemmän käyntejä"]


def test_a_link_that_has_expired_says_so_to_everybody_alike(
    browse: Browse, database: Database, cast: Cast, training: UUID, clock: SettableClock
) -> None:
    path = link_to(database, training, cast)
    clock.move(days=61)
    said = {browse().get(url, 410).text for url in (path, "/answer/nonsense")}
    assert len(said) == 1
    browse().post(path, {"points": "3"}, 410)
    with database.reading() as session:
        assert session.scalars(select(Feedback)).all() == []


def test_a_refused_answer_on_a_sponsors_device_is_nobodys_page(
    browse: Browse, database: Database, cast: Cast, training: UUID
) -> None:
    path = link_to(database, training, cast)
    kaisa = browse(cast.kaisa)
    assert not kaisa.get(path).has('form[action$="/logout"]')
    with database.transaction() as session:
        anna = session.scalars(select(Enrolment).where(Enrolment.name == "Anna Alku")).one()
        anna.state = "rejected"
    page = kaisa.post(path, {"points": "4"}, 422)
    assert page.errors == ["This cannot be done at this stage."]
    assert not page.has('form[action$="/logout"]')


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_public_page_keeps_what_was_typed_in_every_language(
    browse: Browse, database: Database, cast: Cast, training: UUID, language: str
) -> None:
    path = link_to(database, training, cast)
    visitor = browse(None, language)
    visitor.get(path)
    page = visitor.submit("main form", {"text": "Jäi sanomatta"}, status=422)
    assert len(page.errors) == 1
    assert page.value("text") == "Jäi sanomatta"


def test_the_token_is_in_no_log_and_in_no_table(
    browse: Browse,
    database: Database,
    cast: Cast,
    training: UUID,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = link_to(database, training, cast)
    token = path.rpartition("/")[2]
    with caplog.at_level(logging.DEBUG, "portal"):
        browse().get(path)
        browse().post(path, {"points": "6"}, 422)
    told = [str(record.__dict__) for record in caplog.records if record.name.startswith("portal")]
    assert any("feedback.answer" in line for line in told)
    assert not [line for line in told if token in line]
    with database.reading() as session:
        assert token not in session.scalars(select(FeedbackLink.token_hash)).all()


def test_a_sponsor_gives_feedback_of_their_own(
    browse: Browse, cast: Cast, training: UUID, with_htmx: bool
) -> None:
    kaisa = browse(cast.kaisa, htmx=with_htmx)
    kaisa.get(f"/trainings/{training}/feedback")
    page = kaisa.post(f"/trainings/{training}/feedback", {"text": "x"}, 422)
    assert page.errors == ["Choose from 1 to 5."]
    kaisa.get(f"/trainings/{training}/feedback")
    kaisa.post(f"/trainings/{training}/feedback", {"points": "3", "proposal": "Kaksi ryhmää"})
    page = kaisa.follow()
    assert page.flashes == ["Your feedback has been saved."]
    assert "Kaksi ryhmää" in page.text


def test_the_trainer_answers_a_proposal_once(
    browse: Browse, database: Database, cast: Cast, training: UUID
) -> None:
    visitor = browse()
    visitor.get(link_to(database, training, cast))
    visitor.submit("main form", points="4", proposal="Enemmän käyntejä")
    tuula = browse(cast.tuula)
    page = tuula.get(f"/trainings/{training}/feedback")
    assert "Anna" not in page.html
    link = next(a for a in page.all("main a") if "Answer the proposal" in a.get_text())
    tuula.get(str(link["href"]))
    answering = f'main form[action="{link["href"]}"]'
    assert tuula.submit(answering, {"text": " "}, status=422).errors == ["Write the text."]
    tuula.submit(answering, text="Käyntejä lisättiin")
    page = tuula.follow()
    assert page.flashes == ["The proposal has been answered."]
    assert "Käyntejä lisättiin" in page.text
    page = tuula.get(str(link["href"]))
    assert not page.has("main form")
    assert tuula.post(str(link["href"]), {"text": "Taas"}, 422).errors


def test_nobody_else_sees_or_does_any_of_it(
    browse: Browse, database: Database, cast: Cast, training: UUID
) -> None:
    with unit_of_work(database) as session:
        session.expire_on_commit = False
        other = person(session, "Kerttu Toinen", session.merge(cast.office), Role.COURSE_SPONSOR)
        far = organisation(session, "Kaukainen alue", None, Kind.EMPLOYMENT_OFFICE)
        stranger = person(session, "Feliks Kaukainen", far, Role.COURSE_SPONSOR)
    address = f"/trainings/{training}/feedback"
    for who in (other, stranger, cast.sanna, cast.eva):
        browse(who).get(address, 404)
    browse(cast.ada).get(address, 403)
    browse().get(address, 303)
    for who in (other, stranger):
        browse(who).post(address, {"points": "3"}, 404)
        browse(who).post(f"{address}/link", {"giver": "participant:x"}, 404)
    for who in (cast.olli, cast.tarja, cast.roope, cast.tuula):
        page = browse(who).get(address)
        assert "Anna Alku" not in page.html
        assert not page.has('select[name="giver"]')
    browse(cast.olli).post(address, {"points": "3"}, 403)
    browse(cast.tuula).post(f"{address}/link", {"giver": "x"}, 403)


def test_the_queries_do_not_grow_with_the_answers(
    browse: Browse, database: Database, cast: Cast
) -> None:
    counts: list[int] = []
    with unit_of_work(database) as session:
        key = training_of(session, cast, contract_in_force(session, cast), places=40).id
    for rows in (2, 20):
        with unit_of_work(database) as session:
            training = session.get_one(Training, key)
            for n in range(rows):
                one = enrolled(session, training, f"n{rows}-{n}")
                give_feedback(
                    session,
                    training=training,
                    points=4,
                    text="Hyvä",
                    proposal="Lisää",
                    enrolment=one,
                    by=None,
                    at=CALLED,
                )
        kaisa = browse(cast.kaisa)
        kaisa.get(f"/trainings/{key}/feedback")
        counts.append(kaisa.queries)
    assert counts[0] == counts[1]
