"""Holding, releasing, refusing, and becoming void with the award."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.contracts.models import Contract
from portal.jobs.models import OutgoingMail
from tests.contracts.conftest import CONCLUDED, FIRST_SIGNING, Story

HOLD, RELEASE, REFUSE = "hold_contract", "release_contract", "refuse_contract"


def contract(session: Session, key: UUID) -> Contract:
    session.rollback()
    return session.get_one(Contract, key)


def told(session: Session, story: Story, letter: str) -> set[str]:
    """The people of the case who have been written this letter."""
    session.rollback()
    names = {key: name for name, key in story.stage.people.items()}
    letters = session.scalars(select(OutgoingMail).where(OutgoingMail.letter == letter))
    return {names[mail.recipient_id] for mail in letters}


def test_the_buyer_holds_and_releases_and_approvals_stay(story: Story, reading: Session) -> None:
    key = story.ready()
    story.approve(key, "harri")
    story.stop(HOLD, key, "hanna", at=FIRST_SIGNING)
    assert contract(reading, key).state == "on_hold"
    assert story.refused(story.approve, key, "sirpa") == "wrong_state"
    story.stop(RELEASE, key, "sirpa", "It is clear now.", at=FIRST_SIGNING)
    made = contract(reading, key)
    assert (made.state, [row.side for row in made.approvals]) == ("awaiting_approval", ["provider"])
    assert [(move.n, move.act, move.side, move.reason) for move in made.moves] == [
        (1, HOLD, "buyer", "The plan of staff is unclear."),
        (2, RELEASE, "buyer", "It is clear now."),
    ]
    story.approve(key, "sirpa", FIRST_SIGNING + timedelta(days=1))
    assert contract(reading, key).state == "in_force"


def test_what_is_on_hold_is_refused_as_such_before_the_standstill_is_looked_at(
    story: Story,
) -> None:
    key = story.ready()
    assert story.refused(story.approve, key, "sirpa", CONCLUDED) == "standstill_running"
    story.stop(HOLD, key, "hanna")
    assert story.refused(story.approve, key, "sirpa", CONCLUDED) == "wrong_state"
    story.void("coast")
    assert story.refused(story.approve, key, "sirpa", CONCLUDED) == "wrong_state"


@pytest.mark.parametrize("by", ["sirpa", "harri"])
def test_either_side_refuses_and_that_is_the_end(story: Story, reading: Session, by: str) -> None:
    key = story.ready()
    story.stop(REFUSE, key, by, " Not what was offered. ")
    made = contract(reading, key)
    assert made.state == "refused"
    assert (made.moves[0].reason, made.moves[0].side) == (
        "Not what was offered.",
        "buyer" if by == "sirpa" else "provider",
    )
    for act in (HOLD, RELEASE):
        assert story.refused(story.stop, act, key, "hanna") == "wrong_state"
    for side in ("sirpa", "harri"):
        assert story.refused(story.stop, REFUSE, key, side) == "wrong_state"
        assert story.refused(story.approve, key, side) == "wrong_state"
    assert story.void("coast") == []


def test_a_contract_on_hold_can_be_refused(story: Story, reading: Session) -> None:
    key = story.conclude()
    story.stop(HOLD, key, "hanna")
    story.stop(REFUSE, key, "harri")
    assert contract(reading, key).state == "refused"


def test_whoever_has_approved_is_bound(story: Story, reading: Session) -> None:
    key = story.ready()
    story.approve(key, "harri")
    assert story.refused(story.stop, REFUSE, key, "harri") == "wrong_state"
    story.stop(REFUSE, key, "sirpa")
    assert contract(reading, key).state == "refused"


def test_after_a_refusal_the_award_may_have_a_new_contract(story: Story, reading: Session) -> None:
    first = story.conclude()
    story.stop(REFUSE, first, "harri")
    second = story.ready()
    assert contract(reading, second).reference == "ESIM/7/2026/coast/2"
    assert story.refused(story.conclude) == "wrong_state"
    story.approve(second, "harri")
    story.approve(second, "sirpa")
    assert contract(reading, second).state == "in_force"
    assert contract(reading, first).state == "refused"


def test_a_reason_is_needed_and_only_some_may(story: Story) -> None:
    key = story.conclude()
    assert story.refused(story.stop, HOLD, key, "hanna", "  ") == "reason_missing"
    assert story.refused(story.stop, REFUSE, key, "harri", "") == "reason_missing"
    for by in ("harri", "paavo", "aatos", "tarja", "eero", "raili"):
        assert story.refused(story.stop, HOLD, key, by) == "not_permitted", by
    for by in ("hanna", "paavo", "tarja", "raili", "vaula"):
        assert story.refused(story.stop, REFUSE, key, by) == "not_permitted", by
    assert story.refused(story.stop, RELEASE, key, "hanna", " ") == "wrong_state"
    story.stop(HOLD, key, "sirpa")
    assert story.refused(story.stop, RELEASE, key, "hanna", " ") == "reason_missing"
    assert story.refused(story.stop, RELEASE, key, "harri") == "not_permitted"


def test_the_other_side_and_the_officer_are_told(story: Story, reading: Session) -> None:
    key = story.conclude()
    story.stop(HOLD, key, "sirpa")
    assert told(reading, story, "contract_held") == {"harri", "hanna"}
    story.stop(RELEASE, key, "hanna")
    assert told(reading, story, "contract_released") == {"harri"}
    story.stop(REFUSE, key, "harri")
    assert told(reading, story, "contract_refused") == {"sirpa", "hanna"}


def test_unsigned_contracts_become_void_with_their_award_and_signed_ones_do_not(
    story: Story, reading: Session
) -> None:
    coast, inland = story.ready("coast"), story.ready("inland")
    story.approve(inland, "raili")
    story.approve(inland, "sirpa")
    assert story.void("coast", "inland") == [coast]
    assert contract(reading, coast).state == "void"
    assert contract(reading, inland).state == "in_force"
    assert told(reading, story, "contract_void") == {"harri", "sirpa", "hanna"}
    assert story.void("coast", "inland") == [], "a second call changes nothing"
    moves = contract(reading, coast).moves
    assert [(move.act, move.person, move.side) for move in moves] == [
        ("void_contracts", None, None)
    ]


def test_only_the_lots_named_are_touched(story: Story, reading: Session) -> None:
    coast, inland = story.conclude("coast"), story.conclude("inland")
    assert story.void("inland") == [inland]
    assert contract(reading, coast).state == "awaiting_approval"
    assert story.void() == []


def test_every_stop_and_its_refusal_is_in_the_audit_record(story: Story, reading: Session) -> None:
    key = story.conclude()
    story.stop(HOLD, key, "hanna")
    story.refused(story.stop, HOLD, key, "hanna")
    story.stop(REFUSE, key, "harri")
    entries = reading.scalars(
        select(AuditEntry).where(AuditEntry.act.in_([HOLD, REFUSE])).order_by(AuditEntry.n)
    )
    assert [(entry.act, entry.outcome, entry.rule, entry.facts) for entry in entries] == [
        (HOLD, "done", None, {"contract": str(key), "state": "on_hold"}),
        (HOLD, "denied", "wrong_state", {}),
        (REFUSE, "done", None, {"contract": str(key), "side": "provider", "state": "refused"}),
    ]
