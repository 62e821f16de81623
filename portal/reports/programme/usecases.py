"""Making an indicator report that is kept."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.documents import store
from portal.indicators.rules import Period
from portal.organisations.models import Person
from portal.permissions import require
from portal.procurement.models import Procurement
from portal.reports.programme.models import IndicatorReport
from portal.reports.programme.queries import DOCUMENT, contracts_of, table_of_procurement
from portal.reports.programme.rules import require_ordered
from portal.shared.names import DEFAULT_LANGUAGE

ALL_THE_TIME = Period()


def make_indicator_report(
    session: Session,
    *,
    procurement: Procurement,
    by: Person,
    at: datetime,
    period: Period = ALL_THE_TIME,
    languages: Collection[str] = (DEFAULT_LANGUAGE,),
) -> IndicatorReport:
    """Keep the indicator table of the procurement's contracts as it is now, and ask for its PDF.

    The document is the report's own (its subject), sealed with the procurement's key. Raises
    ``not_permitted``, ``days_disordered``.
    """
    chain = procurement.id
    with acting(session, "make_indicator_report", chain=chain, by=by.id, at=at) as facts:
        require(by, "make_indicator_report", procurement.buyer_id)
        require_ordered(period)
        latest = select(func.max(IndicatorReport.n)).where(
            IndicatorReport.procurement_id == procurement.id
        )
        figures = table_of_procurement(session, procurement, period).as_reported()
        report = IndicatorReport(
            procurement_id=procurement.id,
            n=(session.scalar(latest) or 0) + 1,
            content={
                "first": period.first and period.first.isoformat(),
                "last": period.last and period.last.isoformat(),
                "contracts": contracts_of(session, procurement),
                "figures": figures,
            },
            made_by_id=by.id,
            made_at=at,
        )
        session.add(report)
        session.flush()
        for language in languages:
            store.request(
                session,
                DOCUMENT,
                subject=report.id,
                owner=procurement.id,
                language=language,
                at=at,
            )
        facts.note(report=report.id, figures=figures)
        return report
