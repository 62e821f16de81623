"""The reports of a procurement that were made and kept, and what they are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.capacity.models import Training
from portal.contracts.models import Contract
from portal.documents import store
from portal.documents.models import StoredDocument
from portal.indicators.rules import Period
from portal.organisations.models import Organisation, Person
from portal.permissions import may
from portal.procurement.models import Procurement
from portal.reports.programme.access import procurement_reported_on
from portal.reports.programme.models import IndicatorReport
from portal.reports.programme.queries.counting import table_of
from portal.reports.programme.rules import Table
from portal.shared.errors import NotFound
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging

DOCUMENT = "indicator_report"


@dataclass(frozen=True)
class ReportRow:
    """One report that was made: its number, who made it, when, and its document if it is there."""

    report: IndicatorReport
    document: StoredDocument | None


@dataclass(frozen=True)
class ReportsPage:
    """The indicator reports made of a procurement, the newest first."""

    procurement: Procurement
    rows: list[ReportRow]
    paging: Paging
    may_make: bool


def reports_page(
    session: Session, procurement_id: UUID, person: Person, n: int, language: str
) -> ReportsPage:
    """The whole page. Raises NotFound."""
    procurement = procurement_reported_on(session, procurement_id, person)
    made = list(
        session.scalars(
            select(IndicatorReport)
            .where(IndicatorReport.procurement_id == procurement.id)
            .order_by(IndicatorReport.n.desc())
        )
    )
    pages = paging(len(made), n)
    shown = made[pages.offset : pages.offset + ROWS_ON_A_PAGE]
    documents = store.find_all(session, DOCUMENT, [one.id for one in shown], language)
    return ReportsPage(
        procurement=procurement,
        rows=[ReportRow(one, documents.get(one.id)) for one in shown],
        paging=pages,
        may_make=may(person, "make_indicator_report", procurement.buyer_id),
    )


def report_document(
    session: Session, report_id: UUID, person: Person, language: str
) -> tuple[IndicatorReport, StoredDocument]:
    """A report that this reader may see, with its document. Raises NotFound."""
    report = session.get(IndicatorReport, report_id)
    if report is None:
        raise NotFound
    procurement_reported_on(session, report.procurement_id, person)
    stored = store.find(session, DOCUMENT, report.id, language)
    if stored is None:
        raise NotFound
    return report, stored


def contracts_of(session: Session, procurement: Procurement) -> list[dict[str, Any]]:
    """The procurement's contracts that are or were in force, as a report keeps them."""
    found = session.execute(
        select(Contract.reference, Organisation.name)
        .join(Organisation, Organisation.id == Contract.provider_id)
        .where(Contract.procurement_id == procurement.id, Contract.in_force_at.is_not(None))
        .order_by(Contract.reference)
    )
    return [{"reference": reference, "provider": dict(name)} for reference, name in found]


def table_of_procurement(session: Session, procurement: Procurement, period: Period) -> Table:
    """Everybody under the procurement's contracts."""
    trainings = (
        select(Training.id)
        .join(Contract, Contract.id == Training.contract_id)
        .where(Contract.procurement_id == procurement.id, Contract.in_force_at.is_not(None))
    )
    return table_of(session, trainings, period)
