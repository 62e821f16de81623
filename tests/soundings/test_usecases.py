"""Needs, soundings and answers as acts, without pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.audit.record import faults
from portal.database import Database
from portal.organisations.models import Organisation, Person
from portal.permissions import ACTS, Role
from portal.procurement.models import BegunFromSounding, Procurement
from portal.procurement.rules import ProcurementKind
from portal.procurement.usecases import draft_from_sounding
from portal.shared.errors import RuleBroken
from portal.soundings.models import Need, SoundedNeed, Sounding, SoundingAnswer
from portal.soundings.rules import MarketAnswer, NeedState, SoundingState
from portal.soundings.usecases import (
    change_need,
    change_sounding,
    publish_sounding,
    withdraw_need,
)
from portal.unit_of_work import unit_of_work
from tests.cast import Cast, person
from tests.soundings.plans import (
    DUE,
    NEED,
    NOW,
    PLAN,
    put_answer,
    put_need,
    put_sounding,
)

YES = MarketAnswer(True, comment="Riittää.")
NO = MarketAnswer(False, "Erä on liian pieni.")


def refused(rule: str, act: Callable[..., Any], *args: Any, **facts: Any) -> RuleBroken:
    with pytest.raises(RuleBroken) as broken:
        act(*args, **facts)
    assert broken.value.rule == rule
    return broken.value


def change(database: Database, key: UUID, by: Person, **more: Any) -> None:
    with unit_of_work(database) as session:
        change_need(
            session,
            need=session.get_one(Need, key),
            terms=replace(NEED, people=30, field=" metalliala "),
            by=session.get_one(Person, by.id),
            at=NOW,
            **more,
        )


def withdraw(database: Database, key: UUID, by: Person) -> None:
    with unit_of_work(database) as session:
        need = session.get_one(Need, key)
        withdraw_need(session, need=need, by=session.get_one(Person, by.id), at=NOW)


def need_of(database: Database, key: UUID) -> Need:
    with database.reading() as session:
        return session.get_one(Need, key)


def test_a_need_is_changed_and_taken_back_by_its_own_office(database: Database, cast: Cast) -> None:
    key = put_need(database, cast)
    change(database, key, cast.kaisa, revision=1)
    need = need_of(database, key)
    assert (need.people, need.field, need.changed_at) == (30, "Metalliala", NOW)
    withdraw(database, key, cast.kaisa)
    assert need_of(database, key).state == NeedState.WITHDRAWN
    refused("wrong_state", change, database, key, cast.kaisa)


def test_only_an_offices_sponsors_and_officials_act_on_its_needs(
    database: Database, cast: Cast
) -> None:
    key = put_need(database, cast)
    for stranger in (cast.olli, cast.erik, cast.roope, cast.ada, cast.tarja, cast.eva):
        refused("not_permitted", put_need, database, cast, by=stranger)
        refused("not_permitted", change, database, key, stranger)
        refused("not_permitted", withdraw, database, key, stranger)
    with database.reading() as session:
        denied = session.scalars(select(AuditEntry).where(AuditEntry.outcome == "denied")).all()
    assert {entry.act for entry in denied} == {"change_need", "withdraw_need"}


def test_a_responsible_official_records_needs_too(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        session.expire_on_commit = False
        office = session.get_one(Organisation, cast.office.id)
        ville = person(session, "Ville Virkailija", office, Role.RESPONSIBLE_OFFICIAL)
    assert need_of(database, put_need(database, cast, by=ville)).state == NeedState.OPEN


def test_two_who_change_the_same_need_do_not_write_over_each_other(
    database: Database, cast: Cast
) -> None:
    key = put_need(database, cast)
    change(database, key, cast.kaisa, revision=1)
    refused("changed_meanwhile", change, database, key, cast.kaisa, revision=1)


def publish(database: Database, key: UUID, by: Person) -> None:
    with unit_of_work(database) as session:
        sounding = session.get_one(Sounding, key)
        publish_sounding(session, sounding=sounding, by=session.get_one(Person, by.id), at=NOW)


def test_publishing_uses_the_needs_that_it_builds_on(database: Database, cast: Cast) -> None:
    kept, gone, taken = (put_need(database, cast) for _ in range(3))
    key = put_sounding(database, cast, needs=[kept, gone, taken])
    change(database, kept, cast.kaisa)
    withdraw(database, gone, cast.kaisa)
    put_sounding(database, cast, needs=[taken], published=True)
    publish(database, key, cast.olli)
    with database.reading() as session:
        built_on = session.scalars(
            select(SoundedNeed.need_id).where(SoundedNeed.sounding_id == key)
        ).all()
    assert built_on == [kept]
    assert need_of(database, kept).state == NeedState.USED
    assert need_of(database, gone).state == NeedState.WITHDRAWN
    refused("need_used", change, database, kept, cast.kaisa)
    refused("need_used", withdraw, database, kept, cast.kaisa)


def test_a_draft_builds_on_open_needs_only(database: Database, cast: Cast) -> None:
    key = put_need(database, cast)
    withdraw(database, key, cast.kaisa)
    refused("wrong_state", put_sounding, database, cast, needs=[key])


def test_a_sounding_is_drafted_changed_and_published_by_its_buyers_officer(
    database: Database, cast: Cast
) -> None:
    key = put_sounding(database, cast)

    def rewrite(by: Person, revision: int | None = None) -> None:
        with unit_of_work(database) as session:
            change_sounding(
                session,
                sounding=session.get_one(Sounding, key),
                terms=replace(PLAN, title={"fi": "Uusi nimi"}),
                by=session.get_one(Person, by.id),
                at=NOW,
                revision=revision,
            )

    for stranger in (cast.eva, cast.kaisa, cast.roope, cast.paula, cast.tarja, cast.ada):
        refused("not_permitted", rewrite, stranger)
        refused("not_permitted", publish, database, key, stranger)
    rewrite(cast.olli, 1)
    refused("changed_meanwhile", rewrite, cast.olli, 1)
    publish(database, key, cast.olli)
    refused("wrong_state", rewrite, cast.olli)
    refused("wrong_state", publish, database, key, cast.olli)
    with database.reading() as session:
        sounding = session.get_one(Sounding, key)
        assert sounding.title == {"fi": "Uusi nimi"}
        assert (sounding.state, sounding.published_at) == (SoundingState.PUBLISHED, NOW)


def test_an_incomplete_sounding_is_not_published(database: Database, cast: Cast) -> None:
    key = put_sounding(database, cast, description={}, comments_due=NOW)
    broken = refused("sounding_incomplete", publish, database, key, cast.olli)
    assert broken.facts["missing"] == ["description", "comments_due"]


def test_a_later_answer_of_a_provider_replaces_its_earlier_one_and_both_are_kept(
    database: Database, cast: Cast
) -> None:
    key = put_sounding(database, cast, published=True)
    first = put_answer(database, key, cast.river, cast.roope, NO)
    other = put_answer(database, key, cast.shore, cast.sanna, NO)
    second = put_answer(database, key, cast.river, cast.roope, YES, DUE)
    with database.reading() as session:
        rows = {row.id: row for row in session.scalars(select(SoundingAnswer))}
        assert rows[first].replaced_at == DUE
        assert rows[second].replaced_at is None
        assert (rows[second].would_bid, rows[second].reason) == (True, "")
        assert rows[other].replaced_at is None
        assert faults(session) == []


def test_an_answer_comes_in_time_with_its_reason_from_the_providers_own_people(
    database: Database, cast: Cast
) -> None:
    draft = put_sounding(database, cast)
    refused("wrong_state", put_answer, database, draft, cast.river, cast.roope, YES)
    key = put_sounding(database, cast, published=True)
    late = DUE + timedelta(microseconds=1)
    refused("comments_closed", put_answer, database, key, cast.river, cast.roope, YES, late)
    silent = MarketAnswer(False)
    refused("reason_missing", put_answer, database, key, cast.river, cast.roope, silent)
    for stranger in (cast.sanna, cast.tuula, cast.olli, cast.kaisa):
        refused("not_permitted", put_answer, database, key, cast.river, stranger, YES)


def begin(database: Database, key: UUID, by: Person, reference: str = "ESIM/1") -> UUID:
    with unit_of_work(database) as session:
        return draft_from_sounding(
            session,
            sounding=session.get_one(Sounding, key),
            reference=reference,
            kind=ProcurementKind.CAPACITY,
            by=session.get_one(Person, by.id),
            at=DUE,
        ).id


def test_a_procurement_is_begun_with_the_soundings_title_and_description(
    database: Database, cast: Cast
) -> None:
    key = put_sounding(database, cast, published=True)
    begun = begin(database, key, cast.olli)
    refused("reference_taken", begin, database, key, cast.olli)
    second = begin(database, key, cast.olli, "ESIM/2")
    with database.reading() as session:
        procurement = session.get_one(Procurement, begun)
        assert procurement.title == PLAN.title
        assert procurement.description == PLAN.description
        assert procurement.buyer_id == cast.buyer.id
        links = session.scalars(select(BegunFromSounding)).all()
        assert {link.procurement_id for link in links} == {begun, second}
        assert {link.sounding_id for link in links} == {key}


def test_a_procurement_is_not_begun_from_a_draft_or_by_another_buyer(
    database: Database, cast: Cast
) -> None:
    refused("wrong_state", begin, database, put_sounding(database, cast), cast.olli)
    key = put_sounding(database, cast, published=True)
    for stranger in (cast.eva, cast.kaisa, cast.roope, cast.aino):
        refused("not_permitted", begin, database, key, stranger)


def test_every_act_of_the_room_is_on_record(database: Database, cast: Cast) -> None:
    need = put_need(database, cast)
    change(database, need, cast.kaisa)
    withdraw(database, put_need(database, cast), cast.kaisa)
    key = put_sounding(database, cast, needs=[need], published=True)
    put_answer(database, key, cast.river, cast.roope, YES)
    begin(database, key, cast.olli)
    with database.reading() as session:
        acts = set(session.scalars(select(AuditEntry.act)))
        assert faults(session) == []
    assert {act for act in ACTS if act.endswith(("_need", "_sounding"))} - acts == {
        "change_sounding"
    }
    assert "draft_from_sounding" in acts
