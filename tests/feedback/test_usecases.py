"""One answer per giver and training, and what is done about what it proposes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.database import Database
from portal.feedback.models import Feedback, FeedbackLink, Proposal
from portal.feedback.rules import Points, points_of
from portal.feedback.usecases import (
    answer_proposal,
    give_feedback,
    link_in_force,
    make_feedback_link,
)
from portal.permissions import Kind, Role
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast, organisation, person
from tests.underway import CALLED, contract_in_force, enrolled, training_of


def test_a_later_answer_replaces_the_earlier_and_keeps_what_it_proposed(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        training = training_of(session, cast, contract_in_force(session, cast))
        one = enrolled(session, training, "a")
        give_feedback(
            session,
            training=training,
            points=2,
            text="Hidas alku",
            proposal="Alkakaa heti",
            enrolment=one,
            by=None,
            at=CALLED,
        )
        give_feedback(
            session, training=training, points=5, text="Parani", enrolment=one, by=None, at=CALLED
        )
        rows = session.scalars(select(Feedback)).all()
        assert [(row.points, row.text) for row in rows] == [(5, "Parani")]
        assert [row.text for row in session.scalars(select(Proposal))] == ["Alkakaa heti"]


def test_each_kind_of_giver_has_an_answer_of_its_own(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        training = training_of(session, cast, contract_in_force(session, cast))
        shop = organisation(session, "Kauppa", None, Kind.EMPLOYER)
        given = {"training": training, "at": CALLED}
        give_feedback(
            session, points=4, enrolment=enrolled(session, training, "a"), by=None, **given
        )
        give_feedback(
            session, points=3, enrolment=enrolled(session, training, "b"), by=None, **given
        )
        give_feedback(session, points=2, employer=shop, by=None, **given)
        give_feedback(session, points=1, by=cast.kaisa, **given)
        assert sorted(session.scalars(select(Feedback.points))) == [1, 2, 3, 4]


def test_only_who_has_to_do_with_the_training_answers(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast)
        training = training_of(session, cast, contract)
        elsewhere = enrolled(session, training_of(session, cast, contract), "b")
        waiting = enrolled(session, training, "c", state="selected")
        far = organisation(session, "Kaukainen työllisyysalue", None, Kind.EMPLOYMENT_OFFICE)
        foreign = person(session, "Feliks Kaukainen", far, Role.COURSE_SPONSOR)
        given = {"training": training, "points": 3, "at": CALLED}
        # The first call-off decides which office it is; the far one has called off nothing.
        for refused, rule in (
            ({"enrolment": elsewhere, "by": None}, "not_permitted"),
            ({"enrolment": waiting, "by": None}, "wrong_state"),
            ({"employer": cast.river, "by": None}, "not_permitted"),
            ({"by": foreign}, "not_permitted"),
            ({"by": cast.tuula}, "not_permitted"),
            ({"by": None}, "not_permitted"),
        ):
            with pytest.raises(RuleBroken, match=rule):
                give_feedback(session, **given, **refused)


def test_a_proposal_is_answered_once_by_the_trainer_or_the_officer(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        training = training_of(session, cast, contract_in_force(session, cast))
        _given, proposed = give_feedback(
            session,
            training=training,
            points=4,
            proposal="Enemmän ohjausta",
            enrolment=enrolled(session, training, "a"),
            by=None,
            at=CALLED,
        )
        assert proposed is not None
        for person_ in (cast.kaisa, cast.sanna, cast.eva, cast.roope):
            with pytest.raises(RuleBroken, match="not_permitted"):
                answer_proposal(session, proposal=proposed, text="Ei", by=person_, at=CALLED)
        with pytest.raises(RuleBroken, match="text_missing"):
            answer_proposal(session, proposal=proposed, text=" ", by=cast.tuula, at=CALLED)
        answer_proposal(session, proposal=proposed, text="Tehty", by=cast.tuula, at=CALLED)
        assert (proposed.answer, proposed.answered_by_id) == ("Tehty", cast.tuula.id)
        with pytest.raises(RuleBroken, match="wrong_state"):
            answer_proposal(session, proposal=proposed, text="Taas", by=cast.olli, at=CALLED)


def test_a_link_is_personal_expires_and_gives_way_to_a_newer_one(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        training = training_of(session, cast, contract_in_force(session, cast))
        one = enrolled(session, training, "a")
        first = make_feedback_link(
            session, training=training, enrolment=one, by=cast.kaisa, at=CALLED
        )
        assert link_in_force(session, first, CALLED).enrolment_id == one.id
        second = make_feedback_link(
            session, training=training, enrolment=one, by=cast.kaisa, at=CALLED
        )
        with pytest.raises(RuleBroken, match="link_expired"):
            link_in_force(session, first, CALLED)
        lives = timedelta(days=60)
        assert link_in_force(session, second, CALLED + lives)
        with pytest.raises(RuleBroken, match="link_expired"):
            link_in_force(session, second, CALLED + lives + timedelta(seconds=1))
        with pytest.raises(RuleBroken, match="not_permitted"):
            make_feedback_link(session, training=training, enrolment=one, by=cast.olli, at=CALLED)
        kept = session.scalars(select(FeedbackLink.token_hash)).all()
        said = str([entry.facts for entry in session.scalars(select(AuditEntry))])
        assert second not in kept
        assert second not in said


def test_no_answer_is_no_mean() -> None:
    assert Points().mean is None
    assert points_of([4, 5]).mean == 4.5
