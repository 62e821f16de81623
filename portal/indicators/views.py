"""The pages of indicators: the overview, the rows behind a figure, what each means."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from portal.contracts.queries import contract_of
from portal.documents.sheets import CSV, XLSX, Cell, csv_bytes, sheet_bytes
from portal.enrolments.rules import Status
from portal.indicators import queries, usecases
from portal.indicators.forms import SelectionForm, TargetGroupForm
from portal.indicators.queries import Selection
from portal.indicators.words import POPULATIONS
from portal.organisations.models import Person
from portal.shared.clock import day_in_helsinki
from portal.shared.names import name_in
from portal.web.acting import acted
from portal.web.fields import choices
from portal.web.language import current_language
from portal.web.pages import page
from portal.web.unit import me, now, reading

bp = Blueprint("indicators", __name__)


@bp.context_processor
def words() -> dict[str, Any]:
    """Populations in words, for the templates of these pages."""
    return {"population_text": POPULATIONS.__getitem__}


INDICATORS = "/indicators"
DEFINITIONS = f"{INDICATORS}/definitions"
TARGET_GROUP = "/contracts/<uuid:contract_id>/target-group"


@bp.get(INDICATORS)
def index() -> ResponseReturnValue:
    """The indicators of what was chosen."""
    session = reading()
    form, chosen, kept = _chosen(session)
    if chosen is None:
        return page("indicators/index.html", status=422, form=form, found=None, kept=kept)
    n = request.args.get("page", 1, type=int)
    found = queries.indicators_page(session, me(session), chosen, day_in_helsinki(now()), n)
    return page("indicators/index.html", form=form, found=found, kept=kept)


@bp.get(f"{INDICATORS}/table.<any(xlsx, csv):ending>")
def table(ending: str) -> ResponseReturnValue:
    """The same as a table for spreadsheet programs."""
    session = reading()
    form, chosen, kept = _chosen(session)
    if chosen is None:
        return page("indicators/index.html", status=422, form=form, found=None, kept=kept)
    today = day_in_helsinki(now())
    found = queries.indicators_page(session, me(session), chosen, today)
    columns, rows = _table(found)
    xlsx = ending == "xlsx"
    content = sheet_bytes(_("Indicators"), columns, rows) if xlsx else csv_bytes(columns, rows)
    return send_file(
        BytesIO(content),
        mimetype=XLSX if xlsx else CSV,
        as_attachment=True,
        download_name=f"indicators-{today.isoformat()}.{ending}",
    )


def _table(found: queries.Overview) -> tuple[list[str], list[list[Cell]]]:
    language = current_language()
    units = {
        "share": _("percent"),
        "mean": _("mean"),
        "number": _("number"),
        "days": _("days"),
    }
    columns = [
        _("Indicator"),
        _("Of whom or what"),
        _("Value of the indicator"),
        _("Unit"),
        _("Numerator"),
        _("Denominator"),
        _("Cases"),
        _("Preliminary"),
        _("Interval from, percent"),
        _("Interval to, percent"),
        _("Target, percent"),
        _("From"),
        _("To"),
    ]
    rows: list[list[Cell]] = []
    for one in found.shown:
        low, high = one.interval or (None, None)
        rows.append(
            [
                name_in(one.definition.name, language),
                str(POPULATIONS[one.definition.population]),
                one.value,
                units[one.definition.unit],
                None if one.withheld else one.figure.numerator,
                one.figure.denominator,
                one.figure.cases,
                _("yes") if one.preliminary else _("no"),
                low,
                high,
                one.target,
                found.period.first,
                found.period.last,
            ]
        )
    return columns, rows


@bp.get(f"{INDICATORS}/<key>/rows")
def rows(key: str) -> ResponseReturnValue:
    """The rows behind one figure."""
    session = reading()
    form, chosen, kept = _chosen(session)
    if chosen is None:
        return page("indicators/index.html", status=422, form=form, found=None, kept=kept)
    n = request.args.get("page", 1, type=int)
    today = day_in_helsinki(now())
    found = queries.rows_page(session, me(session), key, chosen, n, today)
    return page("indicators/rows.html", found=found, kept=kept)


@bp.get(DEFINITIONS)
def definitions() -> ResponseReturnValue:
    """What every indicator means."""
    return page("indicators/definitions.html", found=queries.definitions_page())


@bp.get(f"{DEFINITIONS}/<key>")
def definition(key: str) -> ResponseReturnValue:
    """What one indicator means, how it is computed and what it does not say."""
    found = queries.definition_page(key)
    return page("indicators/definition.html", found=found)


@bp.get(TARGET_GROUP)
def target_group(contract_id: UUID) -> ResponseReturnValue:
    """How the target group of a contract's lot is counted."""
    return _target_group_page(contract_id, None)


@bp.post(TARGET_GROUP)
def name_target_group(contract_id: UUID) -> ResponseReturnValue:
    """Name the starting situations that it is counted by."""
    form = TargetGroupForm()

    def act(session: Session, by: Person) -> str:
        usecases.name_target_group(
            session,
            contract=contract_of(session, contract_id, by),
            statuses=[Status(status) for status in form.statuses.data],
            reason=form.reason.data,
            by=by,
            at=now(),
        )
        return url_for(".target_group", contract_id=contract_id)

    answer = acted(form, act, _("The target group has been named."))
    return answer or _target_group_page(contract_id, form, 422)


def _target_group_page(
    contract_id: UUID, form: TargetGroupForm | None, status: int = 200
) -> Response:
    session = reading()
    found = queries.target_group_page(session, contract_id, me(session))
    if form is None:
        standing = found.standing
        form = TargetGroupForm(
            formdata=None, data={"statuses": standing.statuses if standing else []}
        )
    return page("indicators/target_group.html", status=status, found=found, form=form)


def _chosen(session: Session) -> tuple[SelectionForm, Selection | None, dict[str, str]]:
    """The form with what this reader may choose, what was chosen, and how that was typed.

    Nothing is chosen where the form refuses what was sent; another's contract is refused as one
    that does not exist.
    """
    language = current_language()
    offered = queries.choices_for(session, me(session))
    form = SelectionForm(MultiDict(request.args), meta={"csrf": False})
    contracts = offered.contracts
    form.contract.choices = choices([(one.id, one.reference) for one in contracts], _("All"))
    providers = {one.provider_id: name_in(one.provider, language) for one in contracts}
    form.provider.choices = choices(sorted(providers.items(), key=_by_text), _("All"))
    lots = {
        one.lot_id: f"{name_in(one.procurement, language)}: {name_in(one.lot, language)}"
        for one in contracts
    }
    form.lot.choices = choices(sorted(lots.items(), key=_by_text), _("All"))
    forms = [(key, name_in(names, language)) for key, names in offered.forms]
    form.training_form.choices = choices(forms, _("All"))
    regions = sorted({one.region for one in contracts})
    form.region.choices = choices([(region, region) for region in regions], _("All"))
    kept = {field.name: request.args[field.name] for field in form if request.args.get(field.name)}
    if not form.validate():
        return form, None, kept
    chosen = Selection(
        contract=_key(form.contract.data),
        provider=_key(form.provider.data),
        lot=_key(form.lot.data),
        form=form.training_form.data or None,
        region=form.region.data or None,
        first=form.first.data,
        last=form.last.data,
    )
    if chosen.first and chosen.last and chosen.last < chosen.first:
        form.last.errors = [_("The last day must not be before the first.")]
        return form, None, kept
    return form, chosen, kept


def _key(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def _by_text(pair: tuple[UUID, str]) -> str:
    return pair[1].casefold()
