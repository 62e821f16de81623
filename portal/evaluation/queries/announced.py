"""The award notice of an issued decision."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.evaluation.comparison import LotComparison, compare_lots
from portal.evaluation.models import AwardDecision
from portal.evaluation.notices import LotOutcome, Winner, award_notice
from portal.evaluation.queries.part import seeing_part
from portal.organisations.models import Person
from portal.procurement.consequences import Notice as Asked
from portal.procurement.queries.advertised import NoticePage, advertised, notices_asked
from portal.procurement.queries.drafting import officers_procurement
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken


def award_notice_page(session: Session, procurement_id: UUID, person: Person) -> NoticePage:
    """The award notice, for the buyer's officer.

    Raises NotFound, ``wrong_state`` until a decision stands, and what `Part.require_open` raises.
    """
    procurement = officers_procurement(session, procurement_id, person)
    seeing_part(session, procurement_id, person)
    decision = session.scalar(
        select(AwardDecision).where(
            AwardDecision.procurement_id == procurement.id, AwardDecision.voided_at.is_(None)
        )
    )
    if decision is None:
        raise RuleBroken("wrong_state")
    outcomes = {
        compared.lot.key: _outcome(compared)
        for compared in compare_lots(session, procurement).values()
    }
    of = advertised(session, procurement)
    notice = award_notice(of, outcomes, day_in_helsinki(decision.issued_at))
    asked = Asked.EU_AWARD in notices_asked(of.call, procurement)
    return NoticePage(procurement, notice, asked=asked)


def _outcome(compared: LotComparison) -> LotOutcome:
    winner = None
    if compared.award is not None:
        row = compared.offers[compared.award.offer_id]
        assert row.price is not None
        provider = row.provider
        winner = Winner(provider.name, provider.business_id, row.price, row.coordination_fee)
    return LotOutcome(winner, received=len(compared.offers), left_in=len(compared.left_in))
