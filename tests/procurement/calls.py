"""A whole call, and ways of putting it into the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.database import Database
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Procurement
from portal.procurement.rules import (
    CallTerms,
    CriterionTerms,
    LotTerms,
    OptionKind,
    OptionTerms,
    PriceModel,
    PriceRevision,
    Procedure,
    ProcurementKind,
    RequirementTerms,
    Unit,
)
from portal.procurement.terms import call_terms
from portal.procurement.usecases import draft_procurement, publish
from tests.cast import Cast, give_openers

NOW = datetime(2026, 1, 12, 7, 0, tzinfo=UTC)
DUE = datetime(2026, 2, 6, 10, 0, tzinfo=UTC)
PERIOD = OptionTerms(
    key="year",
    kind=OptionKind.FURTHER_PERIOD,
    amount=Decimal(12),
    times=1,
    notice_by=date(2026, 12, 31),
    condition={"open_market_share_at_least": Decimal("0.4"), "answers_at_least": Decimal(2)},
)
GUIDANCE = OptionTerms(
    key="after",
    kind=OptionKind.AFTER_GUIDANCE,
    amount=Decimal(10),
    times=1,
    notice_by=date(2027, 3, 8),
    window_months=6,
    price=Decimal("45.00"),
)
LOT = LotTerms(
    key="sea",
    title={"fi": "Meren seutu", "sv": "Havsnejden", "en": "Sea district"},
    region="Lappi",
    fields=("Puhtaus- ja kiinteistöpalvelut",),
    unit=Unit.STUDENT_WORKDAY,
    capacity_minimum=Decimal(0),
    capacity_estimated=Decimal("1250.5"),
    capacity_maximum=Decimal(2000),
    price_model=PriceModel.PER_STUDENT_WORKDAY,
    minimum_group=5,
    target_open_market_share=Decimal("0.4"),
    result_bonus={
        "status": "open_market",
        "after_months": 6,
        "amount": "500.00",
        "only_started_as": None,
        "at_most": 10,
    },
    vat_rate=Decimal("25.5"),
    price_revision=PriceRevision(
        index={"fi": "Kuluttajahintaindeksi", "en": "Consumer price index"},
        day=1,
        month=3,
        ceiling=Decimal("2.5"),
    ),
    options=(PERIOD, GUIDANCE),
)
CALL = CallTerms(
    reference="ESIM/12/2026",
    title={"fi": "Toppis-kapasiteetti", "sv": "Toppis-kapacitet", "en": "Toppis capacity"},
    kind=ProcurementKind.CAPACITY,
    procedure=Procedure.OPEN,
    cpv=("80500000-9", "80530000"),
    estimated_value=Decimal("180000.00"),
    description={"fi": "Neljä päivää työssä.\n\nYksi päivä koulutusta."},
    questions_due=DUE - timedelta(days=14),
    offers_due=DUE,
    contract_start=date(2026, 3, 9),
    contract_end=date(2027, 3, 8),
    price_weight=Decimal(40),
    lots=(LOT,),
    requirements=(
        RequirementTerms(
            "requirement-1",
            {"fi": "Verot on maksettu", "sv": "Skatterna är betalda", "en": "Taxes are paid"},
            {"fi": "Verovelkatodistus", "en": "Certificate of tax debt"},
        ),
    ),
    criteria=(
        CriterionTerms("staff_competence", Decimal("37.5")),
        CriterionTerms(
            "own-1",
            Decimal("22.5"),
            question={"fi": "Miten aloitatte?", "sv": "Hur börjar ni?", "en": "How do you start?"},
        ),
    ),
)


def put_call(
    database: Database,
    cast: Cast,
    *,
    published: bool = False,
    by: Person | None = None,
    buyer: Organisation | None = None,
    at: datetime = NOW,
    **changes: Any,
) -> UUID:
    """Draft, and where asked publish, the call with these changes."""
    with database.transaction() as session:
        officer = session.get_one(Person, (by or cast.olli).id)
        procurement = draft_procurement(
            session,
            buyer=session.get_one(Organisation, (buyer or cast.buyer).id),
            call=replace(CALL, **changes),
            by=officer,
            at=at,
        )
        if published:
            if buyer is not None:
                give_openers(session, procurement.buyer)
            publish(session, procurement=procurement, by=officer, at=at)
        return procurement.id


def stored(database: Database) -> tuple[Procurement, CallTerms]:
    """The only procurement there is, and its terms."""
    with database.reading() as session:
        procurement = session.scalars(select(Procurement)).one()
        call = call_terms(procurement)
        session.expunge_all()
        return procurement, call


def state_of(database: Database, procurement_id: UUID) -> str:
    """The state as it is stored."""
    with database.reading() as session:
        return session.get_one(Procurement, procurement_id).state
