"""A new draft from an earlier call, without pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.criteria.bank import Bank, bank
from portal.criteria.rules import Use
from portal.database import Database
from portal.procurement import usecases
from portal.procurement.copies import copied, passed_notice_days
from portal.procurement.models import Appointment, Procurement, Question
from portal.procurement.queries import copying
from portal.procurement.rules import CallTerms, CriterionTerms
from portal.procurement.terms import call_terms
from portal.shared.errors import RuleBroken
from tests.cast import Cast
from tests.procurement.calls import CALL, GUIDANCE, LOT, NOW, PERIOD, put_call
from tests.procurement.test_usecases import act, entries, refused

LATER = NOW + timedelta(days=400)


def copy(database: Database, cast: Cast, key: UUID, reference: str = "UUSI/1") -> UUID:
    made: Procurement = act(
        database, usecases.copy_procurement, key, cast.olli, LATER, reference=reference
    )
    return made.id


def terms(database: Database, key: UUID) -> CallTerms:
    with database.reading() as session:
        return call_terms(session.get_one(Procurement, key))


@pytest.mark.parametrize("published", [False, True])
def test_a_call_in_any_state_is_copied_into_a_draft_without_its_days(
    database: Database, cast: Cast, published: bool
) -> None:
    key = put_call(database, cast, published=published)
    before = terms(database, key)
    made = copy(database, cast, key)
    with database.reading() as session:
        draft = session.get_one(Procurement, made)
        assert (draft.state, draft.buyer_id) == ("draft", cast.buyer.id)
        assert (draft.created_by_id, draft.created_at) == (cast.olli.id, LATER)
        assert (draft.frozen, draft.frozen_sha256, draft.published_at) == (None, None, None)
    copied = terms(database, made)
    undated = {"questions_due": None, "offers_due": None}
    undated |= {"contract_start": None, "contract_end": None}
    bank_one, own = before.criteria
    newest = bank().criterion(bank_one.key).version
    assert copied == replace(
        before,
        reference="UUSI/1",
        criteria=(replace(bank_one, version=newest), own),
        **undated,
    )
    assert terms(database, key) == before


def test_nothing_follows_of_what_others_did_with_the_call(database: Database, cast: Cast) -> None:
    key = put_call(database, cast, published=True)
    act(database, usecases.ask, key, cast.roope, text="Missä?")
    act(database, usecases.appoint_evaluator, key, cast.olli, evaluator=cast.eeva)
    made = copy(database, cast, key)
    with database.reading() as session:
        for table in (Question, Appointment):
            owners = session.scalars(select(table.procurement_id))
            assert set(owners) == {key}
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.chain == str(made)))
        assert (entry.act, entry.facts) == ("copy_procurement", {"copied_from": str(key)})


def test_the_copy_goes_its_own_way(database: Database, cast: Cast) -> None:
    key = put_call(database, cast)
    made = copy(database, cast, key)
    changed = replace(terms(database, made), price_weight=Decimal(10), lots=())
    act(database, usecases.change_procurement, made, cast.olli, call=changed)
    assert terms(database, key) == CALL


def test_a_copy_needs_a_reference_of_its_own(database: Database, cast: Cast) -> None:
    key = put_call(database, cast)
    broken = refused(
        "reference_taken",
        database,
        usecases.copy_procurement,
        key,
        cast.olli,
        reference=CALL.reference,
    )
    assert broken.field == "reference"
    with database.reading() as session:
        assert len(session.scalars(select(Procurement)).all()) == 1


@pytest.mark.parametrize("person", ["eva", "roope", "aino", "paula", "eeva", "tarja", "ada"])
def test_only_the_buyers_officer_copies(database: Database, cast: Cast, person: str) -> None:
    key = put_call(database, cast, published=True)
    refused(
        "not_permitted",
        database,
        usecases.copy_procurement,
        key,
        getattr(cast, person),
        reference="UUSI/1",
    )
    assert entries(database, key)[-1][0] == "publish"


def newer(one: Bank, key: str, **changes: Any) -> Bank:
    """The bank with one more version of a criterion."""
    criterion = replace(one.criterion(key), version=one.criterion(key).version + 1, **changes)
    return replace(one, criterion_versions=(*one.criterion_versions, criterion))


@pytest.mark.parametrize(
    ("use", "version"), [((Use.AWARD, Use.FOLLOW_UP), 2), ((Use.FOLLOW_UP,), 1)]
)
def test_a_criterion_of_the_bank_comes_in_its_newest_version_for_an_award(
    monkeypatch: pytest.MonkeyPatch, use: tuple[Use, ...], version: int
) -> None:
    grown = newer(bank(), "staff_competence", permitted_use=use)
    monkeypatch.setattr(copying, "bank", lambda: grown)
    before = replace(CALL, criteria=(replace(CALL.criteria[0], version=1), CALL.criteria[1]))
    (shared, own) = copying.copy_of(before, "UUSI/1").criteria
    assert (shared.version, own.version) == (version, None)


def following(reference: str) -> CallTerms:
    """A call with exactly the criteria of a set."""
    criteria = bank().set_named(reference).criteria
    return replace(
        CALL,
        criteria_set=reference,
        criteria=tuple(
            CriterionTerms(entry.criterion.key, Decimal(10), version=entry.criterion.version)
            for entry in criteria
        ),
    )


def test_a_copy_follows_the_newest_version_of_its_set_if_it_has_all_its_criteria(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = bank()
    call = following("job_coaching@1")
    first = one.criteria_set("job_coaching")
    grown = newer(one, call.criteria[0].key)
    fewer = replace(first, version=2, criteria=first.criteria[:1])
    monkeypatch.setattr(
        copying, "bank", lambda: replace(grown, set_versions=(*one.set_versions, fewer))
    )
    copy = copying.copy_of(call, "UUSI/1")
    assert copy.criteria_set == "job_coaching@2"
    assert copy.criteria[0].version == 1  # as the set names it, not the bank's newest

    there = {entry.criterion.key for entry in first.criteria}
    other = next(
        criterion for criterion in one.criteria_for(Use.AWARD) if criterion.key not in there
    )
    more = replace(
        first, version=2, criteria=(*first.criteria, replace(first.criteria[0], criterion=other))
    )
    monkeypatch.setattr(
        copying, "bank", lambda: replace(grown, set_versions=(*one.set_versions, more))
    )
    stays = copying.copy_of(call, "UUSI/1")
    assert stays.criteria_set == "job_coaching@1"
    assert stays.criteria == call.criteria


def test_a_copy_has_the_terms_of_the_call_but_not_its_days() -> None:
    copy = copied(CALL, "UUSI/1", versions={"staff_competence": 7}, criteria_set=None)
    bank, own = copy.criteria
    assert (copy.reference, bank.version) == ("UUSI/1", 7)
    assert own == CALL.criteria[1]
    assert copy.lots == CALL.lots
    days = (copy.questions_due, copy.offers_due, copy.contract_start, copy.contract_end)
    assert days == (None,) * 4
    kept = ("title", "description", "kind", "regime", "price_weight", "comparison", "scale_top")
    assert all(getattr(copy, name) == getattr(CALL, name) for name in kept)


def test_a_notice_day_before_the_contract_could_begin_is_named() -> None:
    assert passed_notice_days(CALL, date(2026, 1, 12)) == []
    late = replace(CALL, contract_start=date(2027, 1, 1))
    assert passed_notice_days(late, date(2026, 1, 12)) == [(LOT, PERIOD)]
    undated = replace(CALL, contract_start=None)
    assert passed_notice_days(undated, date(2026, 12, 31)) == []
    assert passed_notice_days(undated, date(2027, 3, 9)) == [(LOT, PERIOD), (LOT, GUIDANCE)]


def test_a_call_that_follows_a_set_is_copied_through_the_verb(
    database: Database, cast: Cast
) -> None:
    call = following("job_coaching@1")
    key = put_call(database, cast, criteria=call.criteria, criteria_set=call.criteria_set)
    assert terms(database, copy(database, cast, key)).criteria_set == "job_coaching@1"
    with pytest.raises(RuleBroken, match="reference_taken"):
        copy(database, cast, key)
