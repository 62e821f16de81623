"""The acts up to the contract."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.acts.playing import Playing
from portal.cases.format import Act
from portal.contracts.usecases import (
    approve_contract,
    conclude_contract,
    hold_contract,
    refuse_contract,
    release_contract,
)
from portal.evaluation import usecases as evaluation
from portal.evaluation.rules import ClarificationKind, Points
from portal.offers.rules import LotPrice, OfferContent, Partner, Promise, Secret
from portal.offers.usecases import (
    confirm_offer,
    open_offers,
    save_offer,
    submit_offer,
    withdraw_offer,
)
from portal.organisations.models import Membership, Person
from portal.permissions import Role
from portal.procurement.changes import CallChanges, LotChanges
from portal.procurement.rules import Unit
from portal.procurement.usecases import amend, answer, appoint_evaluator, ask, publish


class ProcuringActs(Playing):
    """From the call to the contract."""

    def _lot_and_provider(self, session: Session, act: Act) -> dict[str, Any]:
        return {
            "lot": self.stage.lot(session, act.takes["lot"]),
            "provider": self.stage.organisation(session, act.takes["provider"]),
        }

    def publish(self, session: Session, act: Act) -> None:
        """The case's evaluators are appointed with it, as the officer would on the page."""
        who = self.who(session, act)
        publish(session, **who)
        evaluators = (
            select(Person)
            .join(Membership, Membership.person_id == Person.id)
            .where(Person.id.in_(self.stage.people.values()), Membership.role == Role.EVALUATOR)
        )
        for person in session.scalars(evaluators.distinct()):
            appoint_evaluator(session, evaluator=person, **who)

    def ask(self, session: Session, act: Act) -> None:
        """Ask, and remember the question under its key."""
        question = ask(session, text=act.takes["text"], **self.who(session, act))
        self.stage.questions[act.takes["question"]] = question.id

    def answer(self, session: Session, act: Act) -> None:
        """Answer a question."""
        answer(
            session,
            question=self.stage.question(session, act.takes["question"]),
            text=act.takes["text"],
            **self.who(session, act),
        )

    def amend(self, session: Session, act: Act) -> None:
        """Change the published call."""
        changes = act.takes["changes"]
        contract = changes.get("contract") or {}
        lots = {}
        for key, lot in (changes.get("lots") or {}).items():
            capacity = lot.get("capacity") or {}
            unit = capacity.get("unit")
            lots[key] = LotChanges(
                unit=None if unit is None else Unit(unit),
                capacity_minimum=capacity.get("minimum"),
                capacity_estimated=capacity.get("estimated"),
                capacity_maximum=capacity.get("maximum"),
                minimum_group=lot.get("minimum_group"),
            )
        amend(
            session,
            changes=CallChanges(
                questions_due=changes.get("questions_due"),
                offers_due=changes.get("offers_due"),
                contract_start=contract.get("start"),
                contract_end=contract.get("end"),
                lots=lots,
            ),
            reason=act.takes.get("reason") or "",
            **self.who(session, act),
        )

    def save_offer(self, session: Session, act: Act) -> None:
        """Keep the provider's draft."""
        takes = act.takes
        content = OfferContent(
            lots={
                key: LotPrice(Decimal(lot["price"]), lot.get("coordination_fee"))
                for key, lot in takes["lots"].items()
            },
            answers=dict(takes["answers"]),
            promises=tuple(Promise(**promise) for promise in takes.get("promises") or ()),
            secrets=tuple(Secret(**secret) for secret in takes.get("secrets") or ()),
            consortium=tuple(Partner(**one) for one in takes.get("consortium") or ()),
            subcontractors=tuple(Partner(**one) for one in takes.get("subcontractors") or ()),
        )
        save_offer(
            session,
            provider=self.stage.home_of(session, act.by),
            content=content,
            **self.who(session, act),
        )

    def submit_offer(self, session: Session, act: Act) -> None:
        """Submit the provider's draft."""
        provider = self.stage.home_of(session, act.by)
        submit_offer(session, provider=provider, **self.who(session, act))

    def withdraw_offer(self, session: Session, act: Act) -> None:
        """Take the provider's offer back."""
        provider = self.stage.home_of(session, act.by)
        withdraw_offer(session, provider=provider, **self.who(session, act))

    def confirm_offer(self, session: Session, act: Act) -> None:
        """Confirm the provider's offer under the amended call."""
        provider = self.stage.home_of(session, act.by)
        confirm_offer(session, provider=provider, **self.who(session, act))

    def look_at_offers(self, session: Session, act: Act) -> list[str]:
        """The providers whose offers this person sees."""
        offers = evaluation.look_at_offers(session, **self.who(session, act))
        return sorted(self.stage.organisation_key(offer.provider_id) for offer in offers)

    def open_offers(self, session: Session, act: Act) -> None:
        """Open all offers, by two openers."""
        other = self.stage.person(session, act.takes["with"])
        phrases = self.stage.phrases
        open_offers(session, with_=other, phrases=phrases, **self.who(session, act))

    def declare_interests(self, session: Session, act: Act) -> None:
        """Declare ties to providers."""
        conflicts = [self.stage.organisation(session, key) for key in act.takes["conflicts"]]
        evaluation.declare_interests(session, conflicts=conflicts, **self.who(session, act))

    def judge_suitability(self, session: Session, act: Act) -> None:
        """Judge a provider."""
        evaluation.judge_suitability(
            session,
            provider=self.stage.organisation(session, act.takes["provider"]),
            suitable=act.takes["suitable"],
            reason=act.takes["reason"],
            **self.who(session, act),
        )

    def judge_conformity(self, session: Session, act: Act) -> None:
        """Judge an offer in a lot."""
        evaluation.judge_conformity(
            session,
            conforms=act.takes["conforms"],
            reason=act.takes["reason"],
            low_price=act.takes.get("low_price", False),
            **self._lot_and_provider(session, act),
            **self.who(session, act),
        )

    def ask_clarification(self, session: Session, act: Act) -> None:
        """Put a question to a bidder, and remember it under its key."""
        lot = act.takes.get("lot")
        low_price = act.takes.get("low_price", False)
        asked = evaluation.ask_clarification(
            session,
            providers=[self.stage.organisation(session, act.takes["provider"])],
            text=act.takes["text"],
            due=act.takes["due"],
            lot=None if lot is None else self.stage.lot(session, lot),
            kind=ClarificationKind.LOW_PRICE if low_price else ClarificationKind.CONTENT,
            **self.who(session, act),
        )
        self.stage.clarifications[act.takes["clarification"]] = asked[0].id

    def answer_clarification(self, session: Session, act: Act) -> None:
        """Answer a question to a bidder."""
        evaluation.answer_clarification(
            session,
            clarification=self.stage.clarification(session, act.takes["clarification"]),
            text=act.takes["text"],
            **self.who(session, act),
        )

    def open_prices(self, session: Session, act: Act) -> None:
        """Open the prices of two envelopes, by two openers."""
        other = self.stage.person(session, act.takes["with"])
        phrases = self.stage.phrases
        evaluation.open_prices(session, with_=other, phrases=phrases, **self.who(session, act))

    def assess(self, session: Session, act: Act) -> None:
        """Hand in points, or abstain."""
        points = act.takes.get("points")
        evaluation.assess(
            session,
            points=None if points is None else points_of(points),
            abstain=act.takes.get("abstain"),
            **self._lot_and_provider(session, act),
            **self.who(session, act),
        )

    def agree(self, session: Session, act: Act) -> None:
        """Record the joint score."""
        evaluation.agree(
            session,
            points=points_of(act.takes["points"]),
            **self._lot_and_provider(session, act),
            **self.who(session, act),
        )

    def award(self, session: Session, act: Act) -> None:
        """Award a lot."""
        evaluation.award(
            session,
            reason=act.takes["reason"],
            draw=[self.stage.organisation(session, key) for key in act.takes.get("draw") or ()],
            **self._lot_and_provider(session, act),
            **self.who(session, act),
        )

    def _lot_and_reason(self, session: Session, act: Act) -> dict[str, Any]:
        return {
            "lot": self.stage.lot(session, act.takes["lot"]),
            "reason": act.takes.get("reason") or "",
        }

    def discontinue(self, session: Session, act: Act) -> None:
        """Buy nothing in a lot."""
        evaluation.discontinue(
            session, **self._lot_and_reason(session, act), **self.who(session, act)
        )

    def correct_decision(self, session: Session, act: Act) -> None:
        """Make the decision void."""
        reason = act.takes.get("reason") or ""
        evaluation.correct_decision(session, reason=reason, **self.who(session, act))

    def record_appeal(self, session: Session, act: Act) -> None:
        """Enter an appeal."""
        lot = self.stage.lot(session, act.takes["lot"])
        evaluation.record_appeal(session, lot=lot, **self.who(session, act))

    def settle_appeal(self, session: Session, act: Act) -> None:
        """Enter how an appeal ended."""
        lot = self.stage.lot(session, act.takes["lot"])
        outcome = act.takes["outcome"]
        evaluation.settle_appeal(session, lot=lot, outcome=outcome, **self.who(session, act))

    def issue_decision(self, session: Session, act: Act) -> None:
        """Issue the decision."""
        evaluation.issue_decision(
            session, combined_duties=self.settings.combined_duties, **self.who(session, act)
        )

    def conclude_contract(self, session: Session, act: Act) -> None:
        """Conclude a contract, and remember it under its key."""
        contract = conclude_contract(
            session, **self._lot_and_provider(session, act), **self.who(session, act)
        )
        self.stage.contracts[act.takes["contract"]] = contract.id

    def hold_contract(self, session: Session, act: Act) -> None:
        """Put a contract on hold."""
        hold_contract(session, **self._stop(session, act))

    def release_contract(self, session: Session, act: Act) -> None:
        """Let its approving go on."""
        release_contract(session, **self._stop(session, act))

    def refuse_contract(self, session: Session, act: Act) -> None:
        """Refuse it for the person's side."""
        refuse_contract(session, **self._stop(session, act))

    def _stop(self, session: Session, act: Act) -> dict[str, Any]:
        return {
            "contract": self.stage.contract(session, act.takes["contract"]),
            "reason": act.takes.get("reason") or "",
            **self.who(session, act),
        }

    def approve_contract(self, session: Session, act: Act) -> None:
        """Approve a contract for the person's side."""
        approve_contract(
            session,
            contract=self.stage.contract(session, act.takes["contract"]),
            combined_duties=self.settings.combined_duties,
            **self.who(session, act),
        )


def points_of(given: dict[str, Any]) -> dict[str, Points]:
    """Points with reasons, as use-cases take them."""
    return {key: Points(value["points"], value.get("reason") or "") for key, value in given.items()}
