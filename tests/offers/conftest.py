"""A published call with two lots, one criterion of the bank and one of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from portal.database import Database
from portal.offers import usecases
from portal.offers.models import Offer, OfferVersion
from portal.offers.rules import LotPrice, OfferContent, Promise, Secret
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Procurement
from portal.procurement.rules import (
    CallTerms,
    CriterionTerms,
    LotTerms,
    PriceModel,
    ProcurementKind,
    Unit,
)
from portal.procurement.usecases import draft_procurement, publish
from portal.unit_of_work import unit_of_work
from tests.cast import Cast

OPENS = datetime(2026, 1, 12, 7, 0, tzinfo=UTC)
DUE = datetime(2026, 2, 6, 10, 0, tzinfo=UTC)
AFTER = DUE + timedelta(minutes=5)
WINDOW = timedelta(minutes=15)

LOT = LotTerms(
    key="sea",
    title={"fi": "Meren seutu", "sv": "Havsnejden", "en": "Sea district"},
    region="Meri",
    fields=("Puhtaus- ja kiinteistöpalvelut",),
    unit=Unit.STUDENT_WORKDAY,
    capacity_minimum=Decimal(100),
    capacity_estimated=Decimal(1000),
    capacity_maximum=Decimal(1300),
    price_model=PriceModel.PER_STUDENT_WORKDAY,
    minimum_group=5,
)
CALL = CallTerms(
    reference="ESIM/1/2026",
    title={"fi": "Toppis-kapasiteetti", "sv": "Toppis-kapacitet", "en": "Toppis capacity"},
    kind=ProcurementKind.CAPACITY,
    questions_due=DUE - timedelta(days=7),
    offers_due=DUE,
    contract_start=date(2026, 3, 9),
    contract_end=date(2027, 3, 8),
    price_weight=Decimal(40),
    lots=(
        LOT,
        replace(
            LOT, key="Osa-alue 2", title={"fi": "Jokilaakso", "sv": "Ådal", "en": "River valley"}
        ),
    ),
    criteria=(
        CriterionTerms("staff_competence", Decimal(40)),
        CriterionTerms(
            "own",
            Decimal(20),
            question={"fi": "Miten aloitatte?", "sv": "Hur börjar ni?", "en": "How do you start?"},
        ),
    ),
)
FULL = OfferContent(
    lots={"sea": LotPrice(Decimal("58.50"), Decimal("1200")), "Osa-alue 2": LotPrice(Decimal(61))},
    answers={
        "staff_competence": "Kouluttaja ja valmentaja ovat nimetty työpari.",
        "own": "Aloitamme viikon sisällä.",
    },
    promises=(Promise("own", "Ryhmä alkaa viidessä päivässä."),),
    secrets=(Secret("staff_competence", "Palkkaukset ovat liikesalaisuus."),),
)


@pytest.fixture
def call(database: Database, cast: Cast) -> UUID:
    """The key of the published call."""
    with database.transaction() as session:
        olli = session.get_one(Person, cast.olli.id)
        buyer = session.get_one(Organisation, cast.buyer.id)
        procurement = draft_procurement(session, buyer=buyer, call=CALL, by=olli, at=OPENS)
        publish(session, procurement=procurement, by=olli, at=OPENS)
        return procurement.id


class Acting:
    """The use-cases of the room, each in a transaction of its own, by people of the cast."""

    def __init__(self, database: Database, cast: Cast, call: UUID) -> None:
        self.database, self.cast, self.call = database, cast, call

    def _do(self, act: Callable[..., Any], person: Person, at: datetime, **how: Any) -> Any:
        with unit_of_work(self.database) as session:
            session.expire_on_commit = False
            by = session.get_one(Person, person.id)
            if "provider" in how:
                how["provider"] = session.get_one(Organisation, how["provider"].id)
            procurement = session.get_one(Procurement, self.call)
            return act(session, procurement=procurement, by=by, at=at, **how)

    def save(
        self,
        content: OfferContent = FULL,
        *,
        by: Person | None = None,
        provider: Organisation | None = None,
        at: datetime = OPENS,
    ) -> Offer:
        """Keep a draft, by default Jokiopisto's."""
        offer: Offer = self._do(
            usecases.save_offer,
            by or self.cast.roope,
            at,
            provider=provider or self.cast.river,
            content=content,
        )
        return offer

    def submit(
        self,
        *,
        by: Person | None = None,
        provider: Organisation | None = None,
        at: datetime = OPENS,
        **how: Any,
    ) -> OfferVersion:
        """Submit what has been drafted."""
        version: OfferVersion = self._do(
            usecases.submit_offer,
            by or self.cast.roope,
            at,
            provider=provider or self.cast.river,
            **how,
        )
        return version

    def withdraw(self, *, by: Person | None = None, at: datetime = OPENS) -> None:
        """Take Jokiopisto's offer back."""
        self._do(usecases.withdraw_offer, by or self.cast.roope, at, provider=self.cast.river)

    def attach(self, content: bytes, name: str = "kuvaus.pdf", at: datetime = OPENS) -> UUID:
        """Add a file to Jokiopisto's draft."""

        def act(session: Session, **how: Any) -> UUID:
            offer = usecases.own_offer(
                session, how["procurement"], session.get_one(Organisation, self.cast.river.id)
            )
            assert offer is not None
            file = usecases.attach_file(
                session,
                offer=offer,
                name=name,
                media_type="application/pdf",
                content=content,
                most=3,
                **how,
            )
            return file.id

        key: UUID = self._do(act, self.cast.roope, at)
        return key

    def request_opening(self, by: Person, at: datetime = AFTER) -> None:
        """The first opener is ready."""
        self._do(usecases.request_opening, by, at, phrase=self.cast.phrases.get(by.id, ""))

    def confirm_opening(self, by: Person, at: datetime = AFTER) -> None:
        """The second opener follows."""
        phrase = self.cast.phrases.get(by.id, "")
        self._do(usecases.confirm_opening, by, at, window=WINDOW, phrase=phrase)

    def open(self, at: datetime = AFTER) -> None:
        """Both openers in turn."""
        self.request_opening(self.cast.olli, at)
        self.confirm_opening(self.cast.aino, at)


@pytest.fixture
def act(database: Database, cast: Cast, call: UUID) -> Acting:
    """The use-cases of this room on the published call."""
    return Acting(database, cast, call)
