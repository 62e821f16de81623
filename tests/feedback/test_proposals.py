"""Items of an answer, owners and days of proposals, and links for a whole training."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.database import Database
from portal.feedback.models import FeedbackItem, FeedbackLink
from portal.feedback.usecases import (
    answer_proposal,
    assign_proposal,
    give_feedback,
    link_in_force,
    make_feedback_link,
    make_feedback_links,
)
from portal.permissions import Kind, Role
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast, organisation, person
from tests.underway import CALLED, contract_in_force, enrolled, training_of


def test_a_later_answer_takes_the_place_of_the_earlier_with_its_items(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        training = training_of(session, cast, contract_in_force(session, cast))
        one = enrolled(session, training, "a")
        given = {"training": training, "enrolment": one, "by": None, "at": CALLED}
        kept, _none = give_feedback(session, points=4, items={"caring": 5, "quick": 2}, **given)
        give_feedback(
            session, points=3, items={"quick": 4, "skills": 1}, changed=" Sain työtä ", **given
        )
        rows = session.scalars(select(FeedbackItem).order_by(FeedbackItem.item))
        assert [(row.item, row.points) for row in rows] == [("quick", 4), ("skills", 1)]
        assert kept.changed == "Sain työtä"
        # As a case file gives it: the overall mark alone.
        give_feedback(session, points=5, **given)
        assert session.scalars(select(FeedbackItem)).all() == []
        assert (kept.points, kept.changed) == (5, "")


def test_each_giver_is_asked_their_own_items_only(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        training = training_of(session, cast, contract_in_force(session, cast))
        shop = organisation(session, "Kauppa", None, Kind.EMPLOYER)
        given = {"training": training, "points": 4, "at": CALLED}
        answer, _none = give_feedback(
            session,
            **given,
            items={"changed_workplace": 4, "changed_supervisor": 5},
            assessor="Liisa Liike",
            employer=shop,
            by=None,
        )
        assert (answer.assessor, len(answer.items)) == ("Liisa Liike", 2)
        for wrong in ({"caring": 3}, {"changed_workplace": 6}):
            with pytest.raises(RuleBroken, match="item_unknown"):
                give_feedback(session, **given, items=wrong, employer=shop, by=None)
        with pytest.raises(RuleBroken, match="item_unknown"):
            give_feedback(session, **given, items={"caring": 3}, by=cast.kaisa)


def test_a_proposal_has_an_owner_and_a_day_from_the_first(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        training = training_of(session, cast, contract_in_force(session, cast))
        given = {"training": training, "points": 4, "proposal": "Lisää", "at": CALLED}
        one = enrolled(session, training, "a")
        _answer, mine = give_feedback(session, **given, enrolment=one, by=None)
        assert mine is not None
        assert (mine.owner_id, mine.due) == (cast.tuula.id, date(2026, 3, 23))
        # Once the trainer who confirmed has left, another of the provider's, else the officer.
        tuula = session.merge(cast.tuula)
        tuula.closed_at = CALLED
        _answer, second = give_feedback(session, **given, by=cast.kaisa)
        assert second is not None
        assert second.owner_id == cast.olli.id
        trainer = person(session, "Tiina Toinen", session.merge(cast.river), Role.TRAINER)
        _answer, third = give_feedback(session, **given, by=cast.kaisa)
        assert third is not None
        assert third.owner_id == trainer.id


def test_whoever_may_answer_a_proposal_may_name_another_of_them(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        training = training_of(session, cast, contract_in_force(session, cast))
        one = enrolled(session, training, "a")
        _answer, proposal = give_feedback(
            session, training=training, points=4, proposal="x", enrolment=one, by=None, at=CALLED
        )
        assert proposal is not None
        day = date(2026, 4, 1)
        given = {"proposal": proposal, "at": CALLED}
        for who in (cast.kaisa, cast.roope, cast.eva, cast.tarja, cast.sanna):
            with pytest.raises(RuleBroken, match="not_permitted"):
                assign_proposal(session, **given, owner=cast.olli, due=day, by=who)
        for unfit in (cast.kaisa, cast.eva, cast.paula):
            with pytest.raises(RuleBroken, match="owner_unfit"):
                assign_proposal(session, **given, owner=unfit, due=day, by=cast.tuula)
        with pytest.raises(RuleBroken, match="due_passed"):
            assign_proposal(session, **given, owner=cast.olli, due=date(2026, 3, 8), by=cast.tuula)
        assign_proposal(session, **given, owner=cast.olli, due=day, by=cast.tuula)
        assert (proposal.owner_id, proposal.due) == (cast.olli.id, day)
        # An owner is who sees to it; the trainer may still answer.
        answer_proposal(session, **given, text="Tehty", by=cast.tuula)
        with pytest.raises(RuleBroken, match="wrong_state"):
            assign_proposal(session, **given, owner=cast.olli, due=day, by=cast.tuula)


def test_links_for_everybody_end_the_earlier_ones_and_keep_no_token(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        training = training_of(session, cast, contract_in_force(session, cast))
        with pytest.raises(RuleBroken, match="nobody_to_ask"):
            make_feedback_links(session, training=training, by=cast.kaisa, at=CALLED)
        berta = enrolled(session, training, "Berta")
        anna = enrolled(session, training, "Anna", state="completed")
        enrolled(session, training, "Cecilia", state="selected")
        far = organisation(session, "Muu alue", None, Kind.EMPLOYMENT_OFFICE)
        enrolled(session, training, "Disa").office_id = far.id
        old = make_feedback_link(
            session, training=training, enrolment=berta, by=cast.kaisa, at=CALLED
        )
        shop = organisation(session, "Kauppa", None, Kind.EMPLOYER)
        shops = make_feedback_link(
            session, training=training, employer=shop, by=cast.kaisa, at=CALLED
        )
        later = CALLED + timedelta(minutes=1)
        made = make_feedback_links(session, training=training, by=cast.kaisa, at=later)
        assert [one.name for one, _token in made] == ["Anna", "Berta"]
        for one, token in made:
            assert link_in_force(session, token, later).enrolment_id == one.id
        with pytest.raises(RuleBroken, match="link_expired"):
            link_in_force(session, old, later)
        assert link_in_force(session, shops, later)
        kept = session.scalars(select(FeedbackLink.token_hash)).all()
        said = str([entry.facts for entry in session.scalars(select(AuditEntry))])
        assert not [token for _one, token in made if token in kept or token in said]
        assert anna.id
        for who in (cast.olli, cast.tuula):
            with pytest.raises(RuleBroken, match="not_permitted"):
                make_feedback_links(session, training=training, by=who, at=later)
