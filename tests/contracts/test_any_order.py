"""A model of the contract held against the use-cases, over any order of acts and days."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.contracts import usecases
from portal.contracts.models import Contract
from portal.documents import store
from portal.documents.render import Rendered
from portal.evaluation import usecases as evaluation
from portal.shared.errors import RuleBroken
from tests.contracts.conftest import CONCLUDED, FIRST_SIGNING, Story

SIDES = {"sirpa": "buyer", "harri": "provider"}
STEPS = st.one_of(
    st.tuples(st.just("approve"), st.sampled_from(["sirpa", "harri"])),
    st.tuples(st.just("hold_contract"), st.sampled_from(["hanna", "sirpa"])),
    st.tuples(st.just("release_contract"), st.sampled_from(["hanna", "sirpa"])),
    st.tuples(st.just("refuse_contract"), st.sampled_from(["sirpa", "harri"])),
    st.tuples(st.just("void"), st.just("")),
    st.tuples(st.just("record_appeal"), st.just("")),
    st.tuples(st.just("settle_appeal"), st.sampled_from(["dismissed", "annulled"])),
    st.tuples(st.just("days"), st.sampled_from(["1", "5", "16"])),
)


@dataclass
class Model:
    """What the brief and the format say, in the fewest words."""

    at: datetime = CONCLUDED
    state: str = "awaiting_approval"
    approved: set[str] = field(default_factory=set)
    appeals: int = 0

    def step(self, act: str, by: str) -> str | None:
        """Do it, or the rule that refuses it."""
        if act == "days":
            self.at += timedelta(days=int(by))
            return None
        if act == "void":
            return self.void()
        return getattr(self, act)(by)

    def void(self) -> None:
        if self.state in ("awaiting_approval", "on_hold"):
            self.state = "void"

    def record_appeal(self, _by: str) -> None:
        self.appeals += 1

    def settle_appeal(self, outcome: str) -> str | None:
        if not self.appeals:
            return "wrong_state"
        self.appeals -= 1
        return self.void() if outcome == "annulled" else None

    def approve(self, by: str) -> str | None:
        if self.state != "awaiting_approval" or SIDES[by] in self.approved:
            return "wrong_state"
        if self.at < FIRST_SIGNING:
            return "standstill_running"
        if self.appeals:
            return "appeal_pending"
        self.approved.add(SIDES[by])
        if len(self.approved) == 2:
            self.state = "in_force"
        return None

    def hold_contract(self, by: str) -> str | None:
        return self._moved("awaiting_approval", "on_hold")

    def release_contract(self, by: str) -> str | None:
        return self._moved("on_hold", "awaiting_approval")

    def refuse_contract(self, by: str) -> str | None:
        if self.state not in ("awaiting_approval", "on_hold") or SIDES[by] in self.approved:
            return "wrong_state"
        self.state = "refused"
        return None

    def _moved(self, before: str, after: str) -> str | None:
        if self.state != before:
            return "wrong_state"
        self.state = after
        return None


class _Undo(Exception):
    """Ends a play without keeping it."""


def act(session: Session, story: Story, key: UUID, name: str, by: str, at: datetime) -> str | None:
    """Do the act by its use-case, or the rule that refused it."""
    if name == "days":
        return None
    if name == "void":
        usecases.void_contracts(session, lots=[story.stage.lot(session, "coast")], at=at)
        return None
    how: dict[str, Any] = {"procurement": story.stage.procurement(session), "at": at}
    try:
        with session.begin_nested():
            if name in ("record_appeal", "settle_appeal"):
                how |= {"outcome": by} if by else {}
                officer = story.stage.person(session, "hanna")
                lot = story.stage.lot(session, "coast")
                getattr(evaluation, name)(session, lot=lot, by=officer, **how)
                return None
            how |= {
                "contract": session.get_one(Contract, key),
                "by": story.stage.person(session, by),
            }
            if name == "approve":
                duties = story.settings.combined_duties
                usecases.approve_contract(session, combined_duties=duties, **how)
            else:
                getattr(usecases, name)(session, reason="A reason.", **how)
    except RuleBroken as broken:
        return broken.rule
    return None


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(STEPS, max_size=14))
def test_no_order_of_acts_signs_during_a_standstill_or_an_appeal_or_wakes_what_has_ended(
    story: Story, steps: list[tuple[str, str]]
) -> None:
    model = Model()
    with suppress(_Undo), story.database.transaction() as session:
        made = usecases.conclude_contract(
            session,
            procurement=story.stage.procurement(session),
            lot=story.stage.lot(session, "coast"),
            provider=story.stage.organisation(session, "harbour"),
            by=story.stage.person(session, "hanna"),
            at=CONCLUDED,
        )
        key = made.id
        paper = Rendered(b"%PDF-", "ab" * 32, 1)
        owner = story.procurement_id
        store.keep(session, "contract", paper, subject=key, owner=owner, language="fi", at=model.at)
        for name, by in steps:
            before = session.get_one(Contract, key).state
            expected = model.step(name, by)
            assert act(session, story, key, name, by, model.at) == expected
            session.expire_all()
            row = session.get_one(Contract, key)
            assert row.state == model.state
            assert {approval.side for approval in row.approvals} == model.approved
            assert not row.approvals or model.at >= FIRST_SIGNING
            assert name != "approve" or expected is not None or not model.appeals
            assert before not in ("refused", "void", "in_force") or row.state == before
        raise _Undo
