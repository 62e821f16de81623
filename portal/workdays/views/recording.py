"""The trainer's pages: a month recorded by typing, pasting or a file, and corrected."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.documents.sheets import csv_bytes, sheet_bytes
from portal.procurement.rules import Unit
from portal.shared.errors import NotFound, RuleBroken
from portal.training_forms.words import paid_text
from portal.web.pages import done, page
from portal.web.unit import let_go, me, now, reading, services, transaction
from portal.workdays import queries, usecases
from portal.workdays.access import trainers_training
from portal.workdays.forms.reading import rows_of_file, rows_of_text
from portal.workdays.forms.records import (
    CorrectForm,
    MonthForm,
    PasteForm,
    correct_form,
    month_form,
    sheet_of,
)
from portal.workdays.queries import MonthPage
from portal.workdays.rules import RecordState
from portal.workdays.views.blueprint import MONTH, TRAINING, bp, file

LONGEST_ERROR_LIST = 50


@bp.get(f"{TRAINING}/record")
def record(training_id: UUID) -> ResponseReturnValue:
    """The month that is to be recorded next, or the one asked for."""
    found = _month(training_id, request.args.get("period"))
    return _month_page(found, month_form(found, typed=False), PasteForm(formdata=None))


@bp.post(MONTH)
def save(training_id: UUID, period: str) -> ResponseReturnValue:
    """Record what was typed."""
    found = _month(training_id, period)
    form = month_form(found)
    if form.validate():
        try:
            return _recorded(found, form.amounts(found, "days"), form.amounts(found, "absent"))
        except RuleBroken as broken:
            form.refuse(broken)
            found = _month(training_id, period)
    return _month_page(found, form, PasteForm(formdata=None), 422)


@bp.post(f"{MONTH}/import")
def take_in(training_id: UUID, period: str) -> ResponseReturnValue:
    """Record what was pasted or sent as a file: all of its rows, or none."""
    found = _month(training_id, period)
    form = PasteForm()
    if form.validate():
        try:
            rows = _rows(form)
            found = _month(training_id, period)
            sheet = sheet_of(found, rows)
            if not sheet.faults:
                return _recorded(found, sheet.days, sheet.absent)
            form.refuse_rows(sheet.faults[:LONGEST_ERROR_LIST])
        except RuleBroken as broken:
            form.refuse(broken)
            found = _month(training_id, period)
    return _month_page(found, month_form(found, typed=False), form, 422)


def _rows(form: PasteForm) -> list[list[str | Decimal | None]]:
    let_go()
    if form.pasted.data:
        return rows_of_text(form.pasted.data, services().settings)
    sent = form.file.data
    return rows_of_file(sent.filename or "", sent.read(), services().settings)


@bp.get(f"{MONTH}/template.<any(xlsx, csv):ending>")
def template(training_id: UUID, period: str, ending: str) -> ResponseReturnValue:
    """A file with the month's people, to be filled in and sent back."""
    found = _month(training_id, period)
    amount = _("Hours") if found.unit == Unit.HOUR else _("Days")
    columns = [_("Participant"), amount, _("Absent")]
    names = [one.named.name for one in found.people]
    rows = [
        [one.named.key if names.count(one.named.name) > 1 else one.named.name, None, None]
        for one in found.people
    ]
    content = (
        sheet_bytes(_("Workdays"), columns, rows) if ending == "xlsx" else csv_bytes(columns, rows)
    )
    name = _("workdays")
    return file(content, f"{name}-{period}", ending)


@bp.get(f"{MONTH}/correct")
def ask_correction(training_id: UUID, period: str) -> ResponseReturnValue:
    """What was accepted, to be put right."""
    found = _accepted_month(training_id, period)
    return _correction_page(found, correct_form(found, typed=False))


@bp.post(f"{MONTH}/correct")
def correct(training_id: UUID, period: str) -> ResponseReturnValue:
    """Send the correction to the sponsor."""
    found = _accepted_month(training_id, period)
    form = correct_form(found)
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                usecases.correct_workdays(
                    session,
                    training=trainers_training(session, training_id, by),
                    period=period,
                    days=form.amounts(found, "days"),
                    reason=form.reason.data,
                    by=by,
                    at=now(),
                )
            return done(
                _("The correction has been recorded. It now waits for the course sponsor."),
                url_for(".records", training_id=training_id),
            )
        except RuleBroken as broken:
            form.refuse(broken)
            found = _accepted_month(training_id, period)
    return _correction_page(found, form, 422)


def _month(training_id: UUID, period: str | None) -> MonthPage:
    session = reading()
    return queries.month_page(session, training_id, period, me(session), now())


def _accepted_month(training_id: UUID, period: str) -> MonthPage:
    found = _month(training_id, period)
    if found.state != RecordState.ACCEPTED:
        raise NotFound
    return found


def _recorded(
    found: MonthPage, days: Mapping[UUID, Decimal], absent: Mapping[UUID, Decimal]
) -> ResponseReturnValue:
    with transaction() as session:
        by = me(session)
        usecases.record_workdays(
            session,
            training=trainers_training(session, found.training.id, by),
            period=found.period,
            days=days,
            absent=absent,
            by=by,
            at=now(),
        )
    return done(
        _("The month has been recorded. It now waits for the course sponsor."),
        url_for(".records", training_id=found.training.id),
    )


def _month_page(found: MonthPage, form: MonthForm, paste: PasteForm, status: int = 200) -> Response:
    return page(
        "workdays/record.html",
        status=status,
        found=found,
        form=form,
        paste=paste,
        paid_for=paid_text(found.training.form),
    )


def _correction_page(found: MonthPage, form: CorrectForm, status: int = 200) -> Response:
    return page(
        "workdays/correct.html",
        status=status,
        found=found,
        form=form,
        paid_for=paid_text(found.training.form),
    )
