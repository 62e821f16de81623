"""The verbs of the call, without pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.criteria.bank import bank
from portal.database import Database
from portal.jobs.models import Job, OutgoingMail
from portal.organisations.models import Person
from portal.procurement import usecases
from portal.procurement.models import Appointment, Procurement, Question
from portal.procurement.rules import CriterionTerms, frozen_hash
from portal.procurement.terms import call_terms
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.procurement.calls import CALL, DUE, LOT, NOW, put_call, state_of


def act(
    database: Database,
    verb: Callable[..., Any],
    procurement_id: UUID,
    person: Person,
    at: datetime = NOW,
    **how: Any,
) -> Any:
    """One use-case in a transaction of its own."""
    with unit_of_work(database) as session:
        session.expire_on_commit = False
        if "evaluator" in how:
            how["evaluator"] = session.get_one(Person, how["evaluator"].id)
        if "question" in how:
            how["question"] = session.get_one(Question, how["question"].id)
        return verb(
            session,
            procurement=session.get_one(Procurement, procurement_id),
            by=session.get_one(Person, person.id),
            at=at,
            **how,
        )


def entries(database: Database, procurement_id: UUID) -> list[tuple[str, str, str | None]]:
    with database.reading() as session:
        found = session.scalars(
            select(AuditEntry).where(AuditEntry.chain == str(procurement_id)).order_by(AuditEntry.n)
        )
        return [(entry.act, entry.outcome, entry.rule) for entry in found]


def refused(rule: str, *args: Any, **how: Any) -> RuleBroken:
    with pytest.raises(RuleBroken) as broken:
        act(*args, **how)
    assert broken.value.rule == rule
    return broken.value


def test_a_draft_is_kept_as_it_was_given(database: Database, cast: Cast) -> None:
    key = put_call(database, cast)
    with database.reading() as session:
        assert call_terms(session.get_one(Procurement, key)) == CALL


def test_a_draft_with_conditions_can_be_changed_again_and_again(
    database: Database, cast: Cast
) -> None:
    key = put_call(database, cast)
    for price in (Decimal(30), Decimal(40)):
        with database.reading() as session:
            call = call_terms(session.get_one(Procurement, key))
        changed = replace(call, price_weight=price)
        act(database, usecases.change_procurement, key, cast.olli, call=changed)
    with database.reading() as session:
        assert call_terms(session.get_one(Procurement, key)) == CALL


def test_the_second_of_two_writers_is_told_that_the_draft_has_changed(
    database: Database, cast: Cast
) -> None:
    key = put_call(database, cast)
    with database.reading() as session:
        revision = session.get_one(Procurement, key).revision
    changed = replace(CALL, lots=(LOT, replace(LOT, key="river")))
    how: dict[str, Any] = {"call": changed, "revision": revision}
    act(database, usecases.change_procurement, key, cast.olli, **how)
    refused(
        "changed_meanwhile",
        database,
        usecases.change_procurement,
        key,
        cast.olli,
        call=CALL,
        revision=revision,
    )
    with database.reading() as session:
        assert len(session.get_one(Procurement, key).lots) == 2


def test_a_reference_is_used_once_by_a_buyer(database: Database, cast: Cast) -> None:
    put_call(database, cast)
    with pytest.raises(RuleBroken) as broken:
        put_call(database, cast)
    assert broken.value.rule == "reference_taken"
    put_call(database, cast, by=cast.eva, buyer=cast.elsewhere)


def test_a_code_that_no_vocabulary_has_is_refused(database: Database, cast: Cast) -> None:
    with pytest.raises(RuleBroken) as broken:
        put_call(database, cast, cpv=("99000000-1",))
    assert (broken.value.rule, broken.value.field) == ("cpv_unknown", "cpv")


def test_a_draft_keeps_all_that_it_was_given(database: Database, cast: Cast) -> None:
    key = put_call(database, cast)
    with database.reading() as session:
        assert call_terms(session.get_one(Procurement, key)) == CALL


def test_a_follow_up_criterion_cannot_award(database: Database, cast: Cast) -> None:
    with pytest.raises(RuleBroken) as broken:
        put_call(database, cast, criteria=(CriterionTerms("feedback_handled", Decimal(60)),))
    assert broken.value.rule == "use_not_permitted"


def test_publishing_freezes_the_call_with_its_texts_and_its_hash(
    database: Database, cast: Cast
) -> None:
    key = put_call(database, cast)
    act(database, usecases.publish, key, cast.olli)
    with database.reading() as session:
        procurement = session.get_one(Procurement, key)
        assert procurement.frozen is not None
        assert procurement.frozen_sha256 == frozen_hash(procurement.frozen)
        first, own = procurement.frozen["criteria"]
        assert first["version"] == 1
        assert first["text"]["points"]
        assert own["text"]["question"]["en"] == "How do you start?"
        (lot,) = procurement.frozen["lots"]
        assert (lot["vat_rate"], lot["price_revision"]["ceiling"]) == ("25.5", "2.5")
        (requirement,) = procurement.frozen["requirements"]
        assert requirement["evidence"]["en"] == "Certificate of tax debt"
        assert procurement.frozen["procedure"] == "open"
        assert procurement.frozen["cpv"] == ["80500000-9", "80530000"]
        assert (procurement.published_at, procurement.published_by_id) == (NOW, cast.olli.id)
        languages = {
            job.arguments["language"]
            for job in session.scalars(select(Job).where(Job.kind == "make_document"))
        }
        assert languages == {"fi", "sv", "en"}
    assert entries(database, key)[-1] == ("publish", "done", None)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"lots": ()}, "call_incomplete"),
        ({"offers_due": NOW}, "call_incomplete"),
        ({"price_weight": Decimal(41)}, "weights_not_100"),
    ],
)
def test_an_incomplete_call_is_not_published(
    database: Database, cast: Cast, changes: dict[str, Any], rule: str
) -> None:
    key = put_call(database, cast, **changes)
    refused(rule, database, usecases.publish, key, cast.olli)
    assert state_of(database, key) == "draft"
    assert entries(database, key)[-1] == ("publish", "denied", rule)


@pytest.mark.parametrize("scale_top", [2, 5])
def test_a_criterion_with_facts_for_another_scale_is_not_published(
    database: Database, cast: Cast, scale_top: int
) -> None:
    key = put_call(database, cast, scale_top=scale_top)
    refused("scale_differs", database, usecases.publish, key, cast.olli)


def test_a_published_call_is_neither_changed_nor_published_again(
    database: Database, cast: Cast
) -> None:
    key = put_call(database, cast, published=True)
    with database.reading() as session:
        before = session.get_one(Procurement, key).frozen_sha256
    changed = replace(CALL, price_weight=Decimal(50))
    refused("wrong_state", database, usecases.change_procurement, key, cast.olli, call=changed)
    refused("wrong_state", database, usecases.publish, key, cast.olli)
    with database.reading() as session:
        procurement = session.get_one(Procurement, key)
        assert procurement.frozen_sha256 == before
        assert procurement.price_weight == 40
    assert [entry[1] for entry in entries(database, key)][-2:] == ["denied", "denied"]


@pytest.mark.parametrize("person", ["eva", "roope", "aino", "paula", "tarja", "ada"])
def test_only_the_buyers_officer_publishes(database: Database, cast: Cast, person: str) -> None:
    key = put_call(database, cast)
    refused("not_permitted", database, usecases.publish, key, getattr(cast, person))
    assert state_of(database, key) == "draft"
    assert entries(database, key)[-1] == ("publish", "denied", "not_permitted")


def test_questions_are_numbered_and_open_until_the_second_of_their_deadline(
    database: Database, cast: Cast
) -> None:
    key = put_call(database, cast, published=True)
    due = DUE - timedelta(days=14)
    first = act(database, usecases.ask, key, cast.roope, text="Missä?")
    second = act(database, usecases.ask, key, cast.sanna, due, text="Milloin?")
    assert (first.n, second.n) == (1, 2)
    refused(
        "questions_closed",
        database,
        usecases.ask,
        key,
        cast.roope,
        due + timedelta(seconds=1),
        text="Vielä?",
    )
    refused("not_permitted", database, usecases.ask, key, cast.olli, text="Minä?")


def test_nobody_asks_about_a_draft(database: Database, cast: Cast) -> None:
    key = put_call(database, cast)
    refused("wrong_state", database, usecases.ask, key, cast.roope, text="Missä?")
    with database.reading() as session:
        assert session.scalar(select(Question)) is None


def test_an_answer_is_given_once_and_told_to_whoever_asked(database: Database, cast: Cast) -> None:
    key = put_call(database, cast, published=True)
    question = act(database, usecases.ask, key, cast.roope, text="Missä?")
    how: dict[str, Any] = {"question": question, "text": "Rannalla."}
    act(database, usecases.answer, key, cast.olli, **how)
    refused("wrong_state", database, usecases.answer, key, cast.olli, question=question, text="Ei.")
    with database.reading() as session:
        kept = session.get_one(Question, question.id)
        assert (kept.answer, kept.answered_by_id) == ("Rannalla.", cast.olli.id)
        (letter,) = session.scalars(select(OutgoingMail))
        assert letter.letter == "call_answered"


def test_an_evaluator_is_appointed_once(database: Database, cast: Cast) -> None:
    key = put_call(database, cast, published=True)
    for evaluator in (cast.eeva, cast.erik, cast.eeva):
        act(database, usecases.appoint_evaluator, key, cast.olli, evaluator=evaluator)
    with database.reading() as session:
        appointed = session.scalars(select(Appointment.person_id))
        assert set(appointed) == {cast.eeva.id, cast.erik.id}
    how: dict[str, Any] = {"evaluator": cast.roope}
    refused("not_an_evaluator", database, usecases.appoint_evaluator, key, cast.olli, **how)


def test_the_record_holds_no_texts(database: Database, cast: Cast) -> None:
    key = put_call(database, cast, published=True)
    act(database, usecases.ask, key, cast.roope, text="Salainen kysymys")
    with database.reading() as session:
        facts = [str(entry.facts) for entry in session.scalars(select(AuditEntry))]
    assert not any("Salainen" in fact or "Roope" in fact for fact in facts)


def test_a_call_that_follows_a_set_keeps_every_criterion_of_it(
    database: Database, cast: Cast
) -> None:
    chosen = bank().criteria_set("job_coaching")
    shared = tuple(
        CriterionTerms(entry.criterion.key, Decimal(10), version=entry.criterion.version)
        for entry in chosen.criteria
    )
    own = CriterionTerms("own-1", Decimal(1), question={"fi": "Miten?"})
    put_call(database, cast, criteria=(*shared, own), criteria_set=chosen.reference)
    with pytest.raises(RuleBroken) as refused:
        put_call(
            database,
            cast,
            reference="TOINEN",
            criteria=(*shared[1:], own),
            criteria_set=chosen.reference,
        )
    assert refused.value.rule == "shared_criterion_missing"
    assert refused.value.field == f"weight-{shared[0].key}"
    other = replace(shared[0], version=None)
    with pytest.raises(RuleBroken, match="shared_criterion_missing"):
        put_call(
            database,
            cast,
            reference="KOLMAS",
            criteria=(other, *shared[1:]),
            criteria_set=chosen.reference,
        )
    # Without the set the same criteria are the buyer's to choose.
    put_call(database, cast, reference="NELJÄS", criteria=(*shared[1:], own))
