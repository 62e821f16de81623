"""The report of a play, read back from the database: what cases/FORMAT.md lists."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.audit.record import faults
from portal.cases.format import Case
from portal.cases.player import Play
from portal.cases.report.contracts import reported_call_offs, reported_contract
from portal.cases.report.indicators import reported_indicators
from portal.cases.report.practices import reported_practices
from portal.cases.report.scorecards import reported_scorecards
from portal.cases.report.trainings import reported_trainings
from portal.cases.stage import Stage
from portal.documents.models import StoredDocument
from portal.evaluation.comparison import LotComparison, compare_lots
from portal.evaluation.models import Award, AwardDecision, BidderLetter
from portal.offers.models import Offer, OfferVersion, Opening
from portal.options.models import OptionExercise
from portal.procurement.models import CallAmendment, Procurement
from portal.reports.programme.models import IndicatorReport
from portal.workdays.models import InvoiceBasis


def report(session: Session, play: Play) -> dict[str, Any]:
    """The whole report, as plain values for JSON."""
    procurement = play.stage.procurement(session)
    compared = compare_lots(session, procurement)
    return {
        "case": play.case.name,
        "acts": [_act(play.case, outcome) for outcome in play.outcomes],
        "lots": {lot.key: _lot(play.stage, compared[lot.id]) for lot in procurement.lots},
        "contracts": {
            key: reported_contract(session, play, contract_id)
            for key, contract_id in play.stage.contracts.items()
        },
        "call_offs": reported_call_offs(session, play.stage),
        "trainings": reported_trainings(session, play.stage),
        "practices": reported_practices(session, play.stage),
        "indicators": reported_indicators(session, play.stage),
        "scorecards": reported_scorecards(session, play.stage),
        "documents": _documents(session, play.stage, procurement),
        "audit": {
            "entries": session.scalar(
                select(func.count())
                .select_from(AuditEntry)
                .where(AuditEntry.chain.in_(_chains(play.stage, procurement)))
            ),
            "intact": not faults(session),
        },
    }


def _chains(stage: Stage, procurement: Procurement) -> list[str]:
    """The procurement's own chain, and those of the organisations, whose scorecards are there."""
    return [str(procurement.id), *(str(key) for key in stage.organisations.values())]


def _act(case: Case, outcome: Any) -> dict[str, Any]:
    act = outcome.act
    return {
        "n": act.n,
        "at": act.at.astimezone(case.zone).isoformat(),
        "by": act.by,
        "do": act.do,
        "result": "done" if outcome.rule is None else "refused",
        "rule": outcome.rule,
        "shown": outcome.shown,
    }


def _lot(stage: Stage, comparison: LotComparison) -> dict[str, Any]:
    ranking = []
    for placing in comparison.placings:
        provider = comparison.provider_of(placing).id
        ranking.append(placing.as_reported() | {"provider": stage.organisation_key(provider)})
    award = comparison.award
    return {
        "ranking": sorted(ranking, key=lambda row: (row["rank"], row["provider"])),
        "awarded_to": stage.organisation_key(award.offer.provider_id) if award else None,
    }


def _documents(session: Session, stage: Stage, procurement: Procurement) -> list[dict[str, Any]]:
    subjects = _subjects(session, stage, procurement)
    made = session.scalars(
        select(StoredDocument)
        .where(
            or_(
                StoredDocument.owner == procurement.id,
                StoredDocument.subject.in_(stage.scorecards.values()),
            )
        )
        .order_by(StoredDocument.made_at, StoredDocument.kind, StoredDocument.language)
    )
    return [
        {
            "kind": document.kind,
            "of": subjects[document.subject],
            "language": document.language,
            "pages": document.pages,
            "sha256": document.sha256,
        }
        for document in made
    ]


def _subjects(session: Session, stage: Stage, procurement: Procurement) -> dict[UUID, str]:
    """What each document is of, in the case's own keys: a lot, a provider, a contract."""
    lots = {lot.id: lot.key for lot in procurement.lots}
    offers = select(Offer.id).where(Offer.procurement_id == procurement.id)
    subjects = {procurement.id: procurement.reference}
    amendments = select(CallAmendment.id).where(CallAmendment.procurement_id == procurement.id)
    subjects |= dict.fromkeys(session.scalars(amendments), procurement.reference)
    subjects |= {
        version_id: stage.organisation_key(provider_id)
        for version_id, provider_id in session.execute(
            select(OfferVersion.id, Offer.provider_id)
            .join(Offer, Offer.id == OfferVersion.offer_id)
            .where(Offer.procurement_id == procurement.id)
        )
    }
    subjects |= {
        award_id: lots[lot_id]
        for award_id, lot_id in session.execute(
            select(Award.id, Award.lot_id).where(Award.lot_id.in_(lots))
        )
    }
    decisions = select(AwardDecision.id).where(AwardDecision.procurement_id == procurement.id)
    subjects |= dict.fromkeys(session.scalars(decisions), procurement.reference)
    subjects |= {
        letter.id: stage.organisation_key(letter.offer.provider_id)
        for letter in session.scalars(select(BidderLetter).where(BidderLetter.offer_id.in_(offers)))
    }
    openings = select(Opening.id).where(Opening.procurement_id == procurement.id)
    subjects |= dict.fromkeys(session.scalars(openings), procurement.reference)
    reports = select(IndicatorReport.id).where(IndicatorReport.procurement_id == procurement.id)
    subjects |= dict.fromkeys(session.scalars(reports), procurement.reference)
    subjects |= {
        exercise_id: key
        for key, contract_id in stage.contracts.items()
        for exercise_id in session.scalars(
            select(OptionExercise.id).where(OptionExercise.contract_id == contract_id)
        )
    }
    contracts = {value: key for key, value in stage.contracts.items()}
    subjects |= {
        basis_id: contracts[contract_id]
        for basis_id, contract_id in session.execute(
            select(InvoiceBasis.id, InvoiceBasis.contract_id).where(
                InvoiceBasis.contract_id.in_(contracts)
            )
        )
    }
    subjects |= {value: key for key, value in stage.call_offs.items()}
    subjects |= {value: key for key, value in stage.meetings.items()}
    subjects |= {value: key for key, value in stage.scorecards.items()}
    return subjects | contracts
