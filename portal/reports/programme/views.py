"""The pages of the indicator table: the table, the rows behind a figure, files, kept reports."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.documents import store
from portal.documents.sheets import CSV, XLSX, Cell, csv_bytes, sheet_bytes
from portal.documents.store import render
from portal.indicators.rules import Period
from portal.organisations.models import Organisation, Person
from portal.reports.programme import queries, usecases
from portal.reports.programme.access import procurement_reported_on
from portal.reports.programme.documents import selection_context
from portal.reports.programme.forms import PeriodForm, SelectionForm
from portal.reports.programme.queries import DOCUMENT, TablePage
from portal.reports.programme.rules import INTAKE, RESULTS, Selection
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import NotFound, RuleBroken
from portal.shared.names import LANGUAGES, name_in
from portal.web.acting import acted
from portal.web.filters import add_status_texts, day, status_text
from portal.web.forms import refuse
from portal.web.language import current_language
from portal.web.pages import page
from portal.web.unit import me, now, reading, record_read

bp = Blueprint("programme", __name__)

TABLE = "/reports/programme"
REPORTS = "/procurements/<uuid:procurement_id>/indicator-reports"

add_status_texts(
    {
        "figure_total": _l("All"),
        "figure_women": _l("Women"),
        "figure_open_market": _l("In the open labour market"),
        "figure_other_work": _l("In other work"),
        "figure_unemployed": _l("Unemployed, with the long-term unemployed"),
        "figure_long_term_unemployed": _l("Of these long-term unemployed"),
        "figure_outside": _l("Outside working life, with those in education"),
        "figure_in_education": _l("Of these in education"),
        "figure_interrupted": _l("Interrupted the training"),
        "figure_units": _l("Qualification units"),
        "figure_qualifications": _l("Qualifications"),
        "figure_age_15_24": _l("15–24 years old"),
        "figure_age_55_64": _l("55–64 years old"),
        "figure_basic": _l("Basic education"),
        "figure_upper_secondary": _l("Upper secondary education"),
        "figure_post_secondary": _l("Post-secondary education"),
        "figure_higher": _l("Higher education"),
        "figure_immigrants": _l("Immigrants"),
        "figure_minorities": _l("Members of minorities"),
        "figure_disabled": _l("People with disabilities"),
        "figure_other_disadvantaged": _l("Others in a disadvantaged position"),
        "chosen_contracts": _l("Contract"),
        "chosen_lots": _l("Lot"),
        "chosen_providers": _l("Provider"),
        "chosen_buyers": _l("Buyer"),
        "chosen_forms": _l("Form of training"),
        "chosen_regions": _l("Region"),
    }
)


@bp.get(TABLE)
def index() -> ResponseReturnValue:
    """The table of a selection."""
    form, found = _asked()
    return page(
        "reports/programme.html",
        status=422 if form.problems() else 200,
        form=form,
        found=found,
        sections=_sections(),
        chosen=_chosen(),
        period_text=period_text,
    )


@bp.get(f"{TABLE}/rows")
def rows() -> ResponseReturnValue:
    """The records behind one figure."""
    form = SelectionForm(request.args)
    session = reading()
    if not form.validate():
        raise NotFound
    key = request.args.get("figure", "")
    found = queries.rows_page(
        session, me(session), form.selection(), key, request.args.get("page", 1, type=int)
    )
    return page(
        "reports/rows.html",
        found=found,
        label=figure_label(key),
        chosen=_chosen(),
        period_text=period_text,
    )


@bp.get(f"{TABLE}/table.<any(xlsx, csv, json, pdf):ending>")
def export(ending: str) -> ResponseReturnValue:
    """The table as a file, with the selection and the period written in it."""
    form, found = _asked()
    if found is None:
        return index()
    at = now()
    if ending == "json":
        content, mimetype = _as_json(found, form.selection(), at), "application/json"
    elif ending == "pdf":
        content, mimetype = _as_pdf(found, at), "application/pdf"
    elif ending == "csv":
        content, mimetype = csv_bytes(*_sheet(found, at)), CSV
    else:
        title = _("Indicators of the programme")
        content, mimetype = sheet_bytes(title, *_sheet(found, at)), XLSX
    response = Response(content, mimetype=mimetype)
    name = f"indicators-{day_in_helsinki(at).isoformat()}.{ending}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _asked() -> tuple[SelectionForm, TablePage | None]:
    """The form as it was sent, and the table; no table where the form or a rule refuses it."""
    session = reading()
    person = me(session)
    form = SelectionForm(request.args)
    found = None
    if form.validate():
        try:
            found = queries.table_page(session, person, form.selection())
        except RuleBroken as broken:
            refuse(form, broken)
    form.offer(
        found.choices
        if found is not None
        else queries.choices_of(session, person, form.selection())
    )
    return form, found


def _chosen() -> dict[str, list[str]]:
    """What was sent, for the addresses of other pages of the same selection."""
    names = set(SelectionForm(formdata=None).data)
    return {
        name: [text for text in request.args.getlist(name) if text]
        for name in request.args
        if name in names
    }


def _sections() -> list[tuple[str, list[tuple[str, str]]]]:
    """Results first, volumes second: each heading with its figures and their labels."""
    return [
        (_("What became of those who completed"), [(key, figure_label(key)) for key in RESULTS]),
        (_("Who started"), [(key, figure_label(key)) for key in INTAKE]),
    ]


def figure_label(key: str) -> str:
    """A figure in words, without its part of the table."""
    return status_text(f"figure_{key.rpartition('.')[2]}")


def period_text(period: Period) -> str:
    """A period in the reader's words."""
    if period.first is None and period.last is None:
        return str(_("From the beginning until now"))
    if period.last is None:
        return str(_("From %(day)s on", day=day(period.first)))
    if period.first is None:
        return str(_("Until %(day)s", day=day(period.last)))
    return f"{day(period.first)}–{day(period.last)}"


def _told(found: TablePage) -> list[tuple[str, str]]:
    """The selection in words: what kind, and what was chosen of it."""
    language = current_language()
    told = [(_("Period"), period_text(found.period))]
    told += [
        (status_text(f"chosen_{kind}"), ", ".join(name_in(name, language) for name in names))
        for kind, names in found.told
    ]
    if not found.told:
        told.append((_("Contracts"), _("All that the reader may see")))
    if found.own_people:
        told.append((_("People"), _("Those whom the reader's own office has referred")))
    return told


def _sheet(found: TablePage, at: datetime) -> tuple[list[str], list[list[Cell]]]:
    columns = [_("Part"), _("What"), _("Number"), _("Chosen"), _("Key")]
    lines: list[list[Cell]] = [
        [_("Selection"), kind, None, text, None] for kind, text in _told(found)
    ]
    lines.append([_("Selection"), _("Made on"), None, day(day_in_helsinki(at)), None])
    for heading, figures in _sections():
        lines += [[heading, label, found.table[key], None, key] for key, label in figures]
    return columns, lines


def _as_json(found: TablePage, chosen: Selection, at: datetime) -> bytes:
    """Keys are those of cases/FORMAT.md, whatever the reader's language."""
    period = chosen.period
    content: Mapping[str, Any] = {
        "made_at": at.isoformat(),
        "period": {
            "first": period.first and period.first.isoformat(),
            "last": period.last and period.last.isoformat(),
        },
        "selection": {
            **{kind: [dict(name) for name in names] for kind, names in found.told},
            "own_people_only": found.own_people,
        },
        "indicators": found.table.as_reported(),
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _as_pdf(found: TablePage, at: datetime) -> bytes:
    session = reading()
    person = me(session)
    context = selection_context(found, _home(person), person.name, at)
    return render(DOCUMENT, current_language(), context).pdf


def _home(person: Person) -> Organisation:
    """In whose name a reader's own report is made: the first organisation they belong to."""
    return person.memberships[0].organisation


@bp.get(REPORTS)
def reports(procurement_id: UUID) -> ResponseReturnValue:
    """The reports of a procurement that were made and kept."""
    return _reports_page(procurement_id, PeriodForm(formdata=None))


def _reports_page(procurement_id: UUID, form: PeriodForm, status: int = 200) -> Response:
    session = reading()
    found = queries.reports_page(
        session,
        procurement_id,
        me(session),
        request.args.get("page", 1, type=int),
        current_language(),
    )
    return page("reports/made.html", status=status, found=found, form=form, period_text=period_text)


@bp.post(REPORTS)
def make(procurement_id: UUID) -> ResponseReturnValue:
    """Make a report of the procurement's contracts and keep it."""
    form = PeriodForm()

    def act(session: Session, by: Person) -> str:
        usecases.make_indicator_report(
            session,
            procurement=procurement_reported_on(session, procurement_id, by),
            period=Period(form.first.data, form.last.data),
            languages=LANGUAGES,
            by=by,
            at=now(),
        )
        return url_for(".reports", procurement_id=procurement_id)

    answer = acted(form, act, _("The report is being made."))
    return answer or _reports_page(procurement_id, form, 422)


@bp.get("/indicator-reports/<uuid:report_id>/report.pdf")
def document(report_id: UUID) -> ResponseReturnValue:
    """A kept report as PDF."""
    session = reading()
    report, stored = queries.report_document(session, report_id, me(session), current_language())
    record_read(report.id)
    return send_file(
        BytesIO(store.content(session, stored)),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"indicators-{report.n}-{day_in_helsinki(report.made_at).isoformat()}.pdf",
        max_age=0,
    )
