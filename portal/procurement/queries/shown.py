"""The call as its readers see it, and what each of them may do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, select
from sqlalchemy.orm import Session, lazyload, selectinload

from portal.criteria.bank import bank
from portal.criteria.rules import CriteriaSet
from portal.database import Rows
from portal.documents.models import StoredDocument
from portal.organisations.models import Person
from portal.permissions import may
from portal.procurement.access import is_handler, is_officer, may_see_call
from portal.procurement.consequences import Advice
from portal.procurement.models import Appointment, CallAmendment, Lot, Procurement, Question
from portal.procurement.queries.advice import advice_on
from portal.procurement.queries.amendments import AmendmentShown, amendments_shown
from portal.procurement.regimes import REGIME_NAMES
from portal.procurement.rules import (
    CallTerms,
    LotTerms,
    OptionTerms,
    Progress,
    RequirementTerms,
    Standing,
    State,
    TimeLeft,
    latest_end,
    latest_end_of_call,
    progress_of,
    standing,
    time_left,
    weights_total,
)
from portal.procurement.terms import call_terms
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import NotFound
from portal.shared.names import LANGUAGES

Names = Mapping[str, str]


@dataclass(frozen=True)
class OptionShown:
    """An option clause and its condition as printed."""

    terms: OptionTerms
    condition: dict[str, Decimal | int] | None


@dataclass(frozen=True)
class LotShown:
    """A lot with everything reckoned from it; ``share`` is in percent."""

    terms: LotTerms
    options: list[OptionShown]
    share: Decimal | None
    bonus: dict[str, Any] | None
    latest_end: date | None


@dataclass(frozen=True)
class SampleShown:
    """A sample answer to practise on: what it earns, and why."""

    value: int
    answer: Names
    reason: Names


@dataclass(frozen=True)
class CriterionShown:
    """An award criterion with its texts; ``points`` from the top, none where not written out.

    ``place`` counts from zero; it stands for the key where any text will not do.
    """

    place: int
    key: str
    version: int | None
    weight: Decimal
    title: Names
    question: Names
    guidance: Names
    points: list[tuple[int, list[Names]]]
    samples: list[SampleShown]


@dataclass(frozen=True)
class QuestionShown:
    """A question and its answer. Who asked is not in it."""

    id: UUID
    n: int
    text: str
    answer: str | None
    answered_at: datetime | None


@dataclass(frozen=True)
class Deadline:
    """A deadline and the time to it by the server's clock."""

    at: datetime
    left: TimeLeft


@dataclass(frozen=True)
class ProcurementPage:
    """Everything of the call's page."""

    procurement: Procurement
    call: CallTerms
    standing: Standing
    regime: Names
    lots: list[LotShown]
    requirements: list[RequirementTerms]
    criteria: list[CriterionShown]
    criteria_set: CriteriaSet | None
    weights: Decimal
    questions_due: Deadline | None
    offers_due: Deadline | None
    latest_end: date | None
    questions: list[QuestionShown]
    documents: list[tuple[str, bool]]
    progress: dict[str, Progress]
    advice: Advice | None
    evaluators: list[Person]
    amendments: list[AmendmentShown]
    may_change: bool
    may_amend: bool
    may_copy: bool
    may_ask: bool
    may_answer: bool
    may_appoint: bool
    may_offer: bool
    handles: bool
    may_archive: bool


def visible_procurement(
    session: Session, procurement_id: UUID, person: Person | None
) -> Procurement:
    """A call that this reader may see. Raises NotFound."""
    procurement = session.get(Procurement, procurement_id)
    if procurement is None or not may_see_call(person, procurement):
        raise NotFound
    return procurement


def procurement_page(
    session: Session, procurement_id: UUID, person: Person | None, at: datetime
) -> ProcurementPage:
    """The call with what this reader may do next. Raises NotFound."""
    found = session.execute(_call_with_documents(), {"procurement": procurement_id}).first()
    if found is None or not may_see_call(person, found[0]):
        raise NotFound
    procurement, *made = found
    call = call_terms(procurement)
    today = day_in_helsinki(at)
    shown = standing(procurement.state, call.offers_due, at)
    draft = shown == Standing.DRAFT
    officer = is_officer(person, procurement)
    handles = is_handler(person, procurement)
    represents = person is not None and may(person, "ask")
    asking = call.questions_due is not None and at <= call.questions_due
    return ProcurementPage(
        procurement=procurement,
        call=call,
        standing=shown,
        regime=REGIME_NAMES[call.regime],
        lots=[lot_shown(lot, call.contract_end, today) for lot in call.lots],
        requirements=requirements_shown(procurement),
        criteria=criteria_shown(procurement),
        criteria_set=None if call.criteria_set is None else bank().set_named(call.criteria_set),
        weights=weights_total(call),
        questions_due=_deadline(call.questions_due, at),
        offers_due=_deadline(call.offers_due, at),
        latest_end=latest_end_of_call(call, today),
        questions=questions_of(session, procurement),
        documents=[] if draft else list(zip(LANGUAGES, made, strict=True)),
        progress=progress_of(call, at) if draft else {},
        advice=advice_on(call, today) if draft else None,
        evaluators=evaluators_of(session, procurement) if handles else [],
        amendments=amendments_shown(session, procurement),
        may_change=officer and draft,
        may_amend=officer and shown == Standing.OPEN,
        may_copy=officer,
        may_ask=represents and not draft and asking,
        may_answer=officer,
        may_appoint=officer and procurement.state != State.DECIDED,
        may_offer=represents and shown == Standing.OPEN,
        handles=handles,
        may_archive=not draft
        and person is not None
        and may(person, "make_bundle", procurement.buyer_id),
    )


def _deadline(due: datetime | None, at: datetime) -> Deadline | None:
    return None if due is None else Deadline(due, time_left(due, at))


def lot_shown(lot: LotTerms, contract_end: date | None, on: date) -> LotShown:
    """A lot as pages and documents print it."""
    share = lot.target_open_market_share
    return LotShown(
        terms=lot,
        options=[OptionShown(option, _condition(option)) for option in lot.options],
        share=None if share is None else share * 100,
        bonus=_bonus(lot.result_bonus),
        latest_end=contract_end and latest_end(contract_end, lot.options, on),
    )


def _bonus(terms: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if terms is None else {**terms, "amount": Decimal(terms["amount"])}


def _condition(option: OptionTerms) -> dict[str, Decimal | int] | None:
    if option.condition is None:
        return None
    return {
        name: int(value) if name == "answers_at_least" else value
        for name, value in option.condition.items()
    }


def criteria_shown(procurement: Procurement) -> list[CriterionShown]:
    """The award criteria: as frozen or, of a draft, as the bank has them today."""
    if procurement.frozen is not None:
        texts = {terms["key"]: terms["text"] for terms in procurement.frozen["criteria"]}
    else:
        texts = {
            row.key: {"question": row.question, **(row.text or {})}
            if row.question
            else bank().criterion(row.key, row.version).resolved()
            for row in procurement.criteria
        }
    return [
        _criterion(place, row.key, row.weight, texts[row.key])
        for place, row in enumerate(procurement.criteria)
    ]


def _criterion(place: int, key: str, weight: Decimal, text: Mapping[str, Any]) -> CriterionShown:
    points = sorted(text.get("points", []), key=lambda point: -int(point["value"]))
    return CriterionShown(
        place=place,
        key=key,
        version=text.get("version"),
        weight=weight,
        title=text.get("title") or text["question"],
        question=text["question"],
        guidance=text.get("guidance") or {},
        points=[(point["value"], list(point["facts"])) for point in points],
        samples=[
            SampleShown(sample["value"], sample["answer"], sample["reason"])
            for sample in text.get("samples", [])
        ],
    )


def requirements_shown(procurement: Procurement) -> list[RequirementTerms]:
    """What every provider must meet: as frozen or, of a draft, as it stands."""
    if procurement.frozen is None:
        return list(call_terms(procurement).requirements)
    # A call that was frozen before requirements were known has none.
    return [RequirementTerms(**terms) for terms in procurement.frozen.get("requirements", ())]


def questions_of(session: Session, procurement: Procurement) -> list[QuestionShown]:
    """The questions in their order, without those who asked."""
    found = session.execute(
        select(Question.id, Question.n, Question.text, Question.answer, Question.answered_at)
        .where(Question.procurement_id == procurement.id)
        .order_by(Question.n)
    )
    return [QuestionShown(*row) for row in found]


def _newest_document(language: str) -> ColumnElement[bool]:
    """A condition on StoredDocument, beside Procurement: the newest PDF of the call.

    It is of the call's last amendment, else of the call itself.
    """
    last = (
        select(CallAmendment.id)
        .where(CallAmendment.procurement_id == Procurement.id)
        .order_by(CallAmendment.n.desc())
        .limit(1)
        .correlate(Procurement)
        .scalar_subquery()
    )
    return and_(
        StoredDocument.kind == "call",
        StoredDocument.subject == func.coalesce(last, Procurement.id),
        StoredDocument.language == language,
    )


# Written once: with all that hangs on it, it takes longer to write than to ask.
@cache
def _call_with_documents() -> Rows:
    """A call, and for each language whether its newest PDF has been made."""
    return (
        select(Procurement, *(exists().where(_newest_document(one)) for one in LANGUAGES))
        .where(Procurement.id == bindparam("procurement"))
        .options(selectinload(Procurement.lots).joinedload(Lot.options))
    )


def call_document(session: Session, procurement_id: UUID, language: str) -> StoredDocument:
    """The newest PDF of the call in exactly that language. Raises NotFound until it is made."""
    stored = session.scalar(
        select(StoredDocument)
        .join(Procurement, _newest_document(language))
        .where(Procurement.id == procurement_id)
    )
    if stored is None:
        raise NotFound
    return stored


def evaluators_of(session: Session, procurement: Procurement) -> list[Person]:
    """The appointed evaluators by name."""
    return list(
        session.scalars(
            select(Person)
            .join(Appointment, Appointment.person_id == Person.id)
            .where(Appointment.procurement_id == procurement.id)
            .order_by(Person.name, Person.id)
            .options(lazyload(Person.memberships))
        )
    )
