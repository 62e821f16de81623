"""One call with the points of the brief's example, at any stage of its evaluation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.database import Database
from portal.evaluation import usecases
from portal.evaluation.models import AwardDecision
from portal.evaluation.rules import Points
from portal.models import Base
from portal.offers.models import Offer
from portal.offers.rules import LotPrice, OfferContent
from portal.offers.usecases import attach_file, open_offers, save_offer, submit_offer
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Procurement
from portal.procurement.rules import CallTerms, CriterionTerms, RequirementTerms
from portal.procurement.usecases import appoint_evaluator, draft_procurement, publish
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.offers.conftest import AFTER, CALL, LOT, OPENS

WEIGHTS = {
    "service_process": Decimal(20),
    "staff_competence": Decimal(15),
    "local_labour_market": Decimal(15),
    "support_through_transitions": Decimal(10),
}
KEYS = tuple(WEIGHTS)
RIVER, SHORE = (3, 2, 3, 2), (2, 2, 1, 3)
PRICES = {"river": Decimal("58.00"), "shore": Decimal("52.50")}
TERMS = replace(
    CALL,
    lots=(LOT,),
    requirements=(
        RequirementTerms(
            "requirement-1",
            {"fi": "Verot on maksettu", "sv": "Skatterna är betalda", "en": "Taxes are paid"},
            {"fi": "Verovelkatodistus", "en": "Certificate of tax debt"},
        ),
    ),
    criteria=tuple(CriterionTerms(key, weight) for key, weight in WEIGHTS.items()),
)
COMBINED: frozenset[frozenset[str]] = frozenset()


def points(values: Sequence[int], reason: str = "Näin se tarjouksesta näkyy.") -> dict[str, Points]:
    """Points for the criteria in their order, each with a reason."""
    return {key: Points(value, reason) for key, value in zip(KEYS, values, strict=True)}


def rows(database: Database) -> dict[str, list[object]]:
    """Everything in the database but the audit record."""
    with database.reading() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table))]
            for table in Base.metadata.sorted_tables
            if not table.name.startswith(("audit_", "read_"))
        }


class Evaluating:
    """The use-cases of the room, each in a transaction of its own, by people of the cast."""

    def __init__(self, database: Database, cast: Cast, call: UUID) -> None:
        self.database, self.cast, self.call = database, cast, call
        self.at = AFTER

    def do(
        self, act: Callable[..., Any], by: Person, at: datetime | None = None, **how: Any
    ) -> Any:
        """Do an act; organisations and people of the cast are loaded anew, a lot by its key."""
        with unit_of_work(self.database) as session:
            session.expire_on_commit = False
            procurement = session.get_one(Procurement, self.call)
            if isinstance(how.get("lot"), str):
                how["lot"] = next(lot for lot in procurement.lots if lot.key == how["lot"])
            how = {name: self._anew(session, value) for name, value in how.items()}
            actor = session.get_one(Person, by.id)
            return act(session, procurement=procurement, by=actor, at=at or self.at, **how)

    def _anew(self, session: Session, value: Any) -> Any:
        if isinstance(value, Organisation | Person):
            return session.get_one(type(value), value.id)
        if isinstance(value, list):
            return [self._anew(session, one) for one in value]
        return value

    def offer(
        self,
        provider: Organisation,
        by: Person,
        price: Decimal,
        file: bytes | None = None,
        **more: Any,
    ) -> None:
        """Write and submit an offer for the only lot, with a file where one is given."""
        content = OfferContent(
            lots={"sea": LotPrice(price)},
            answers={key: f"{provider.name['fi']} vastaa: {key}." for key in KEYS},
            **more,
        )
        offer = self.do(save_offer, by, OPENS, provider=provider, content=content)
        if file is not None:

            def attach(session: Session, **how: Any) -> None:
                mine = session.get_one(Offer, offer.id)
                attach_file(session, offer=mine, content=file, **how)

            kind = {"name": "kuvaus.pdf", "media_type": "application/pdf", "most": 3}
            self.do(attach, by, OPENS, **kind)
        self.do(submit_offer, by, OPENS, provider=provider)

    def offer_both(self) -> None:
        """Jokiopisto and Rantaopisto at the prices of the example."""
        self.offer(self.cast.river, self.cast.roope, PRICES["river"])
        self.offer(self.cast.shore, self.cast.sanna, PRICES["shore"])

    def appoint(self, *people: Person) -> None:
        """Appoint evaluators."""
        for person in people:
            self.do(appoint_evaluator, self.cast.olli, OPENS, evaluator=person)

    def open(self) -> None:
        """Both openers open all offers."""
        self.do(open_offers, self.cast.aino, with_=self.cast.olli, phrases=self.cast.phrases)

    def declare(self, *people: Person, conflicts: Sequence[Organisation] = ()) -> None:
        """Declare interests."""
        for person in people:
            self.do(usecases.declare_interests, person, conflicts=list(conflicts))

    def judge(self, *providers: Organisation, suitable: bool = True) -> None:
        """Judge providers suitable or not."""
        for provider in providers:
            self.do(
                usecases.judge_suitability,
                self.cast.olli,
                provider=provider,
                suitable=suitable,
                reason="Selvitykset on tarkastettu.",
            )

    def assess(self, by: Person, provider: Organisation, values: Sequence[int] | None) -> None:
        """Hand in points, or abstain without them."""
        self.do(
            usecases.assess,
            by,
            lot="sea",
            provider=provider,
            points=None if values is None else points(values, f"{by.name} perustelee."),
            abstain="Tunnen hankkeen ennestään." if values is None else None,
        )

    def assess_all(self) -> None:
        """Both evaluators on both offers."""
        for person in (self.cast.eeva, self.cast.erik):
            self.assess(person, self.cast.river, RIVER)
            self.assess(person, self.cast.shore, SHORE)

    def agree(self, provider: Organisation, values: Sequence[int]) -> None:
        """Record a joint score."""
        self.do(
            usecases.agree,
            self.cast.olli,
            lot="sea",
            provider=provider,
            points=points(values, "Paneeli sopi."),
        )

    def agree_all(self) -> None:
        """Both joint scores of the example."""
        self.agree(self.cast.river, RIVER)
        self.agree(self.cast.shore, SHORE)

    def award(self, provider: Organisation, **how: Any) -> None:
        """Award the only lot."""
        self.do(
            usecases.award,
            self.cast.olli,
            **{"lot": "sea", "provider": provider, "reason": "Paras kokonaisuus.", **how},
        )

    def issue(self, by: Person | None = None, at: datetime | None = None) -> AwardDecision:
        """Issue the decision."""
        decision: AwardDecision = self.do(
            usecases.issue_decision, by or self.cast.paula, at, combined_duties=COMBINED
        )
        return decision

    def until(self, stage: str) -> Evaluating:
        """Everything up to and with a stage."""
        for name, act in self._stages().items():
            act()
            if name == stage:
                return self
        raise AssertionError(f"no stage {stage}")

    def _stages(self) -> Mapping[str, Callable[[], None]]:
        cast = self.cast
        return {
            "offered": self.offer_both,
            "appointed": lambda: self.appoint(cast.eeva, cast.erik),
            "opened": self.open,
            "declared": lambda: self.declare(cast.olli, cast.paula, cast.eeva, cast.erik),
            "judged": lambda: self.judge(cast.river, cast.shore),
            "assessed": self.assess_all,
            "agreed": self.agree_all,
            "awarded": lambda: self.award(cast.river),
            "decided": lambda: self.issue() and None,
        }

    def refused(self, act: Callable[[], object], rule: str) -> RuleBroken:
        """The act is refused by that rule and changes nothing."""
        before = rows(self.database)
        with pytest.raises(RuleBroken) as refusal:
            act()
        assert refusal.value.rule == rule
        assert rows(self.database) == before
        return refusal.value

    def offer_id(self, provider: Organisation) -> UUID:
        """The key of a provider's offer."""
        with self.database.reading() as session:
            return session.scalars(
                select(Offer.id).where(
                    Offer.procurement_id == self.call, Offer.provider_id == provider.id
                )
            ).one()


def published(database: Database, cast: Cast, terms: CallTerms = TERMS) -> UUID:
    """A published call of the buyer."""
    with database.transaction() as session:
        olli = session.get_one(Person, cast.olli.id)
        buyer = session.get_one(Organisation, cast.buyer.id)
        procurement = draft_procurement(session, buyer=buyer, call=terms, by=olli, at=OPENS)
        publish(session, procurement=procurement, by=olli, at=OPENS)
        return procurement.id


@pytest.fixture
def call(database: Database, cast: Cast) -> UUID:
    """The key of the published call."""
    return published(database, cast)


@pytest.fixture
def evaluating(database: Database, cast: Cast, call: UUID) -> Evaluating:
    """The use-cases of this room on the published call."""
    return Evaluating(database, cast, call)
