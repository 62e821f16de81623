"""The data of a procurement as plain rows, one table of the portal to a file.

Rows are read column by column, so that nothing of them is left out by chance and nothing that
hangs on them comes along. People stand as the random keys that the audit record knows them by. Of
those who took part in trainings there are figures only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.capacity.models import CallOff, CapacityLedger, ContractUser, LedgerEntry, Training
from portal.contracts.models import Approval, Contract, ContractMove
from portal.database import Base
from portal.enrolments.queries.counts import counts_of
from portal.evaluation.models import (
    Assessment,
    Award,
    AwardDecision,
    BidderLetter,
    Clarification,
    Conflict,
    ConformityJudgement,
    Correction,
    Discontinuation,
    InterestDeclaration,
    JointScore,
    Remedy,
    SuitabilityJudgement,
)
from portal.indicators.queries import records_of
from portal.indicators.rules import MEASURES, Period, figure_of
from portal.meetings.models import Meeting, Practice, PracticeReview
from portal.offers.models import LotOffer, Offer, OfferVersion, OpenedContent, Opening
from portal.options.models import ContractChange, ContractPassing, OptionExercise
from portal.organisations.models import Organisation
from portal.procurement.models import Appointment, CallAmendment, Procurement, Question
from portal.workdays.models import InvoiceBasis, PriceRevisionApplied, WorkdayLine, WorkdayRecord

Rows = Iterator[dict[str, Any]]
Which = Callable[[Procurement], ColumnElement[bool]]
Read = Callable[[Session, Procurement], Rows]

# Where sealed bytes are kept is of no use elsewhere. Who asked a question is shown to nobody.
LEFT_OUT = frozenset({"blob_id", "draft_blob_id", "asked_by_id"})
TOGETHER = 500


@dataclass(frozen=True)
class Part:
    """One file of the data: its name, and how its rows are read."""

    name: str
    read: Read


def _rows(kind: type[Base], which: Which, *order: Any) -> Read:
    table = kind.__table__
    assert isinstance(table, Table)
    columns = [column for column in table.columns if column.name not in LEFT_OUT]
    keys = list(table.primary_key.columns)

    def read(session: Session, procurement: Procurement) -> Rows:
        found = session.execute(
            select(*columns)
            .where(which(procurement))
            .order_by(*order, *keys)
            .execution_options(yield_per=TOGETHER)
        )
        names = [column.name for column in columns]
        for row in found:
            yield dict(zip(names, row, strict=True))

    return read


def _of_call(column: Any) -> Which:
    return lambda procurement: column == procurement.id


def opened_offers(procurement: Procurement) -> Select[UUID]:
    """The keys of the offers that have been opened: of no other does a bundle say a word."""
    return (
        select(OpenedContent.offer_id)
        .join(Offer, Offer.id == OpenedContent.offer_id)
        .where(Offer.procurement_id == procurement.id)
    )


def _of_offers(column: Any) -> Which:
    return lambda procurement: column.in_(opened_offers(procurement))


def contracts_of(procurement: Procurement) -> Select[UUID]:
    """The keys of the procurement's contracts."""
    return select(Contract.id).where(Contract.procurement_id == procurement.id)


def _of_contracts(column: Any) -> Which:
    return lambda procurement: column.in_(contracts_of(procurement))


def _decided(column: Any) -> Which:
    return lambda procurement: column.in_(
        select(AwardDecision.id).where(AwardDecision.procurement_id == procurement.id)
    )


def _about_nobody(procurement: Procurement) -> Select[UUID]:
    """Meetings of the contracts, but for those about a single participant."""
    return select(Meeting.id).where(
        Meeting.contract_id.in_(contracts_of(procurement)), Meeting.enrolment_id.is_(None)
    )


def minuted(procurement: Procurement) -> Select[UUID]:
    """The meetings whose minutes belong in the archive: none about a single participant."""
    return _about_nobody(procurement)


def _conflicts(procurement: Procurement) -> ColumnElement[bool]:
    return Conflict.declaration_id.in_(
        select(InterestDeclaration.id).where(InterestDeclaration.procurement_id == procurement.id)
    )


def _lots(procurement: Procurement) -> list[UUID]:
    return [lot.id for lot in procurement.lots]


def _accepted(session: Session, procurement: Procurement) -> Rows:
    """Each record of a month with its sum and how many it counts, and nobody in it."""
    trainings = select(Training.id).where(Training.contract_id.in_(contracts_of(procurement)))
    sums: dict[UUID, tuple[Decimal, int]] = {}
    lines = session.execute(
        select(WorkdayLine.record_id, WorkdayLine.days)
        .join(WorkdayRecord, WorkdayRecord.id == WorkdayLine.record_id)
        .where(WorkdayRecord.training_id.in_(trainings))
        .execution_options(yield_per=TOGETHER)
    )
    for record_id, days in lines:
        total, people = sums.get(record_id, (Decimal(0), 0))
        sums[record_id] = (total + days, people + 1)
    records = session.execute(
        select(
            WorkdayRecord.id,
            WorkdayRecord.training_id,
            WorkdayRecord.period,
            WorkdayRecord.n,
            WorkdayRecord.state,
            WorkdayRecord.corrects_id,
            WorkdayRecord.recorded_by_id,
            WorkdayRecord.recorded_at,
            WorkdayRecord.settled_by_id,
            WorkdayRecord.settled_at,
        )
        .where(WorkdayRecord.training_id.in_(trainings))
        .order_by(WorkdayRecord.recorded_at, WorkdayRecord.id)
    )
    for row in records:
        total, people = sums.get(row.id, (Decimal(0), 0))
        yield {**row._mapping, "amount": total, "people": people}


def _trainings(session: Session, procurement: Procurement) -> Rows:
    found = list(
        _rows(Training, _of_contracts(Training.contract_id), Training.contract_id, Training.n)(
            session, procurement
        )
    )
    counts = counts_of(session, [row["id"] for row in found])
    for row in found:
        yield {**row, "people": asdict(counts[row["id"]])}


def _figures(session: Session, procurement: Procurement) -> Rows:
    """Every indicator over the whole time of the procurement's contracts."""
    contracts = Contract.procurement_id == procurement.id
    ends = session.scalars(select(Contract.ends_on).where(contracts)).all()
    records = records_of(session, contracts)
    period = Period(None, max(ends, default=procurement.contract_end))
    for key, measure in MEASURES.items():
        figure = figure_of(key, measure(records, period))
        yield {
            "indicator": key,
            "to": period.last,
            "numerator": figure.numerator,
            "denominator": figure.denominator,
        }


def _organisations(session: Session, procurement: Procurement) -> Rows:
    """The organisations whose keys the other files name: the parties, and offices that called."""
    named = (
        select(Contract.provider_id.label("id")).where(Contract.procurement_id == procurement.id),
        select(Offer.provider_id).where(Offer.id.in_(opened_offers(procurement))),
        select(CallOff.office_id).where(CallOff.contract_id.in_(contracts_of(procurement))),
        select(Contract.buyer_id).where(Contract.procurement_id == procurement.id),
        select(Procurement.buyer_id).where(Procurement.id == procurement.id),
    )
    keys = named[0].union(*named[1:]).subquery()
    yield from _rows(Organisation, lambda _one: Organisation.id.in_(select(keys.c.id)))(
        session, procurement
    )


CALL = (
    Part("call", _rows(Procurement, lambda one: Procurement.id == one.id)),
    Part(
        "amendments", _rows(CallAmendment, _of_call(CallAmendment.procurement_id), CallAmendment.n)
    ),
    Part("questions", _rows(Question, _of_call(Question.procurement_id), Question.n)),
)
"""What everybody may read of a published call."""

WHOLE = (
    *CALL,
    Part("appointments", _rows(Appointment, _of_call(Appointment.procurement_id))),
    Part("openings", _rows(Opening, _of_call(Opening.procurement_id), Opening.opened_at)),
    Part("offers", _rows(Offer, lambda one: Offer.id.in_(opened_offers(one)))),
    Part(
        "offer-versions",
        _rows(
            OfferVersion,
            lambda one: OfferVersion.id.in_(
                select(OpenedContent.version_id).where(
                    OpenedContent.offer_id.in_(opened_offers(one))
                )
            ),
            OfferVersion.submitted_at,
        ),
    ),
    Part("offered-contents", _rows(OpenedContent, _of_offers(OpenedContent.offer_id))),
    Part("offered-prices", _rows(LotOffer, _of_offers(LotOffer.offer_id))),
    Part(
        "interests",
        _rows(
            InterestDeclaration,
            _of_call(InterestDeclaration.procurement_id),
            InterestDeclaration.declared_at,
        ),
    ),
    Part("conflicts", _rows(Conflict, _conflicts)),
    Part(
        "suitability",
        _rows(
            SuitabilityJudgement,
            _of_offers(SuitabilityJudgement.offer_id),
            SuitabilityJudgement.judged_at,
        ),
    ),
    Part(
        "conformity",
        _rows(
            ConformityJudgement,
            _of_offers(ConformityJudgement.offer_id),
            ConformityJudgement.judged_at,
        ),
    ),
    Part(
        "clarifications",
        _rows(Clarification, _of_offers(Clarification.offer_id), Clarification.asked_at),
    ),
    Part("assessments", _rows(Assessment, _of_offers(Assessment.offer_id), Assessment.saved_at)),
    Part("joint-scores", _rows(JointScore, _of_offers(JointScore.offer_id), JointScore.agreed_at)),
    Part("awards", _rows(Award, _of_offers(Award.offer_id), Award.awarded_at)),
    Part(
        "discontinuations",
        _rows(Discontinuation, lambda one: Discontinuation.lot_id.in_(_lots(one))),
    ),
    Part(
        "decisions", _rows(AwardDecision, _of_call(AwardDecision.procurement_id), AwardDecision.n)
    ),
    Part("corrections", _rows(Correction, _decided(Correction.decision_id))),
    Part("letters", _rows(BidderLetter, _of_offers(BidderLetter.offer_id))),
    Part("remedies", _rows(Remedy, _of_call(Remedy.procurement_id), Remedy.recorded_at)),
    Part("organisations", _organisations),
    Part("contracts", _rows(Contract, _of_call(Contract.procurement_id), Contract.concluded_at)),
    Part("contract-approvals", _rows(Approval, _of_contracts(Approval.contract_id))),
    Part("contract-moves", _rows(ContractMove, _of_contracts(ContractMove.contract_id))),
    Part("contract-changes", _rows(ContractChange, _of_contracts(ContractChange.contract_id))),
    Part("contract-passings", _rows(ContractPassing, _of_contracts(ContractPassing.contract_id))),
    Part(
        "options-used",
        _rows(
            OptionExercise,
            _of_contracts(OptionExercise.contract_id),
            OptionExercise.exercised_at,
        ),
    ),
    Part("offices", _rows(ContractUser, _of_contracts(ContractUser.contract_id))),
    Part("call-offs", _rows(CallOff, _of_contracts(CallOff.contract_id), CallOff.called_at)),
    Part("ledgers", _rows(CapacityLedger, _of_contracts(CapacityLedger.contract_id))),
    Part(
        "ledger-entries",
        _rows(
            LedgerEntry,
            _of_contracts(LedgerEntry.contract_id),
            LedgerEntry.contract_id,
            LedgerEntry.n,
        ),
    ),
    Part("trainings", _trainings),
    Part("records-of-workdays", _accepted),
    Part(
        "price-revisions",
        _rows(PriceRevisionApplied, _of_contracts(PriceRevisionApplied.contract_id)),
    ),
    Part(
        "invoice-bases",
        _rows(InvoiceBasis, _of_contracts(InvoiceBasis.contract_id), InvoiceBasis.issued_at),
    ),
    Part(
        "practices",
        _rows(
            Practice,
            lambda one: Practice.meeting_id.in_(_about_nobody(one)),
            Practice.agreed_at,
            Practice.position,
        ),
    ),
    Part(
        "practice-reviews",
        _rows(
            PracticeReview,
            lambda one: PracticeReview.meeting_id.in_(_about_nobody(one)),
            PracticeReview.at,
        ),
    ),
    Part("figures", _figures),
)
"""All of it. Conflicts and offers as they were opened; no draft, nothing withdrawn, no person."""


def audit_entries(session: Session, procurement: Procurement) -> Rows:
    """The procurement's chain from its first entry: what each hash is taken of, and the hash."""
    found = session.execute(
        select(
            AuditEntry.chain,
            AuditEntry.n,
            AuditEntry.at,
            AuditEntry.by,
            AuditEntry.act,
            AuditEntry.outcome,
            AuditEntry.rule,
            AuditEntry.facts,
            AuditEntry.previous,
            AuditEntry.hash,
        )
        .where(AuditEntry.chain == str(procurement.id))
        .order_by(AuditEntry.n)
        .execution_options(yield_per=TOGETHER)
    )
    for row in found:
        yield dict(row._mapping)
