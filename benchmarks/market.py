"""A market of any size in the tables: providers, calls in every state, offers, contracts, needs.

The rows are those that the acts would have left: frozen calls hash as published ones do, offers
are sealed in the vault, opened ones are unsealed into their tables, scored ones have both
assessments and joint scores. Only the acts themselves are left out, because playing them would
take minutes: the audit record of such a market is empty. Offers of one call share one sealed
content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from benchmarks.cards import card_rows
from portal.contracts.models import Contract
from portal.contracts.rules import ContractState
from portal.criteria.bank import bank
from portal.database import Base
from portal.documents.clauses import chosen, versions
from portal.evaluation.models import (
    Assessment,
    Award,
    AwardDecision,
    InterestDeclaration,
    JointScore,
    SuitabilityJudgement,
)
from portal.evaluation.rules import AssessmentState
from portal.jobs.models import OutgoingMail
from portal.offers.models import LotOffer, Offer, OfferVersion, OpenedContent, Opening
from portal.offers.rules import LotPrice, OfferContent, OfferState
from portal.organisations.models import Membership, Organisation, OrganisationKind, Person
from portal.permissions import Kind, Role
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
from portal.soundings.models import Need, SoundedNeed, Sounding, SoundingAnswer
from portal.soundings.rules import NeedState, SoundingState
from portal.storage.vault import vault_of
from portal.training_forms.models import QualificationUnit

AT = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
"""The time at which the market is looked at."""

MADE_FROM = {
    "form": 2,
    "clauses": versions(),
    "parameters": chosen({}),
    "buyer": {"name": {"fi": "Suuri ostaja"}, "business_id": None},
    "provider": {"name": {"fi": "Palveluntuottaja"}, "business_id": None},
    "portal_address": "",
}
DAY = timedelta(days=1)
REGIONS = ("Uusimaa", "Pirkanmaa", "Pohjanmaa", "Kainuu", "Lappi")
FIELDS = ("Hitsaus", "Logistiikka", "Puhtauspalvelut", "Hoiva")
KINDS_OF_CALL = ("draft", "open", "closed", "opened", "decided")
CRITERIA = ("staff_competence", "planned_follow_up")


@dataclass(frozen=True)
class Size:
    """How many rows the market has in all; ``offers`` are spread over the published calls."""

    providers: int
    calls: int
    offers: int
    needs: int
    soundings: int
    letters: int
    cards: int


SMALL = Size(providers=6, calls=5, offers=12, needs=4, soundings=3, letters=3, cards=4)
LARGE = Size(
    providers=1_000,
    calls=200,
    offers=5_000,
    needs=500,
    soundings=60,
    letters=2_000,
    cards=5_000,
)


@dataclass
class Market:
    """The people whose pages are looked at, and the newest call of each kind."""

    people: dict[str, UUID] = field(default_factory=dict)
    organisations: dict[str, UUID] = field(default_factory=dict)
    providers: list[UUID] = field(default_factory=list)
    representatives: list[UUID] = field(default_factory=list)
    calls: dict[str, UUID] = field(default_factory=dict)
    sounding: UUID | None = None
    offer: UUID | None = None
    size: Size = Size(0, 0, 0, 0, 0, 0, 0)
    waiting: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def put(self, table: type[Base], rows: Iterable[dict[str, Any]]) -> None:
        """Let rows wait until all of them are written at once."""
        self.waiting.setdefault(table.__tablename__, []).extend(rows)

    def write(self, session: Session) -> None:
        """Write what waits, each table after those that it refers to."""
        session.flush()
        for table in Base.metadata.sorted_tables:
            rows = self.waiting.pop(table.name, None)
            if rows:
                session.execute(insert(MAPPED[table.name]), rows)
        newest = select(OfferVersion.id).where(OfferVersion.offer_id == Offer.id)
        session.execute(
            update(Offer)
            .where(Offer.current_version_id.is_(None), Offer.state == OfferState.SUBMITTED)
            .values(current_version_id=newest.scalar_subquery())
            .execution_options(synchronize_session=False)
        )


MAPPED: dict[str, type[Base]] = {
    mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers
}


def grow(session: Session, market: Market, size: Size) -> None:
    """Let the market grow to the size; what is there already stays as it is."""
    if not market.people:
        _cast(market)
    _providers(market, size.providers - market.size.providers)
    market.write(session)
    calls = range(market.size.calls, size.calls)
    kinds = [KINDS_OF_CALL[n % len(KINDS_OF_CALL)] for n in calls]
    published = sum(kind != "draft" for kind in kinds)
    shares = _shares(size.offers - market.size.offers, published)
    for n, kind in zip(calls, kinds, strict=True):
        offers = 0 if kind == "draft" else next(shares)
        market.calls[kind] = _call(session, market, n, kind, offers)
    needs = _needs(market, range(market.size.needs, size.needs))
    for n in range(market.size.soundings, size.soundings):
        market.sounding = _sounding(market, n, next(needs))
    _units(market, range(market.size.needs, size.needs))
    _cards(market, range(market.size.cards, size.cards))
    _letters(market, range(market.size.letters, size.letters))
    market.write(session)
    market.size = size


def _shares(total: int, parts: int) -> Iterator[int]:
    """The total spread evenly over the parts."""
    for part in range(parts):
        yield total * (part + 1) // parts - total * part // parts


def _cast(market: Market) -> None:
    houses = {
        "buyer": ("Suurkaupungin hankinta", Kind.BUYER),
        "office": ("Suurkaupungin työllisyysalue", Kind.EMPLOYMENT_OFFICE),
        "operator": ("Ylläpito", Kind.OPERATOR),
    }
    for key, (name, kind) in houses.items():
        market.organisations[key] = _organisation(market, name, kind)
    for key, house, role in (
        ("officer", "buyer", Role.PROCUREMENT_OFFICER),
        ("opener", "buyer", Role.OPENER),
        ("second_opener", "buyer", Role.OPENER),
        ("decision_maker", "buyer", Role.DECISION_MAKER),
        ("evaluator", "buyer", Role.EVALUATOR),
        ("second_evaluator", "buyer", Role.EVALUATOR),
        ("sponsor", "office", Role.COURSE_SPONSOR),
        ("administrator", "operator", Role.ADMINISTRATOR),
    ):
        market.people[key] = _person(market, f"Suuri {key}", market.organisations[house], role)


def _organisation(market: Market, name: str, kind: Kind) -> UUID:
    key = uuid4()
    market.put(Organisation, [{"id": key, "name": {"fi": name}}])
    market.put(OrganisationKind, [{"organisation_id": key, "kind": kind}])
    return key


def _person(market: Market, name: str, organisation: UUID, role: Role) -> UUID:
    key = uuid4()
    market.put(Person, [_account(key, name)])
    market.put(
        Membership,
        [{"id": uuid4(), "person_id": key, "organisation_id": organisation, "role": role}],
    )
    return key


def _account(key: UUID, name: str) -> dict[str, Any]:
    return {
        "id": key,
        "name": name,
        "email": f"{key}@suuri.example",
        "password_hash": "not a hash",
        "created_at": AT - 300 * DAY,
        "confirmed_at": AT - 300 * DAY,
    }


def _providers(market: Market, more: int) -> None:
    first = len(market.providers)
    keys = [(uuid4(), uuid4()) for _ in range(more)]
    market.put(
        Organisation,
        [
            {"id": key, "name": {"fi": f"Opisto {n:04}", "sv": f"Institut {n:04}"}}
            for n, (key, _) in enumerate(keys, first)
        ],
    )
    market.put(
        OrganisationKind,
        [{"organisation_id": key, "kind": Kind.PROVIDER} for key, _ in keys],
    )
    people = [_account(person, f"Edustaja {n:04}") for n, (_, person) in enumerate(keys, first)]
    market.put(Person, people)
    market.put(
        Membership,
        [
            {
                "id": uuid4(),
                "person_id": person,
                "organisation_id": key,
                "role": Role.REPRESENTATIVE,
            }
            for key, person in keys
        ],
    )
    market.providers += [key for key, _ in keys]
    market.representatives += [person for _, person in keys]
    market.people["representative"] = market.representatives[0]


def _terms(n: int, kind: str) -> CallTerms:
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
            CriterionTerms(key, Decimal(30), version=bank().criterion(key).version)
            for key in CRITERIA
        ),
    )


def _call(session: Session, market: Market, n: int, kind: str, offers: int) -> UUID:
    terms = _terms(n, kind)
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
        texts = {key: bank().criterion(key).resolved() for key in CRITERIA}
        procurement.frozen = frozen_call(terms, texts)
        procurement.frozen_sha256 = frozen_hash(procurement.frozen)
        procurement.published_at = terms.offers_due - 30 * DAY
        procurement.published_by_id = market.people["officer"]
    session.add(procurement)
    _around(market, procurement, max(2, offers))
    if offers:
        _offers(session, market, procurement, kind, offers, n)
    return procurement.id


def _around(market: Market, procurement: Procurement, questions: int) -> None:
    market.put(
        Appointment,
        [
            {
                "id": uuid4(),
                "procurement_id": procurement.id,
                "person_id": market.people[key],
                "appointed_at": procurement.created_at,
                "appointed_by_id": market.people["officer"],
            }
            for key in ("evaluator", "second_evaluator")
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
    session: Session, market: Market, procurement: Procurement, kind: str, count: int, n: int
) -> None:
    content = OfferContent(
        lots={lot.key: LotPrice(Decimal("88.50"), None) for lot in procurement.lots},
        answers=dict.fromkeys(CRITERIA, "Kaksi kouluttajaa, kummallakin pätevyys."),
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
        _opened(market, procurement, [(offer, version) for offer, version, _ in keys])
        market.offer = keys[0][0]
    if kind == "decided":
        _decided(market, procurement, keys[0][0], market.providers[keys[0][2]])


def _opened(market: Market, procurement: Procurement, offers: list[tuple[UUID, UUID]]) -> None:
    assert procurement.offers_due is not None
    at = procurement.offers_due + DAY
    people = market.people
    market.put(
        Opening,
        [
            {
                "id": uuid4(),
                "procurement_id": procurement.id,
                "first_id": people["opener"],
                "first_at": at,
                "second_id": people["second_opener"],
                "opened_at": at,
            }
        ],
    )
    market.put(
        InterestDeclaration,
        [
            {
                "id": uuid4(),
                "procurement_id": procurement.id,
                "person_id": people[key],
                "declared_at": at,
            }
            for key in ("officer", "opener", "decision_maker", "evaluator", "second_evaluator")
        ],
    )
    answers = dict.fromkeys(CRITERIA, "Kaksi kouluttajaa, kummallakin pätevyys.")
    opened = {"lots": {}, "answers": answers, "promises": [], "secrets": [], "files": []}
    market.put(
        OpenedContent,
        [
            {"offer_id": offer, "version_id": version, "content": opened}
            for offer, version in offers
        ],
    )
    market.put(
        SuitabilityJudgement,
        [
            {
                "id": uuid4(),
                "offer_id": offer,
                "suitable": True,
                "reason": "Soveltuu.",
                "judged_by_id": people["officer"],
                "judged_at": at,
            }
            for offer, _ in offers
        ],
    )
    lots = [lot.id for lot in procurement.lots]
    market.put(
        LotOffer,
        [
            {
                "id": uuid4(),
                "offer_id": offer,
                "lot_id": lot,
                "price": Decimal(80) + Decimal(place) / 4,
            }
            for place, (offer, _) in enumerate(offers)
            for lot in lots
        ],
    )
    market.put(
        Assessment,
        [
            {
                "id": uuid4(),
                "lot_id": lot,
                "offer_id": offer,
                "version_id": version,
                "evaluator_id": people[evaluator],
                "state": AssessmentState.HANDED_IN,
                "points": _points(place),
                "saved_at": at,
                "handed_in_at": at,
                "revision": 1,
            }
            for place, (offer, version) in enumerate(offers)
            for lot in lots
            for evaluator in ("evaluator", "second_evaluator")
        ],
    )
    market.put(
        JointScore,
        [
            {
                "id": uuid4(),
                "lot_id": lot,
                "offer_id": offer,
                "n": 1,
                "points": _points(place),
                "agreed_by_id": people["officer"],
                "agreed_at": at,
            }
            for place, (offer, _) in enumerate(offers)
            for lot in lots
        ],
    )


def _points(place: int) -> dict[str, dict[str, Any]]:
    return {
        key: {"points": 3 - (place + n) % 3 if place else 3, "reason": "Näkyy tarjouksesta."}
        for n, key in enumerate(CRITERIA)
    }


def _decided(market: Market, procurement: Procurement, offer: UUID, provider: UUID) -> None:
    assert procurement.offers_due is not None
    at = procurement.offers_due + 2 * DAY
    decision = uuid4()
    market.put(
        AwardDecision,
        [
            {
                "id": decision,
                "procurement_id": procurement.id,
                "n": 1,
                "issued_by_id": market.people["decision_maker"],
                "issued_at": at,
                "received_on": at.date(),
                "standstill_days": 14,
                "standstill_ends": (at + 14 * DAY).date(),
                "first_signing_day": (at + 15 * DAY).date(),
            }
        ],
    )
    for place, lot in enumerate(procurement.lots):
        award = uuid4()
        market.put(
            Award,
            [
                {
                    "id": award,
                    "lot_id": lot.id,
                    "offer_id": offer,
                    "reason": "Paras vertailussa.",
                    "draw": [],
                    "ranking": [],
                    "awarded_by_id": market.people["officer"],
                    "awarded_at": at,
                    "decision_id": decision,
                }
            ],
        )
        market.put(
            Contract,
            [
                {
                    "id": uuid4(),
                    "reference": f"{procurement.reference}/{place + 1}",
                    "procurement_id": procurement.id,
                    "lot_id": lot.id,
                    "award_id": award,
                    "buyer_id": procurement.buyer_id,
                    "provider_id": provider,
                    "state": ContractState.IN_FORCE if place else ContractState.AWAITING_APPROVAL,
                    "concluded_by_id": market.people["officer"],
                    "concluded_at": at,
                    "in_force_at": at + 16 * DAY if place else None,
                    "starts_on": date(2027, 1, 1),
                    "ends_on": date(2028, 12, 31),
                    "made_from": MADE_FROM,
                }
            ],
        )


def _needs(market: Market, places: range) -> Iterator[list[UUID]]:
    """Records the needs; then hands out a few at a time to the soundings that build on them."""
    rows = [
        {
            "id": uuid4(),
            "office_id": market.organisations["office"],
            "state": NeedState.USED if n % 2 else NeedState.OPEN,
            "target_group": "Pitkään työttömänä olleet",
            "people": 5 + n % 20,
            "region": REGIONS[n % len(REGIONS)],
            "field": FIELDS[n % len(FIELDS)],
            "wanted_from": date(2026, 9, 1),
            "recorded_by_id": market.people["sponsor"],
            "recorded_at": AT - timedelta(hours=n),
            "revision": 1,
        }
        for n in places
    ]
    market.put(Need, rows)
    used = iter([row["id"] for row in rows if row["state"] == NeedState.USED])
    while True:
        yield list(islice(used, 3))


def _units(market: Market, numbers: range) -> None:
    """An office adds to one field as many units as it has needs."""
    market.put(
        QualificationUnit,
        [
            {
                "id": uuid4(),
                "organisation_id": market.organisations["office"],
                "field": "cleaning",
                "name": {"fi": f"Oma tutkinnon osa {n:04}"},
                "example": {"fi": "Ryhmälle, jolla on yhteinen työpaikka."},
                "added_by_id": market.people["sponsor"],
                "added_at": AT - timedelta(hours=n),
            }
            for n in numbers
        ],
    )


def _cards(market: Market, numbers: range) -> None:
    """All of one provider, whose own list is as long then as the search's."""
    keeper = market.representatives[0]
    for table, rows in card_rows(numbers, market.providers[0], keeper, AT).items():
        market.put(table, rows)


def _sounding(market: Market, n: int, needs: list[UUID]) -> UUID:
    key = uuid4()
    market.put(
        Sounding,
        [
            {
                "id": key,
                "buyer_id": market.organisations["buyer"],
                "state": SoundingState.PUBLISHED,
                "title": {"fi": f"Suunnitelma {n:03}"},
                "description": {"fi": "Kapasiteettia kahdelle alueelle."},
                "comments_due": AT + DAY * (n if n % 2 else -n - 1),
                "created_by_id": market.people["officer"],
                "created_at": AT - 60 * DAY,
                "published_by_id": market.people["officer"],
                "published_at": AT - 59 * DAY,
                "revision": 1,
            }
        ],
    )
    market.put(SoundedNeed, [{"sounding_id": key, "need_id": need} for need in needs])
    market.put(
        SoundingAnswer,
        [
            {
                "id": uuid4(),
                "sounding_id": key,
                "provider_id": market.providers[place],
                "would_bid": place % 3 > 0,
                "reason": "" if place % 3 else "Erä on liian pieni.",
                "comment": "Aloitusaika riittää.",
                "answered_by_id": market.representatives[place],
                "answered_at": AT - 50 * DAY,
            }
            for place in range(min(len(market.providers), 40))
        ],
    )
    return key


def _letters(market: Market, places: range) -> None:
    market.put(
        OutgoingMail,
        [
            {
                "id": uuid4(),
                "recipient_id": market.representatives[0],
                "address": "edustaja@suuri.example",
                "language": "fi",
                "letter": "call_published",
                "facts": {"reference": f"SUURI/{n:04}", "path": "/procurements"},
                "created_at": AT - timedelta(minutes=n),
            }
            for n in places
        ],
    )


@dataclass(frozen=True)
class ListPage:
    """A page that shows a list: whose it is (nobody in particular: None) and its address."""

    name: str
    reader: str | None
    address: Callable[[Market], str]


def _of_call(kind: str, rest: str) -> Callable[[Market], str]:
    return lambda market: f"/procurements/{market.calls[kind]}{rest}"


def _at(address: str) -> Callable[[Market], str]:
    return lambda _market: address


LIST_PAGES = (
    ListPage("front page", None, _at("/")),
    ListPage("calls, anybody", None, _at("/procurements")),
    ListPage("calls, officer", "officer", _at("/procurements")),
    ListPage("calls, decided", "officer", _at("/procurements?state=decided")),
    ListPage("a call with questions", None, _of_call("open", "")),
    ListPage("evaluators of a call", "officer", _of_call("open", "/evaluators")),
    ListPage("a criterion and its calls", None, _at(f"/criteria/{CRITERIA[0]}")),
    ListPage("own offers", "representative", _at("/offers")),
    ListPage("opening", "opener", _of_call("opened", "/opening")),
    ListPage("evaluations, officer", "officer", _at("/evaluations")),
    ListPage("evaluations, evaluator", "evaluator", _at("/evaluations")),
    ListPage("an evaluation", "officer", _of_call("opened", "/evaluation")),
    ListPage("declaration of interests", "officer", _of_call("opened", "/interests")),
    ListPage("suitability", "officer", _of_call("opened", "/suitability")),
    ListPage("clarifications", "officer", _of_call("opened", "/clarifications")),
    ListPage("matrix of a lot, officer", "officer", _of_call("opened", "/evaluation/lots/lot-1")),
    ListPage(
        "matrix of a lot, evaluator", "evaluator", _of_call("opened", "/evaluation/lots/lot-1")
    ),
    ListPage("ranking of a decided lot", "officer", _of_call("decided", "/evaluation/lots/lot-1")),
    ListPage("decision", "officer", _of_call("decided", "/decision")),
    ListPage("contracts, officer", "officer", _at("/contracts")),
    ListPage("contracts, provider", "representative", _at("/contracts")),
    ListPage("organisations", "representative", _at("/organisations")),
    ListPage("people", "administrator", _at("/people")),
    ListPage("invitation", "administrator", _at("/people/invite")),
    ListPage("outbox", None, _at("/outbox")),
    ListPage("needs, office", "sponsor", _at("/needs")),
    ListPage("needs, officer", "officer", _at("/needs")),
    ListPage("a new need", "sponsor", _at("/needs/new")),
    ListPage("qualification units", "sponsor", _at("/qualification-units?field=cleaning")),
    ListPage("provider cards", "sponsor", _at("/provider-cards")),
    ListPage(
        "a search of provider cards",
        "sponsor",
        _at("/provider-cards?q=siivoojaksi+koulutus&region=kainuu"),
    ),
    ListPage("own provider cards", "representative", _at("/provider-cards/mine")),
    ListPage("soundings", None, _at("/soundings")),
    ListPage("a sounding", "representative", lambda market: f"/soundings/{market.sounding}"),
    ListPage("a new sounding", "officer", _at("/soundings/new")),
    ListPage("open data", None, _at("/open-data")),
)
"""The pages whose cost must not grow with the market."""
