"""What the indicator report's document is given, kept or made for one reader's selection."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.documents.store import Builder
from portal.organisations.models import Organisation
from portal.procurement.models import Procurement
from portal.reports.programme.models import IndicatorReport
from portal.reports.programme.queries import DOCUMENT, TablePage


def indicator_report_context(session: Session, subject: UUID, language: str) -> dict[str, Any]:
    """A kept report: nothing but what was kept when it was made."""
    report = session.get_one(IndicatorReport, subject)
    procurement = session.get_one(Procurement, report.procurement_id)
    kept = report.content
    return {
        "made_at": report.made_at,
        "made_by": report.made_by.name,
        "buyer": _party(procurement.buyer),
        "procurement": {
            "reference": procurement.reference,
            "title": dict(procurement.title),
        },
        "first": report.period.first,
        "last": report.period.last,
        "contracts": kept["contracts"],
        "told": [],
        "own_people": False,
        "figures": kept["figures"],
    }


def selection_context(
    found: TablePage, organisation: Organisation, made_by: str, at: datetime
) -> dict[str, Any]:
    """A reader's own selection, in the name of their organisation."""
    return {
        "made_at": at,
        "made_by": made_by,
        "buyer": _party(organisation),
        "procurement": None,
        "first": found.period.first,
        "last": found.period.last,
        "contracts": [],
        "told": [
            {"kind": kind, "names": [dict(name) for name in names]} for kind, names in found.told
        ],
        "own_people": found.own_people,
        "figures": found.table.as_reported(),
    }


def _party(organisation: Organisation) -> dict[str, Any]:
    return {"name": dict(organisation.name), "business_id": organisation.business_id}


DOCUMENTS: dict[str, Builder] = {DOCUMENT: indicator_report_context}
