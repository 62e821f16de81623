"""The pages of comparison and history."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.documents.sheets import CSV, XLSX, Cell, csv_bytes, sheet_bytes
from portal.scorecards.comparing import queries
from portal.scorecards.comparing.forms import SelectionForm, selection_form
from portal.scorecards.comparing.queries import CompareRow, Comparison
from portal.scorecards.comparing.rules import MIX
from portal.scorecards.comparing.words import differs_text, indicator_text, mix_text, row_text
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import NotFound
from portal.shared.names import name_in
from portal.web.language import current_language
from portal.web.pages import page
from portal.web.unit import me, now, reading

bp = Blueprint("comparing", __name__)

WORDS: dict[str, Any] = {
    "differs_text": differs_text,
    "indicator_text": indicator_text,
    "mix_text": mix_text,
    "row_text": row_text,
}


@bp.get("/comparison")
def index() -> ResponseReturnValue:
    """Providers or regions side by side, with whom they have served."""
    session = reading()
    choices = queries.choices_of(session, me(session))
    form = selection_form(choices, request.args)
    found = _comparison(form) if form.validate() else None
    # Only what the form knows: an address may carry anything.
    chosen: dict[str, Any] = {
        name: request.args[name] for name in form.data if name in request.args
    }
    files = {ending: url_for(".table", ending=ending, **chosen) for ending in ("xlsx", "csv")}
    status = 200 if found is not None else 422
    return page(
        "comparing/index.html",
        status=status,
        found=found,
        form=form,
        files=files,
        histories=_by_name(choices),
        mix=list(MIX),
        **WORDS,
    )


def _by_name(choices: queries.Choices) -> list[tuple[UUID, str]]:
    named = [(key, name_in(names, current_language())) for key, names in choices.histories]
    return sorted(named, key=lambda one: one[1].casefold())


@bp.get("/comparison/table.<any(xlsx, csv):ending>")
def table(ending: str) -> ResponseReturnValue:
    """The same table as a file, with numbers as numbers."""
    form = _form()
    if not form.validate():
        raise NotFound
    found = _comparison(form)
    columns, rows = _sheet(found)
    title = _("Comparison")
    content = sheet_bytes(title, columns, rows) if ending == "xlsx" else csv_bytes(columns, rows)
    return send_file(
        BytesIO(content),
        mimetype=XLSX if ending == "xlsx" else CSV,
        as_attachment=True,
        download_name=f"{title.lower()}.{ending}",
        max_age=0,
    )


def _form() -> SelectionForm:
    session = reading()
    return selection_form(queries.choices_of(session, me(session)), request.args)


def _comparison(form: SelectionForm) -> Comparison:
    session = reading()
    today = day_in_helsinki(now())
    return queries.comparison(session, me(session), form.selection(), current_language(), today)


def _sheet(found: Comparison) -> tuple[list[str], list[list[Cell]]]:
    columns = [_("Who"), _("People whose training ended")]
    for key in MIX:
        columns += [
            _("%(what)s, percent", what=mix_text(key)),
            _("%(what)s, people", what=mix_text(key)),
        ]
    for cell in found.rows[0].cells if found.rows else []:
        name = indicator_text(cell.key)
        columns += [name, _("%(what)s: counted", what=name), _("%(what)s: of", what=name)]
    columns += [_("The people differ from all together"), _("Remark")]
    return columns, [_sheet_row(row, found) for row in found.rows]


def _sheet_row(row: CompareRow, found: Comparison) -> list[Cell]:
    line: list[Cell] = [row_text(row), row.people]
    mix = {one.key: one for one in row.mix}
    for key in MIX:
        line += [mix[key].share, mix[key].count] if key in mix else [None, None]
    for cell in row.cells:
        line += [cell.value, cell.numerator, cell.denominator]
    few = row.people is None or any(cell.withheld for cell in row.cells)
    remark = _("Figures of fewer than %(n)s people are not shown.", n=found.small_group)
    return [*line, differs_text(row), remark if few else None]


@bp.get("/providers/<uuid:provider_id>/history")
def history(provider_id: UUID) -> ResponseReturnValue:
    """A provider over periods."""
    session = reading()
    found = queries.provider_history(session, provider_id, me(session))
    return _history_page("comparing/history.html", found)


@bp.get("/training-forms/<form_key>/history")
def service(form_key: str) -> ResponseReturnValue:
    """A form of training over providers."""
    session = reading()
    found = queries.service_history(session, form_key, me(session), current_language())
    return _history_page("comparing/service.html", found)


def _history_page(template: str, found: queries.History) -> Response:
    return page(template, found=found, **WORDS)
