"""A round of a client panel, by its verbs and on its pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.database import Database
from portal.feedback.models import Proposal
from portal.feedback.panels.models import Panel, PanelProposal
from portal.feedback.panels.usecases import (
    add_panel_proposal,
    answer_panel_proposal,
    close_panel,
    open_panel,
)
from portal.feedback.usecases import answer_proposal, give_feedback
from portal.permissions import Role
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast, person
from tests.conftest import SettableClock
from tests.page import Browser, words
from tests.underway import CALLED, contract_in_force, enrolled, training_of

Browse = Callable[..., Browser]
DAYS = {"first_day": date(2026, 3, 1), "last_day": date(2026, 3, 31)}


def test_a_round_is_over_trainings_of_one_buyer_that_its_opener_follows(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        mine = training_of(session, cast, contract)
        other = person(session, "Kerttu Toinen", session.merge(cast.office), Role.COURSE_SPONSOR)
        theirs = training_of(session, cast, contract, sponsor=other)
        foreign = training_of(session, cast, contract_in_force(session, cast, buyer=cast.elsewhere))
        given = {"name": "Kevään raati", **DAYS, "at": CALLED}
        for who, trainings, rule in (
            (cast.tuula, [mine], "not_permitted"),
            (cast.eva, [mine], "not_permitted"),
            (cast.kaisa, [mine, theirs], "not_permitted"),
            (cast.olli, [mine, foreign], "not_permitted"),
            (cast.kaisa, [mine, foreign], "panel_of_one_buyer"),
            (cast.olli, [], "panel_trainings_missing"),
        ):
            with pytest.raises(RuleBroken, match=rule):
                open_panel(session, **given, trainings=trainings, by=who)
        with pytest.raises(RuleBroken, match="days_disordered"):
            open_panel(
                session,
                **{**given, "last_day": date(2026, 2, 28)},
                trainings=[mine],
                by=cast.olli,
            )
        with pytest.raises(RuleBroken, match="name_missing"):
            open_panel(session, **{**given, "name": " "}, trainings=[mine], by=cast.olli)
        assert open_panel(session, **given, trainings=[mine], by=cast.kaisa)
        assert open_panel(session, **given, trainings=[mine, theirs], by=cast.olli)


def test_a_round_changes_until_it_is_closed(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        training = training_of(session, cast, contract_in_force(session, cast))
        panel = open_panel(
            session, name="Raati", **DAYS, trainings=[training], by=cast.olli, at=CALLED
        )
        given = {"panel": panel, "at": CALLED}
        with pytest.raises(RuleBroken, match="not_permitted"):
            add_panel_proposal(session, **given, text="x", by=cast.eva)
        with pytest.raises(RuleBroken, match="text_missing"):
            add_panel_proposal(session, **given, text=" ", by=cast.kaisa)
        own = add_panel_proposal(session, **given, text="Pienemmät ryhmät", by=cast.kaisa)
        answer_panel_proposal(session, proposal=own, text="Tehty", by=cast.olli, at=CALLED)
        with pytest.raises(RuleBroken, match="wrong_state"):
            answer_panel_proposal(session, proposal=own, text="Taas", by=cast.olli, at=CALLED)
        with pytest.raises(RuleBroken, match="text_missing"):
            close_panel(session, **given, summary="", by=cast.olli)
        close_panel(session, **given, summary="Ryhmät pienenivät", by=cast.olli)
        for again in (
            lambda: add_panel_proposal(session, **given, text="x", by=cast.olli),
            lambda: close_panel(session, **given, summary="x", by=cast.olli),
        ):
            with pytest.raises(RuleBroken, match="wrong_state"):
                again()


@pytest.fixture
def round_over_two(database: Database, cast: Cast) -> UUID:
    """A round over two trainings, of which Kaisa is named for one; proposals in both."""
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        other = person(session, "Kerttu Toinen", session.merge(cast.office), Role.COURSE_SPONSOR)
        trainings = [
            training_of(session, cast, contract),
            training_of(session, cast, contract, sponsor=other),
        ]
        for n, training in enumerate(trainings):
            _given, proposed = give_feedback(
                session,
                training=training,
                points=4,
                proposal=f"Ehdotus {n}",
                enrolment=enrolled(session, training, f"Nimi {n}"),
                by=None,
                at=CALLED,
            )
            assert proposed is not None
        answer_proposal(session, proposal=proposed, text="Hoidettu", by=cast.tuula, at=CALLED)
        give_feedback(
            session,
            training=trainings[0],
            points=4,
            proposal="Liian myöhäinen",
            enrolment=enrolled(session, trainings[0], "Nimi x"),
            by=None,
            at=CALLED + timedelta(days=30),
        )
        panel = open_panel(
            session, name="Raati", **DAYS, trainings=trainings, by=cast.olli, at=CALLED
        )
        return panel.id


def test_each_sees_what_was_proposed_in_the_trainings_that_they_follow(
    browse: Browse, cast: Cast, round_over_two: UUID, clock: SettableClock
) -> None:
    clock.at = CALLED
    page = browse(cast.olli).get(f"/panels/{round_over_two}")
    assert [words(row) for row in page.all("main tbody th")] == ["Ehdotus 0", "Ehdotus 1"]
    assert "1 of 2 have been answered." in page.text
    assert "Hoidettu" in page.text
    assert "Nimi" not in page.html
    page = browse(cast.kaisa).get(f"/panels/{round_over_two}")
    assert [words(row) for row in page.all("main tbody th")] == ["Ehdotus 0"]
    assert "1 more trainings that you do not follow" in page.text
    assert "Raati" in browse(cast.tarja).get("/panels").text
    assert not browse(cast.tarja).get(f"/panels/{round_over_two}").has("main form")
    browse(cast.eva).get(f"/panels/{round_over_two}", 404)
    assert not browse(cast.eva).get("/panels").has("main tbody")
    for who in (cast.tuula, cast.ada):
        browse(who).get("/panels", 403)


def test_a_round_is_opened_carried_on_and_closed_on_its_pages(
    browse: Browse, cast: Cast, database: Database, round_over_two: UUID, clock: SettableClock
) -> None:
    clock.at = CALLED
    olli = browse(cast.olli)
    page = olli.get("/panels/new")
    keys = [str(box["value"]) for box in page.all('main input[name="trainings"]')]
    page = olli.submit("main form", {"name": "Kesä", "first_day": "x"}, status=422)
    assert len(page.errors) == 3
    assert (page.value("name"), page.value("first_day")) == ("Kesä", "x")
    days = {"first_day": "31/03/2026", "last_day": "01/03/2026", "trainings": keys}
    page = olli.submit("main form", {"name": "Kesä", **days}, status=422)
    assert page.errors == ["The last day must not be before the first."]
    olli.submit("main form", {"last_day": "30/04/2026"})
    olli.follow()
    with database.reading() as session:
        key = session.scalars(select(Panel.id).where(Panel.name == "Kesä")).one()
    adding, closing = (f'main form[action="/panels/{key}/{end}"]' for end in ("proposals", "close"))
    assert olli.submit(adding, {"text": " "}, status=422).errors == ["Write the text."]
    olli.submit(adding, text="Lisää käytännön työtä")
    page = olli.follow()
    answering = next(a for a in page.all("main a") if "Say what was done" in words(a))
    olli.get(str(answering["href"]))
    assert olli.submit("main form", {"text": ""}, status=422).errors == ["Write the text."]
    olli.submit("main form", text="Sovittu")
    assert "Sovittu" in olli.follow().text
    assert olli.submit(closing, {"summary": " "}, status=422).errors == ["Write the text."]
    olli.submit(closing, summary="Kaksi asiaa muuttui")
    page = olli.follow()
    assert "Kaksi asiaa muuttui" in page.text
    assert not page.has("main form")
    assert "Closed" in olli.get("/panels").text
    browse(cast.eva).post(f"/panels/{key}/close", {"summary": "x"}, 404)


def test_the_pages_take_as_many_queries_for_many_rows_as_for_few(
    browse: Browse, cast: Cast, database: Database, round_over_two: UUID
) -> None:
    counts = []
    with unit_of_work(database) as session:
        panel = session.get_one(Panel, round_over_two)
        add_panel_proposal(session, panel=panel, text="Oma", by=session.merge(cast.olli), at=CALLED)
    for _round in range(2):
        olli = browse(cast.olli)
        seen = []
        for address in ("/panels", f"/panels/{round_over_two}", "/panels/new"):
            olli.get(address)
            seen.append(olli.queries)
        counts.append(seen)
        with unit_of_work(database) as session:
            (first, *_rest) = session.scalars(select(Proposal))
            panel = session.get_one(Panel, round_over_two)
            for n in range(20):
                session.add_all(
                    [
                        Panel(
                            buyer_id=panel.buyer_id,
                            name=f"Raati {n}",
                            **DAYS,
                            opened_by_id=cast.olli.id,
                            opened_at=CALLED,
                        ),
                        PanelProposal(
                            panel_id=panel.id,
                            text=f"Oma {n}",
                            added_by_id=cast.olli.id,
                            added_at=CALLED,
                        ),
                        Proposal(
                            training_id=first.training_id,
                            feedback_id=first.feedback_id,
                            text=f"Lisää {n}",
                            made_at=CALLED,
                            owner_id=cast.tuula.id,
                        ),
                    ]
                )
    assert counts[0] == counts[1]
