"""The forms of a month's record: typed, pasted, out of a file, corrected, disputed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from types import new_class
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField
from wtforms.validators import StopValidation

from portal.language import formats
from portal.procurement.rules import Unit
from portal.web.fields import (
    ChecksField,
    FileField,
    LongTextField,
    NumberField,
    at_most_characters,
    optional,
    required,
    within,
)
from portal.web.forms import PortalForm
from portal.web.language import current_language
from portal.workdays.queries import MOST_CHOSEN, MonthPage, WaitingPage
from portal.workdays.rules import Fault, RowFault, Sheet, last_day, read_rows, step_of

LONGEST_REASON = 5_000
LONGEST_PASTE = 200_000
_HOURS_OF_A_DAY = 24


def most_in(period: str, unit: Unit) -> Decimal:
    """The most that one person can have in a month: every day of it, or every hour."""
    days = Decimal(last_day(period).day)
    return days * _HOURS_OF_A_DAY if unit == Unit.HOUR else days


class MonthForm(PortalForm):
    """A field for each participant's days and absent days; built for the month's people."""

    def amounts(self, page: MonthPage, part: str) -> dict[UUID, Decimal]:
        """What was typed; an empty field says nothing of its person."""
        typed = {one.named.id: self[f"{part}-{one.named.id}"].data for one in page.people}
        return {key: amount for key, amount in typed.items() if amount is not None}


class CorrectForm(MonthForm):
    """What an accepted month should be, and why."""

    reason = LongTextField(
        _l("Reason"),
        [required(_l("Give a reason.")), at_most_characters(LONGEST_REASON)],
        description=_l("Do not write about anybody's health or benefits."),
    )


class PasteForm(PortalForm):
    """Rows pasted from a spreadsheet, or a file of them."""

    pasted = LongTextField(
        _l("Rows copied from a spreadsheet"),
        [optional(), at_most_characters(LONGEST_PASTE)],
        description=_l(
            "On each row the participant's name or key, the days and, if there are any, the absent"
            " days."
        ),
    )
    file = FileField(
        _l("Or a file"),
        [optional()],
        description=_l("XLSX or CSV, with the same columns as the template."),
        render_kw={"accept": ".xlsx,.csv"},
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """One of the two."""
        right = bool(super().validate(extra_validators))
        if bool(self.pasted.data) == bool(self.file.data):
            self.form_errors.append(_("Paste rows or choose a file, one of the two."))
            return False
        return right

    def refuse_rows(self, faults: tuple[RowFault, ...]) -> None:
        """Every wrong row, beside the field that it came by."""
        field = self.file if self.file.data else self.pasted
        field.errors = [row_fault_text(one) for one in faults]


class DisputeForm(PortalForm):
    """Why a record is disputed, and which one was in sight."""

    record = HiddenField()
    reason = LongTextField(
        _l("Reason"),
        [required(_l("Give a reason.")), at_most_characters(LONGEST_REASON)],
        description=_l(
            "The provider sees the reason. Do not write about anybody's health or benefits."
        ),
    )


class AcceptForm(PortalForm):
    """A button, with the record that was in sight."""

    record = HiddenField()


def _not_too_many(_form: Any, field: Field) -> None:
    if len(set(field.data or ())) > MOST_CHOSEN:
        raise StopValidation(_("Choose at most %(most)s records at a time.", most=MOST_CHOSEN))


class AcceptSeveralForm(PortalForm):
    """The records that are accepted at once, by their keys.

    A key need not be one of the page: what it is of may have been recorded anew since, and the
    summary says so.
    """

    records = ChecksField(
        _l("Records to accept"),
        validators=[required(_l("Choose at least one record.")), _not_too_many],
        choices=[],
        validate_choice=False,
    )


def accept_several_form(found: WaitingPage, names: dict[UUID, str]) -> AcceptSeveralForm:
    """The choice among the records of the page, by their names in words."""
    form = AcceptSeveralForm()
    form.records.choices = [(str(one.id), names[one.id]) for one in found.rows]
    return form


def in_steps(unit: Unit) -> Callable[[Any, Field], None]:
    """A validator: whole and half days, or quarters of an hour."""

    def check(_form: Any, field: Field) -> None:
        if field.data is not None and not field.errors and field.data % step_of(unit):
            raise StopValidation(_step_text(unit))

    return check


def _step_text(unit: Unit) -> str:
    if unit == Unit.HOUR:
        return str(_("Write whole hours and quarters of an hour only, such as 1.25."))
    return str(_("Write whole and half days only."))


def month_form(page: MonthPage, *, typed: bool = True) -> MonthForm:
    """The form of the month, with what was typed or what the page begins with."""
    return _built(MonthForm, page, typed, ("days", "absent"))


def correct_form(page: MonthPage, *, typed: bool = True) -> CorrectForm:
    """The form of a correction; it begins with what is accepted."""
    form = _built(CorrectForm, page, typed, ("days",))
    assert isinstance(form, CorrectForm)
    return form


def _built(
    base: type[MonthForm], page: MonthPage, typed: bool, parts: tuple[str, ...]
) -> MonthForm:
    hours = page.unit == Unit.HOUR
    fields: dict[str, Any] = {}
    given: dict[str, Any] = {}
    for one in page.people:
        labels = {
            "days": _("Hours: %(name)s", name=one.named.name)
            if hours
            else _("Days: %(name)s", name=one.named.name),
            "absent": _("Absent: %(name)s", name=one.named.name),
        }
        for part in parts:
            name = f"{part}-{one.named.id}"
            given[name] = getattr(one, part)
            fields[name] = NumberField(
                labels[part],
                [optional(), within(0, most_in(page.period, page.unit)), in_steps(page.unit)],
            )
    built: type[MonthForm] = new_class(
        "FilledMonthForm", (base,), exec_body=lambda body: body.update(fields)
    )
    return built(data=given) if typed else built(formdata=None, data=given)


def sheet_of(page: MonthPage, rows: list[Any]) -> Sheet:
    """What the rows say of the month's people, with numbers in the reader's form."""
    language = current_language()
    return read_rows(
        rows,
        page.named,
        lambda text: formats.parse_number(text, language),
        step_of(page.unit),
        most_in(page.period, page.unit),
    )


def row_fault_text(one: RowFault) -> str:
    """What is wrong with a row, in the reader's language."""
    given = {"row": one.n, "text": one.text}
    texts = {
        Fault.UNKNOWN: _(
            "Row %(row)s: nobody called %(text)s can have days in this month.", **given
        ),
        Fault.SEVERAL: _(
            "Row %(row)s: several participants are called %(text)s. Use their keys.", **given
        ),
        Fault.TWICE: _("Row %(row)s: %(text)s has a row already.", **given),
        Fault.NO_AMOUNT: _("Row %(row)s: the amount of %(text)s is missing.", **given),
        Fault.NO_NUMBER: _("Row %(row)s: %(text)s is not a number from zero up.", **given),
        Fault.STEP: _(
            "Row %(row)s: %(text)s is not of whole and half days, or quarters of an hour.", **given
        ),
        Fault.TOO_MUCH: _("Row %(row)s: %(text)s is more than the month has.", **given),
        Fault.EMPTY: _("There are no rows of participants.", **given),
    }
    return str(texts[one.fault])
