from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.database import Database
from portal.jobs.models import OutgoingMail
from portal.offers import usecases
from portal.offers.documents import opening_record
from portal.offers.models import LotOffer, Offer, OpenedContent
from portal.organisations.models import Person
from portal.procurement.changes import CallChanges, LotChanges
from portal.procurement.models import CallAmendment, Procurement
from portal.procurement.rules import frozen_hash
from portal.procurement.usecases import amend
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.evaluation.conftest import PRICES, Evaluating, published
from tests.offers.conftest import AFTER, DUE, OPENS

MORE = CallChanges(lots={"sea": LotChanges(capacity_maximum=Decimal(1500))})
LATER = OPENS + timedelta(days=3)


@pytest.fixture
def evaluating(database: Database, cast: Cast) -> Evaluating:
    """Both offers of the example, submitted; nothing has been opened."""
    ready = Evaluating(database, cast, published(database, cast))
    ready.offer_both()
    return ready


def amend_call(
    evaluating: Evaluating,
    changes: CallChanges = MORE,
    reason: str = "Tarve kasvoi.",
    at: datetime = LATER,
    by: Person | None = None,
) -> Any:
    """The officer amends the call."""
    who = by or evaluating.cast.olli
    return evaluating.do(amend, who, at, changes=changes, reason=reason)


def confirm(evaluating: Evaluating, at: datetime = LATER) -> None:
    """Jokiopisto confirms its offer."""
    cast = evaluating.cast
    evaluating.do(usecases.confirm_offer, cast.roope, at, provider=cast.river)


def opened(evaluating: Evaluating) -> set[str]:
    """Whose offers were opened."""
    evaluating.open()
    with evaluating.database.reading() as session:
        offers = session.scalars(select(Offer).join(OpenedContent)).all()
        priced = session.scalars(select(LotOffer)).all()
        assert {offer.id for offer in offers} == {row.offer_id for row in priced}
        return {offer.provider.name["fi"] for offer in offers}


def test_an_amendment_freezes_the_call_anew_and_keeps_what_was_frozen(
    evaluating: Evaluating,
) -> None:
    amend_call(evaluating)
    with evaluating.database.reading() as session:
        procurement = session.get_one(Procurement, evaluating.call)
        kept = session.scalars(select(CallAmendment)).one()
        assert procurement.frozen is not None
        assert procurement.frozen["lots"][0]["capacity_maximum"] == "1500"
        assert kept.frozen_before["lots"][0]["capacity_maximum"] == "1300"
        assert frozen_hash(kept.frozen_before) == kept.sha256_before
        assert frozen_hash(procurement.frozen) == procurement.frozen_sha256 == kept.sha256_after
        assert procurement.frozen["criteria"] == kept.frozen_before["criteria"]
        assert kept.differences == [
            {"name": "capacity_maximum", "before": "1300", "after": "1500", "lot": "sea"}
        ]


def test_only_confirmed_and_replaced_offers_are_opened(evaluating: Evaluating) -> None:
    amend_call(evaluating)
    confirm(evaluating)
    assert opened(evaluating) == {"Jokiopisto"}


def test_the_opening_record_names_what_was_left_sealed(evaluating: Evaluating) -> None:
    amend_call(evaluating)
    confirm(evaluating)
    evaluating.open()
    with evaluating.database.reading() as session:
        told = opening_record(session, evaluating.call, "fi")
    assert [row["provider"]["name"]["fi"] for row in told["offers"]] == ["Jokiopisto"]
    assert [row["provider"]["name"]["fi"] for row in told["left_sealed"]] == ["Rantaopisto"]


def test_an_offer_submitted_anew_needs_no_confirmation(evaluating: Evaluating) -> None:
    amend_call(evaluating)
    cast = evaluating.cast
    evaluating.offer(cast.shore, cast.sanna, PRICES["shore"] + 1)
    evaluating.refused(
        lambda: evaluating.do(usecases.confirm_offer, cast.sanna, provider=cast.shore),
        "wrong_state",
    )
    assert opened(evaluating) == {"Rantaopisto"}


def test_submitting_the_same_again_is_the_same_offer_confirmed(evaluating: Evaluating) -> None:
    amend_call(evaluating)
    cast = evaluating.cast
    with evaluating.database.reading() as session:
        before = session.scalars(select(Offer.current_version_id).order_by(Offer.id)).all()
    evaluating.do(usecases.submit_offer, cast.roope, LATER, provider=cast.river)
    with evaluating.database.reading() as session:
        assert session.scalars(select(Offer.current_version_id).order_by(Offer.id)).all() == before
    assert opened(evaluating) == {"Jokiopisto"}


def test_a_second_amendment_asks_for_a_second_confirmation(evaluating: Evaluating) -> None:
    amend_call(evaluating)
    confirm(evaluating)
    amend_call(evaluating, CallChanges(offers_due=DUE + timedelta(minutes=1)))
    assert opened(evaluating) == set()


def test_an_unconfirmed_offer_can_be_withdrawn(evaluating: Evaluating) -> None:
    amend_call(evaluating)
    cast = evaluating.cast
    evaluating.do(usecases.withdraw_offer, cast.roope, LATER, provider=cast.river)
    evaluating.refused(lambda: confirm(evaluating), "wrong_state")


def test_nothing_is_confirmed_after_the_deadline_or_without_an_amendment(
    evaluating: Evaluating,
) -> None:
    evaluating.refused(lambda: confirm(evaluating), "wrong_state")
    amend_call(evaluating)
    evaluating.refused(lambda: confirm(evaluating, DUE + timedelta(seconds=1)), "deadline_passed")
    confirm(evaluating, DUE)
    evaluating.refused(lambda: confirm(evaluating, DUE), "wrong_state")


def test_an_amendment_is_refused_by_its_rules_and_changes_nothing(evaluating: Evaluating) -> None:
    refused = evaluating.refused
    refused(lambda: amend_call(evaluating, reason="  "), "reason_missing")
    refused(lambda: amend_call(evaluating, at=AFTER), "deadline_passed")
    refused(lambda: amend_call(evaluating, at=AFTER, reason=""), "deadline_passed")
    refused(lambda: amend_call(evaluating, CallChanges()), "nothing_changed")
    refused(lambda: amend_call(evaluating, by=evaluating.cast.eva), "not_permitted")
    refused(lambda: amend_call(evaluating, by=evaluating.cast.roope), "not_permitted")


def test_two_officers_do_not_overwrite_each_other(evaluating: Evaluating) -> None:
    with evaluating.database.reading() as session:
        seen = session.get_one(Procurement, evaluating.call).revision
    amend_call(evaluating)
    with pytest.raises(RuleBroken) as broken:
        evaluating.do(
            amend,
            evaluating.cast.olli,
            LATER,
            changes=CallChanges(offers_due=DUE + timedelta(days=1)),
            reason="Lisäaikaa.",
            revision=seen,
        )
    assert broken.value.rule == "changed_meanwhile"


def test_every_provider_with_an_offer_is_told_and_nobody_else(
    evaluating: Evaluating, database: Database
) -> None:
    with unit_of_work(database) as session:
        _forget_mail(session)
    amend_call(evaluating)
    with database.reading() as session:
        told = session.scalars(select(OutgoingMail)).all()
        assert {mail.letter for mail in told} == {"call_amended_confirm"}
        cast = evaluating.cast
        assert {mail.recipient_id for mail in told} == {cast.roope.id, cast.sanna.id}


def _forget_mail(session: Session) -> None:
    for mail in session.scalars(select(OutgoingMail)):
        session.delete(mail)
