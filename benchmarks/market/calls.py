"""Calls in every state with their offers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from benchmarks.market.ground import AT, DAY, FIELDS, REGIONS, Market
from benchmarks.market.scored import LITTLE, Panel, decided, opened
from portal.criteria.bank import bank
from portal.offers.models import Offer, OfferVersion
from portal.offers.rules import LotPrice, OfferContent, OfferState
from portal.procurement.models import Appointment, Procurement, Question
from portal.procurement.rules import (
    CallTerms,
    CriterionTerms,
    LotTerms,
    PriceModel,
    ProcurementKind,
    State,
    Unit,
    frozen_call,
    frozen_hash,
)
from portal.procurement.terms import SCALARS, criterion_row, lot_row
from portal.storage.vault import vault_of


def _terms(n: int, kind: str, panel: Panel) -> CallTerms:
    due = AT + DAY * (5 + n) if kind in ("draft", "open") else AT - DAY * (20 + n)
    return CallTerms(
        reference=f"SUURI/{n:04}",
        title={"fi": f"Kapasiteetti {n:04}", "sv": f"Kapacitet {n:04}", "en": f"Capacity {n:04}"},
        kind=ProcurementKind.CAPACITY,
        description={"fi": "Työssäoppimista ja koulutusta."},
        questions_due=due - 7 * DAY,
        offers_due=due,
        contract_start=date(2027, 1, 1),
        contract_end=date(2028, 12, 31),
        price_weight=Decimal(40),
        low_price_percent=Decimal(50),
        lots=tuple(
            LotTerms(
                key=f"lot-{place + 1}",
                title={"fi": f"{REGIONS[(n + place) % len(REGIONS)]}"},
                region=REGIONS[(n + place) % len(REGIONS)],
                fields=(FIELDS[n % len(FIELDS)],),
                unit=Unit.STUDENT_WORKDAY,
                capacity_minimum=Decimal(100),
                capacity_estimated=Decimal(1000),
                capacity_maximum=Decimal(2000),
                price_model=PriceModel.PER_STUDENT_WORKDAY,
            )
            for place in range(2)
        ),
        criteria=tuple(
            CriterionTerms(
                key,
                Decimal(60) / len(panel.criteria),
                version=bank().criterion(panel.of_bank(key)).version,
            )
            for key in panel.criteria
        ),
    )


def call(
    session: Session, market: Market, n: int, kind: str, offers: int, panel: Panel = LITTLE
) -> UUID:
    """A call of this kind with so many offers; returns its key."""
    terms = _terms(n, kind, panel)
    assert terms.offers_due is not None
    states = {"draft": State.DRAFT, "opened": State.OPENED, "decided": State.DECIDED}
    procurement = Procurement(
        **{name: getattr(terms, name) for name in SCALARS},
        buyer_id=market.organisations["buyer"],
        created_by_id=market.people["officer"],
        created_at=terms.offers_due - 40 * DAY,
        state=states.get(kind, State.PUBLISHED),
        lots=[lot_row(lot, place) for place, lot in enumerate(terms.lots)],
        criteria=[criterion_row(one, place) for place, one in enumerate(terms.criteria)],
    )
    if kind != "draft":
        texts = {key: bank().criterion(panel.of_bank(key)).resolved() for key in panel.criteria}
        procurement.frozen = frozen_call(terms, texts)
        procurement.frozen_sha256 = frozen_hash(procurement.frozen)
        procurement.published_at = terms.offers_due - 30 * DAY
        procurement.published_by_id = market.people["officer"]
    session.add(procurement)
    _around(market, procurement, max(2, offers), panel)
    if offers:
        _offers(session, market, procurement, kind, offers, n, panel)
    return procurement.id


def _around(market: Market, procurement: Procurement, questions: int, panel: Panel) -> None:
    market.put(
        Appointment,
        [
            {
                "id": uuid4(),
                "procurement_id": procurement.id,
                "person_id": evaluator,
                "appointed_at": procurement.created_at,
                "appointed_by_id": market.people["officer"],
            }
            for evaluator in market.evaluators[: panel.evaluators]
        ],
    )
    market.put(
        Question,
        [
            {
                "id": uuid4(),
                "procurement_id": procurement.id,
                "n": place + 1,
                "text": "Missä koulutus alkaa?",
                "asked_at": procurement.created_at,
                "asked_by_id": market.representatives[0],
                "answer": "Työpaikalla.",
                "answered_at": procurement.created_at,
                "answered_by_id": market.people["officer"],
            }
            for place in range(questions)
            if procurement.published_at is not None
        ],
    )


def _offers(
    session: Session,
    market: Market,
    procurement: Procurement,
    kind: str,
    count: int,
    n: int,
    panel: Panel,
) -> None:
    content = OfferContent(
        lots={lot.key: LotPrice(Decimal("88.50"), None) for lot in procurement.lots},
        answers=dict.fromkeys(panel.criteria, "Kaksi kouluttajaa, kummallakin pätevyys."),
    )
    assert procurement.offers_due is not None
    at = procurement.offers_due - (10 * DAY if kind != "open" else 30 * DAY)
    blob = vault_of(session).seal(session, content.packed(), owner=procurement.id, at=at)
    # The first provider is in every call; the others take turns.
    others = len(market.providers) - 1
    places = [0, *(1 + (n * count + k) % others for k in range(count - 1))]
    keys = [(uuid4(), uuid4(), place) for place in dict.fromkeys(places)]
    market.put(
        Offer,
        [
            {
                "id": offer,
                "procurement_id": procurement.id,
                "provider_id": market.providers[place],
                "state": OfferState.SUBMITTED,
                "revision": 1,
            }
            for offer, _, place in keys
        ],
    )
    market.put(
        OfferVersion,
        [
            {
                "id": version,
                "offer_id": offer,
                "n": 1,
                "reference": f"T-{version.hex[:20].upper()}",
                "submitted_at": at,
                "submitted_by_id": market.representatives[place],
                "sha256": content.hash(),
                "blob_id": blob,
            }
            for offer, version, place in keys
        ],
    )
    if kind in ("opened", "decided"):
        opened(market, procurement, [(offer, version) for offer, version, _ in keys], panel)
        market.offer = keys[0][0]
    if kind == "decided":
        decided(market, procurement, keys[0][0], market.providers[keys[0][2]])
