"""A contract in force and what runs under it, put straight into the database.

The way there is tested in the rooms before; here it would cost each test seconds. Use
`contract_in_force` for a contract, `training_of` for a training called off and confirmed by the
verbs, and `enrolled` for somebody in it in any state.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from portal.capacity.models import Training
from portal.capacity.usecases import call_off, confirm_call_off, note_started
from portal.contracts.models import Approval, Contract
from portal.enrolments.models import Enrolment
from portal.evaluation.models import Award, AwardDecision
from portal.offers.models import LotOffer, Offer
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Lot, OptionClause, Procurement
from tests.cast import Cast

START, END = date(2026, 3, 9), date(2027, 3, 8)
CONCLUDED = datetime(2026, 2, 16, 8, 30, tzinfo=UTC)
IN_FORCE = datetime(2026, 3, 3, 7, 30, tzinfo=UTC)
STARTED_UP = datetime(2026, 3, 6, 11, 0, tzinfo=UTC)
CALLED = datetime(2026, 3, 9, 7, 0, tzinfo=UTC)
STARTS = date(2026, 3, 16)

_numbers = count(1)


def contract_in_force(
    session: Session,
    cast: Cast,
    *,
    reference: str | None = None,
    provider: Organisation | None = None,
    buyer: Organisation | None = None,
    officer: Person | None = None,
    unit: str = "student_workday",
    price_model: str = "per_student_workday",
    price: str = "58.00",
    coordination_fee: str | None = None,
    capacity: tuple[int, int, int] = (200, 800, 1000),
    minimum_group: int = 1,
    fields: Iterable[str] = ("kiinteistöpalvelut", "sosiaali- ja terveysala"),
    region: str = "Lappi",
    start: date = START,
    end: date = END,
    options: Iterable[Mapping[str, Any]] = (),
    started_up: bool = True,
    **lot_values: Any,
) -> Contract:
    """A contract of one lot, approved by both; its start-up meeting held unless told otherwise.

    ``options`` are columns of `OptionClause` without the lot; ``lot_values`` more columns of the
    lot, `result_bonus` or `vat_rate` for instance.
    """
    reference = reference or f"ESIM/{next(_numbers)}/2026"
    buyer, provider = buyer or cast.buyer, provider or cast.river
    officer = officer or cast.olli
    procurement = Procurement(
        reference=reference,
        title={"fi": f"Kapasiteetti {reference}"},
        kind="capacity",
        state="decided",
        buyer_id=buyer.id,
        created_by_id=officer.id,
        created_at=CONCLUDED,
        contract_start=start,
        contract_end=end,
        published_at=CONCLUDED,
        published_by_id=officer.id,
    )
    lot = Lot(
        key="sea",
        position=0,
        title={"fi": "Meren seutu", "sv": "Havsnejden", "en": "Sea district"},
        region=region,
        fields=list(fields),
        unit=unit,
        capacity_minimum=Decimal(capacity[0]),
        capacity_estimated=Decimal(capacity[1]),
        capacity_maximum=Decimal(capacity[2]),
        price_model=price_model,
        minimum_group=minimum_group,
        options=[OptionClause(**{"position": n, **one}) for n, one in enumerate(options)],
        **lot_values,
    )
    procurement.lots.append(lot)
    session.add(procurement)
    session.flush()
    offer = Offer(procurement_id=procurement.id, provider_id=provider.id, state="submitted")
    decision = AwardDecision(
        procurement_id=procurement.id,
        n=1,
        issued_by_id=cast.paula.id,
        issued_at=CONCLUDED,
        received_on=CONCLUDED.date(),
        standstill_days=14,
        standstill_ends=date(2026, 3, 2),
        first_signing_day=date(2026, 3, 3),
    )
    session.add_all([offer, decision])
    session.flush()
    award = Award(
        lot_id=lot.id,
        offer_id=offer.id,
        reason="Paras hinta-laatusuhde",
        draw=[],
        ranking=[],
        awarded_by_id=officer.id,
        awarded_at=CONCLUDED,
        decision_id=decision.id,
    )
    session.add_all(
        [
            award,
            LotOffer(
                offer_id=offer.id,
                lot_id=lot.id,
                price=Decimal(price),
                coordination_fee=None if coordination_fee is None else Decimal(coordination_fee),
            ),
        ]
    )
    session.flush()
    contract = Contract(
        reference=f"{reference}/sea",
        procurement_id=procurement.id,
        lot_id=lot.id,
        award_id=award.id,
        buyer_id=buyer.id,
        provider_id=provider.id,
        state="in_force",
        concluded_by_id=officer.id,
        concluded_at=CONCLUDED,
        in_force_at=IN_FORCE,
        starts_on=start,
        ends_on=end,
        started_up_at=STARTED_UP if started_up else None,
        made_from={},
        approvals=[
            Approval(side=side, person_id=person.id, approved_at=IN_FORCE, sha256="0" * 64)
            for side, person in (("buyer", cast.paula), ("provider", cast.roope))
        ],
    )
    session.add(contract)
    session.flush()
    return contract


def training_of(
    session: Session,
    cast: Cast,
    contract: Contract,
    *,
    form: str = "unit_toppis",
    field: str = "kiinteistöpalvelut",
    workdays: str = "300",
    places: int = 5,
    starts: date = STARTS,
    office: Organisation | None = None,
    sponsor: Person | None = None,
    trainer: Person | None = None,
) -> Training:
    """A call-off by a course sponsor, confirmed by the provider's trainer."""
    called = call_off(
        session,
        contract=contract,
        office=office or cast.office,
        form=form,
        field=field,
        workdays=Decimal(workdays),
        places=places,
        workplaces_confirmed=places,
        by=sponsor or cast.kaisa,
        at=CALLED,
    )
    return confirm_call_off(
        session, call_off=called, starts=starts, by=trainer or cast.tuula, at=CALLED
    )


def enrolled(
    session: Session,
    training: Training,
    name: str,
    *,
    state: str = "started",
    sponsor: Person | None = None,
    status: str = "unemployed",
    ended_on: date | None = None,
    status_at_end: str | None = None,
    **values: Any,
) -> Enrolment:
    """Somebody in the training, in the office of its first call-off and in any state."""
    called = training.call_offs[0]
    assert called.office_id is not None
    going = state in {"started", "completed", "left_early", "interrupted"}
    person = Enrolment(
        training=training,
        training_id=training.id,
        office_id=called.office_id,
        call_off_id=called.id,
        sponsor_id=called.called_by_id if sponsor is None else sponsor.id,
        external_key=name,
        name=name,
        birth_year=values.pop("birth_year", 1988),
        sex=values.pop("sex", "woman"),
        education=values.pop("education", "basic"),
        status_at_start=status,
        state=state,
        applied_at=CALLED,
        started_on=training.starts if going else None,
        ended_on=ended_on,
        status_at_end=status_at_end,
        **values,
    )
    session.add(person)
    if going:
        note_started(training, at=CALLED)
    session.flush()
    return person
