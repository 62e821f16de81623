"""Taking answers of an own earlier offer into a draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.database import Database
from portal.offers import usecases
from portal.offers.models import Offer
from portal.offers.reuse.rules import MOST_PROMISES, reused
from portal.offers.rules import OfferContent, Promise, Secret
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Procurement
from portal.procurement.rules import CallTerms
from portal.procurement.usecases import draft_procurement, publish
from portal.shared.errors import NotFound, RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.offers.conftest import CALL, DUE, FULL, OPENS, Acting

OTHER = replace(
    CALL,
    reference="ESIM/2/2026",
    criteria=(
        CALL.criteria[0],
        replace(CALL.criteria[1], question={"fi": "Miten ja milloin aloitatte?"}),
    ),
)


def published(database: Database, cast: Cast, terms: CallTerms) -> UUID:
    """Another call of the same buyer."""
    with database.transaction() as session:
        olli = session.get_one(Person, cast.olli.id)
        buyer = session.get_one(Organisation, cast.buyer.id)
        procurement = draft_procurement(session, buyer=buyer, call=terms, by=olli, at=OPENS)
        publish(session, procurement=procurement, by=olli, at=OPENS)
        return procurement.id


@pytest.fixture
def other(database: Database, cast: Cast, act: Acting) -> UUID:
    """A second call; in the first the offer of Jokiopisto has been submitted."""
    act.save()
    act.submit()
    return published(database, cast, OTHER)


@pytest.fixture
def reuse(database: Database, cast: Cast, other: UUID) -> Callable[..., OfferContent]:
    """Take answers into the draft for the second call; what it says then."""

    def take(
        *criteria: str, by: Person | None = None, provider: Organisation | None = None, **how: Any
    ) -> OfferContent:
        with unit_of_work(database) as session:
            earlier = session.scalars(select(Offer).order_by(Offer.draft_saved_at.desc())).all()
            source = next(offer for offer in earlier if offer.procurement_id != other)
            offer = usecases.reuse_answers(
                session,
                procurement=session.get_one(Procurement, how.pop("into", other)),
                provider=session.get_one(Organisation, (provider or cast.river).id),
                earlier=source,
                criteria=criteria,
                by=session.get_one(Person, (by or cast.roope).id),
                at=how.pop("at", OPENS),
                **how,
            )
            return usecases.draft_content(session, offer)

    return take


def test_chosen_answers_come_and_nothing_else(reuse: Callable[..., OfferContent]) -> None:
    assert reuse("own") == OfferContent(answers={"own": FULL.answers["own"]})


def test_promises_come_where_asked_for_and_once(reuse: Callable[..., OfferContent]) -> None:
    assert reuse("own", promises=["own"]).promises == FULL.promises
    assert reuse("own", promises=["own"]).promises == FULL.promises


def test_what_is_a_trade_secret_stays_marked(reuse: Callable[..., OfferContent]) -> None:
    assert reuse("own").secrets == ()
    assert reuse("staff_competence").secrets == FULL.secrets


def test_an_answer_in_the_draft_is_overwritten_only_by_a_tick(
    reuse: Callable[..., OfferContent], act: Acting, other: UUID, database: Database
) -> None:
    written = replace(FULL, answers={"own": "Uusi."}, secrets=(Secret("own", "Uusi syy."),))
    Acting(database, act.cast, other).save(written)
    with pytest.raises(RuleBroken, match="answer_in_draft"):
        reuse("own", "staff_competence")
    kept = reuse("staff_competence")
    assert kept.answers == {"own": "Uusi.", "staff_competence": FULL.answers["staff_competence"]}
    assert kept.lots == written.lots
    replaced = reuse("own", replacing=["own"])
    assert replaced.answers == FULL.answers
    assert replaced.secrets == FULL.secrets


def test_the_same_answer_again_is_no_overwriting(reuse: Callable[..., OfferContent]) -> None:
    once = reuse("own")
    assert reuse("own") == once


def test_the_earlier_call_may_be_over(
    reuse: Callable[..., OfferContent], act: Acting, database: Database
) -> None:
    with database.transaction() as session:
        for procurement in session.scalars(select(Procurement)):
            if procurement.id == act.call:
                procurement.state = "decided"
    assert reuse("own").answers


def test_what_was_withdrawn_can_be_used_again(
    reuse: Callable[..., OfferContent], act: Acting
) -> None:
    act.withdraw()
    assert reuse("own").answers


@pytest.mark.parametrize(
    ("how", "rule"),
    [
        ({}, "nothing_chosen"),
        ({"criteria": ["own"], "at": DUE.replace(second=1)}, "deadline_passed"),
        ({"criteria": ["own"], "seen": "0" * 64}, "changed_meanwhile"),
    ],
)
def test_what_is_refused(
    reuse: Callable[..., OfferContent], how: dict[str, Any], rule: str
) -> None:
    with pytest.raises(RuleBroken) as refused:
        reuse(*how.pop("criteria", ()), **how)
    assert refused.value.rule == rule


def test_nobody_takes_from_anothers_offer(
    reuse: Callable[..., OfferContent], cast: Cast, database: Database
) -> None:
    with pytest.raises(RuleBroken, match="not_permitted"):
        reuse("own", by=cast.sanna)
    with pytest.raises(RuleBroken, match="not_permitted"):
        reuse("own", by=cast.olli)
    with pytest.raises(NotFound):
        reuse("own", by=cast.sanna, provider=cast.shore)
    with database.reading() as session:
        assert len(session.scalars(select(Offer)).all()) == 1


def test_an_offer_is_not_its_own_earlier_one(
    reuse: Callable[..., OfferContent], act: Acting
) -> None:
    with pytest.raises(NotFound):
        reuse("own", into=act.call)


@pytest.mark.parametrize("how", [{"criteria": ["unknown"]}, {"promises": ["unknown"]}])
def test_a_criterion_that_is_not_in_both_is_not_found(
    reuse: Callable[..., OfferContent], how: dict[str, Any]
) -> None:
    with pytest.raises(NotFound):
        reuse(*how.pop("criteria", ()), **how)


def test_the_act_is_on_record_without_a_word_of_the_offer(
    reuse: Callable[..., OfferContent], database: Database, other: UUID
) -> None:
    reuse("own")
    with database.reading() as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.chain == str(other)).order_by(AuditEntry.n.desc())
        ).first()
    assert entry is not None
    assert (entry.act, entry.outcome, entry.facts) == ("reuse_answers", "done", {"answers": 1})


def test_no_more_promises_come_than_an_offer_may_have() -> None:
    full = OfferContent(promises=tuple(Promise("own", str(n)) for n in range(MOST_PROMISES)))
    earlier = OfferContent(promises=(Promise("own", "yksi liikaa"),))
    with pytest.raises(RuleBroken, match="too_many_promises"):
        reused(full, earlier, criteria=(), replacing=(), promises=("own",))
