"""The overview of procurements, as a page and as files."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.documents.sheets import CSV, XLSX, Cell, csv_bytes, sheet_bytes
from portal.reports.overview.queries import overview_of_all, overview_page
from portal.reports.overview.rules import (
    ContractFigures,
    Days,
    ProcurementFigures,
    Totals,
    totals_of,
)
from portal.shared.clock import day_in_helsinki
from portal.shared.names import name_in
from portal.web.filters import status_text
from portal.web.language import current_language
from portal.web.pages import page
from portal.web.unit import me, now, reading

bp = Blueprint("overview", __name__)

OVERVIEW = "/reports/procurements"


@bp.get(OVERVIEW)
def index() -> ResponseReturnValue:
    """What procurements cost, used and saved, and how long they took."""
    session = reading()
    found = overview_page(session, me(session), request.args.get("page", 1, type=int))
    return page("reports/overview.html", found=found)


@bp.get(f"{OVERVIEW}/table.<any(xlsx, csv):ending>")
def export(ending: str) -> ResponseReturnValue:
    """All of it as a file: a line for each contract, or for a procurement without one."""
    session = reading()
    found = overview_of_all(session, me(session))
    columns, lines = _columns(), _lines(found)
    if ending == "csv":
        content, mimetype = csv_bytes(columns, lines), CSV
    else:
        content, mimetype = sheet_bytes(_("Overview of procurements"), columns, lines), XLSX
    response = Response(content, mimetype=mimetype)
    name = f"procurements-{day_in_helsinki(now()).isoformat()}.{ending}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _columns() -> list[str]:
    return [
        _("Procurement"),
        _("Title"),
        _("State"),
        _("Published"),
        _("Lots"),
        _("Offers opened"),
        _("Estimated value, €"),
        _("Contracts at the estimate, €"),
        _("Saving against the estimate, €"),
        _("Contract"),
        _("Lot"),
        _("Provider"),
        _("Accepted, €"),
        _("Invoiced, €"),
        _("Unit"),
        _("Maximum"),
        _("Delivered"),
        _("Left"),
        _("Days from publication to contract in force"),
        _("Days from call-off to start, median"),
        _("Call-offs confirmed"),
        _("Options used"),
        _("Options left"),
    ]


def _lines(found: Iterable[ProcurementFigures]) -> list[list[Cell]]:
    procurements = list(found)
    lines: list[list[Cell]] = []
    for one in procurements:
        for n, contract in enumerate(one.contracts or [None]):
            # Once for each procurement, so that a column can be summed.
            own = _of_procurement(one) if n == 0 else [one.reference, *[None] * 8]
            lines.append(own + _of_contract(contract))
    return [*lines, *_together(totals_of(procurements))]


def _of_procurement(one: ProcurementFigures) -> list[Cell]:
    opened = [lot.offers for lot in one.lots if lot.offers is not None]
    at_estimate = [contract.at_estimate for contract in one.contracts]
    return [
        one.reference,
        name_in(one.title, current_language()),
        status_text(one.state),
        one.published_on,
        len(one.lots),
        sum(opened) if opened else None,
        one.estimated_value,
        sum(at_estimate[1:], at_estimate[0]) if at_estimate else None,
        one.saving,
    ]


def _of_contract(one: ContractFigures | None) -> list[Cell]:
    if one is None:
        return [None] * 14
    language, start = current_language(), one.start
    return [
        one.reference,
        name_in(one.lot, language),
        name_in(one.provider, language),
        one.accepted,
        one.invoiced,
        status_text(one.unit),
        one.maximum,
        one.delivered,
        one.remaining,
        one.days_to_force,
        *_median(start),
        one.options_used,
        one.options_left,
    ]


def _median(days: Days | None) -> list[Cell]:
    return [None, 0] if days is None else [days.median, days.cases]


def _together(totals: Totals) -> list[list[Cell]]:
    """Sums of money in one line, capacity in a line for each unit."""
    first: list[Cell] = [_("Together"), *[None] * 7, totals.saving, *[None] * 3]
    first += [totals.accepted, totals.invoiced, *[None] * 4]
    first += [totals.to_force.median if totals.to_force else None, *_median(totals.to_start)]
    first += [totals.options_used, totals.options_left]
    lines = [first]
    for unit, one in totals.capacity.items():
        lines.append(
            [
                _("Together"),
                *[None] * 13,
                status_text(unit),
                one.maximum,
                one.delivered,
                one.remaining,
                *[None] * 5,
            ]
        )
    return lines
