"""Nobody is recognisable from the page of a training, whatever is compared with what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.capacity.models import Training
from portal.database import Database
from portal.enrolments.models import Enrolment
from portal.feedback.models import Proposal
from portal.feedback.usecases import answer_proposal, give_feedback, make_feedback_link
from portal.permissions import Kind
from portal.unit_of_work import unit_of_work
from tests.cast import Cast, organisation
from tests.conftest import SettableClock
from tests.page import Browser, Page, words
from tests.underway import CALLED, contract_in_force, enrolled, training_of

Browse = Callable[..., Browser]


@pytest.fixture(autouse=True)
def _today(clock: SettableClock) -> None:
    clock.at = CALLED


@pytest.fixture
def training(database: Database, cast: Cast) -> UUID:
    with unit_of_work(database) as session:
        made = training_of(session, cast, contract_in_force(session, cast), places=9)
        for name in "ABCDEF":
            enrolled(session, made, f"Nimi {name}")
        return made.id


def answers(
    database: Database, training: UUID, names: str, points: int = 4, **more: object
) -> None:
    with unit_of_work(database) as session:
        for name in names:
            one = select(Enrolment).where(Enrolment.name == f"Nimi {name}")
            give_feedback(
                session,
                training=session.get_one(Training, training),
                points=points,
                enrolment=session.scalars(one).one(),
                by=None,
                at=CALLED,
                **more,
            )


def shown(page: Page) -> dict[str, tuple[str, str]]:
    return {
        words(row.find("th")): (words(row.select("td")[0]), words(row.select("td")[1]))
        for row in page.all("main tbody tr")
    }


def test_four_answers_are_counted_and_five_are_shown(
    browse: Browse, database: Database, cast: Cast, training: UUID
) -> None:
    items = {"caring": 2, "skills": 5}
    answers(database, training, "ABCD", items=items)
    with unit_of_work(database) as session:
        # Four and one: pooled they would be five, and the sponsor knows which one is their own.
        give_feedback(
            session,
            training=session.get_one(Training, training),
            points=1,
            items={"useful": 1},
            by=session.merge(cast.kaisa),
            at=CALLED,
        )
    for who in (cast.tuula, cast.olli, cast.kaisa):
        page = browse(who).get(f"/trainings/{training}/feedback")
        assert shown(page) == {
            "Participants, through their own links": ("4", "Too few to show"),
            "Course sponsors": ("1", "Too few to show"),
            "Employers, through their own links": ("0", "No data"),
        }
    answers(database, training, "E", points=2, items={"skills": 1})
    page = browse(cast.tuula).get(f"/trainings/{training}/feedback")
    assert shown(page) == {
        "Participants, through their own links": ("5", "3.6"),
        "Course sponsors": ("1", "Too few to show"),
        "Employers, through their own links": ("0", "No data"),
        "Encouraging and caring trainers": ("4", "Too few to show"),
        "Real skills": ("5", "4.2"),
    }


def test_the_words_of_a_few_do_not_stand_beside_whose_they_are(
    browse: Browse, database: Database, cast: Cast, training: UUID
) -> None:
    answers(database, training, "A", text="Yksi kertoi", changed="Sain avaimet")
    with unit_of_work(database) as session:
        shop = organisation(session, "Kauppa Oy", None, Kind.EMPLOYER)
        give_feedback(
            session,
            training=session.get_one(Training, training),
            points=3,
            text="Työ sujui",
            assessor="Liisa Liike",
            employer=shop,
            by=None,
            at=CALLED,
        )
    page = browse(cast.tuula).get(f"/trainings/{training}/feedback")
    said = [words(row) for row in page.all("main li") if "preserve" in str(row)]
    assert said == ["Sain avaimet", "Työ sujui", "Yksi kertoi"]
    assert not page.has("main li .muted")
    assert "What changed, in their own words" not in page.text
    assert "Liisa Liike" not in page.html
    assert "Kauppa Oy" not in page.html
    answers(database, training, "BCDEF", text="Toinen kertoi", changed="Opin työn")
    page = browse(cast.tuula).get(f"/trainings/{training}/feedback")
    # The employer's one answer would be known by what is left without a kind.
    assert not page.has("main li .muted")
    assert "What changed, in their own words" in page.text


def test_the_giver_and_everybody_in_the_training_read_what_was_done(
    browse: Browse, database: Database, cast: Cast, training: UUID
) -> None:
    answers(database, training, "A", proposal="Enemmän käyntejä")
    links = {}
    with unit_of_work(database) as session:
        for name in "AB":
            one = select(Enrolment).where(Enrolment.name == f"Nimi {name}")
            links[name] = "/answer/" + make_feedback_link(
                session,
                training=session.get_one(Training, training),
                enrolment=session.scalars(one).one(),
                by=session.merge(cast.kaisa),
                at=CALLED,
            )
    mine, theirs = (browse().get(links[name]) for name in "AB")
    assert "Not answered yet. It is answered by 23/03/2026." in mine.text
    assert "Enemmän käyntejä" not in theirs.text
    with unit_of_work(database) as session:
        answer_proposal(
            session,
            proposal=session.scalars(select(Proposal)).one(),
            text="Käyntejä on nyt kaksi",
            by=session.merge(cast.tuula),
            at=CALLED + timedelta(days=1),
        )
    for name in "AB":
        page = browse().get(links[name])
        assert "Enemmän käyntejä" in page.text
        assert "Answered 10/03/2026: Käyntejä on nyt kaksi" in page.text
        assert "Nimi" not in page.html
        assert "Tuula" not in page.html
