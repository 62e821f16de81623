"""What has been done before a job begins, where the demonstration as played has not come so far.

Each step goes through the verbs of the portal, by those whose work it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.capacity import usecases as capacity
from portal.capacity.models import CallOff
from portal.contracts import usecases as contracts
from portal.contracts.models import Contract
from portal.evaluation import usecases as evaluation
from portal.evaluation.rules import Points
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Lot, Procurement
from portal.unit_of_work import unit_of_work
from tests.everyone.house import House

OPEN_CALL, UNDER_EVALUATION, IN_USE = "ESIM/45/2026", "ESIM/52/2026", "ESIM/41/2026/bay"
IN_USE_CASE, UNDER_EVALUATION_CASE = "demo-underway", "demo-evaluating"
FIRST, OTHERS = "raili@lakeside", ("harri@harbour", "saara@spruce")
"""Who stands first under evaluation, and the others whom Britta has not assessed yet."""
REASON = "Näin se tarjouksesta näkyy."
STANDSTILL = timedelta(days=30)


@dataclass
class _Evaluated:
    """The procurement under evaluation, in one transaction."""

    session: Session
    procurement: Procurement
    at: datetime
    lot: Lot = field(init=False)

    def __post_init__(self) -> None:
        self.lot = self.procurement.lots[0]

    def person(self, at_work: str) -> Person:
        """Whoever does this work; where names are full of hostile texts, each case has its own."""
        of_case, of_all = f"{at_work}.{UNDER_EVALUATION_CASE}.example", f"{at_work}.example"
        found = select(Person).where(Person.email.in_((of_case, of_all)))
        people = {person.email: person for person in self.session.scalars(found)}
        return people.get(of_case) or people[of_all]

    def provider(self, representative: str) -> Organisation:
        return self.person(representative).memberships[0].organisation

    def points(self, value: int) -> dict[str, Points]:
        return {one.key: Points(value, REASON) for one in self.procurement.criteria}

    def assess(self) -> None:
        """Britta hands in what she had left."""
        for key in OTHERS:
            evaluation.assess(
                self.session,
                procurement=self.procurement,
                lot=self.lot,
                provider=self.provider(key),
                points=self.points(1),
                by=self.person("britta@area"),
                at=self.at,
            )

    def agree(self, key: str, value: int) -> None:
        evaluation.agree(
            self.session,
            procurement=self.procurement,
            lot=self.lot,
            provider=self.provider(key),
            points=self.points(value),
            by=self.person("hanna@centre"),
            at=self.at,
        )

    def award(self) -> None:
        evaluation.award(
            self.session,
            procurement=self.procurement,
            lot=self.lot,
            provider=self.provider(FIRST),
            reason=REASON,
            by=self.person("hanna@centre"),
            at=self.at,
        )

    def decide(self) -> None:
        evaluation.issue_decision(
            self.session,
            procurement=self.procurement,
            combined_duties=(),
            by=self.person("paavo@centre"),
            at=self.at,
        )

    def conclude(self) -> None:
        contracts.conclude_contract(
            self.session,
            procurement=self.procurement,
            lot=self.lot,
            provider=self.provider(FIRST),
            by=self.person("hanna@centre"),
            at=self.at,
        )

    def approve(self) -> None:
        """The provider has approved, so that the buyer's approval brings it into force."""
        contract = self.session.scalars(
            select(Contract).where(Contract.procurement_id == self.procurement.id)
        ).one()
        contracts.approve_contract(
            self.session,
            procurement=self.procurement,
            contract=contract,
            combined_duties=(),
            by=self.person(FIRST),
            at=self.at,
        )


def all_assessed(house: House) -> None:
    """Everybody has handed in, and all but the first offer have a joint score."""
    with _evaluated(house) as told:
        told.assess()
        for key in OTHERS:
            told.agree(key, 1)


def awarded(house: House) -> None:
    """The lot is awarded, and the decision waits for who makes it."""
    all_assessed(house)
    with _evaluated(house) as told:
        told.agree(FIRST, 3)
        told.award()


def concluded(house: House) -> None:
    """The standstill is over, and the contract waits for the buyer's signatory."""
    awarded(house)
    with _evaluated(house) as told:
        told.decide()
        told.conclude()
    house.stage.do_jobs()
    house.stage.clock.at += STANDSTILL
    with _evaluated(house) as told:
        told.approve()


def called_off(house: House) -> None:
    """A call-off for as many as the smallest group, which waits for the trainer."""
    with unit_of_work(house.stage.services.database) as session:
        contract = session.scalars(select(Contract).where(Contract.reference == IN_USE)).one()
        called = select(CallOff.called_by_id).where(CallOff.contract_id == contract.id)
        kirsi = session.scalars(select(Person).where(Person.id.in_(called))).one()
        capacity.call_off(
            session,
            contract=contract,
            office=kirsi.memberships[0].organisation,
            form="unit_toppis",
            field="kiinteistöpalvelut",
            workdays=Decimal(60),
            places=6,
            workplaces_confirmed=6,
            by=kirsi,
            at=house.stage.clock(),
        )


def deadline_passed(house: House) -> None:
    """The open call's deadline was five minutes ago."""
    house.stage.clock.at = datetime(2026, 7, 6, 9, 5, tzinfo=UTC)


@contextmanager
def _evaluated(house: House) -> Iterator[_Evaluated]:
    with unit_of_work(house.stage.services.database) as session:
        found = select(Procurement).where(Procurement.reference == UNDER_EVALUATION)
        yield _Evaluated(session, session.scalars(found).one(), house.stage.clock())
