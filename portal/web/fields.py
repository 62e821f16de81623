"""Fields: typed and shown in the reader's own form of numbers, days and times."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, MultipleFileField
from markupsafe import Markup
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import RadioField as OneOfField
from wtforms.fields.choices import SelectChoice
from wtforms.utils import unset_value
from wtforms.validators import Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from portal.language import formats
from portal.shared.clock import ClockChange, from_local, in_helsinki
from portal.web.language import current_language

__all__ = [
    "CheckField",
    "ChecksField",
    "ChoiceField",
    "ClockField",
    "DayField",
    "EmailField",
    "FileField",
    "FilesField",
    "InstantField",
    "LongTextField",
    "MoneyField",
    "NumberField",
    "PasswordField",
    "RadioField",
    "TextField",
    "WholeField",
    "YearField",
    "at_most_characters",
    "choices",
    "optional",
    "required",
    "within",
]


class required:  # noqa: N801  # used like a function in the list of validators
    """Something must be filled in; looks at what was understood, not at what was typed."""

    field_flags = {"must": True}

    def __init__(self, message: Any = None) -> None:
        self.message = message

    def __call__(self, form: Any, field: Field) -> None:
        """Raises StopValidation with one message only."""
        if field.errors:
            raise StopValidation
        if field.data is None or field.data is False or field.data in ("", []):
            field.errors = []
            raise StopValidation(self.message or _missing(field))


def _missing(field: Field) -> str:
    if isinstance(field, BooleanField):
        return str(_("Tick this box to go on."))
    if isinstance(field, SelectField):
        return str(_("Choose one of these."))
    if isinstance(field, FileField | MultipleFileField):
        return str(_("Choose a file."))
    return str(_("Fill in this field."))


class optional(Optional):  # type: ignore[misc]  # noqa: N801  # the library has no types
    """May be left empty; the label says so."""


class TextField(StringField):  # type: ignore[misc]
    """One line of text, without spaces around it; nothing typed is an empty text."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Line breaks cannot be typed, so any that come are spaces."""
        if valuelist:
            self.data = " ".join(valuelist[0].split())


class LongTextField(TextAreaField):  # type: ignore[misc]
    """Several lines of text; line breaks are kept as one sign each."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Nothing typed is an empty text."""
        if valuelist:
            self.data = valuelist[0].replace("\r\n", "\n").replace("\r", "\n").strip()


class _Typed(Field):  # type: ignore[misc]
    """A value that is typed as text and may be mistyped; what was typed comes back as it was."""

    # What was understood: of the type that the field is for, or nothing.
    data: Any

    widget = TextInput()
    not_understood: Any = ""
    keyboard: str | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        given = {"autocomplete": "off", **(kwargs.pop("render_kw", None) or {})}
        if self.keyboard:
            given.setdefault("inputmode", self.keyboard)
        super().__init__(*args, render_kw=given, **kwargs)

    def parsed(self, text: str) -> Any:
        """The value. Raises ValueError for anything else."""
        raise NotImplementedError

    def shown(self, value: Any) -> str:
        """The value as the reader writes it."""
        raise NotImplementedError

    def process_formdata(self, valuelist: list[str]) -> None:
        """Nothing typed is no value."""
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = self.parsed(valuelist[0])
            except ValueError as fault:
                raise ValueError(str(self.not_understood)) from fault

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.shown(self.data)


class NumberField(_Typed):
    """An exact Decimal, shown with the decimals that it has or with as many as ``places``."""

    not_understood = _l("Write a number, using digits only.")
    keyboard = "decimal"

    def __init__(
        self,
        label: Any = None,
        validators: Sequence[Any] | None = None,
        *,
        places: int | None = None,
        most_places: int = 6,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.places = places
        self.most_places = most_places if places is None else places

    def parsed(self, text: str) -> Decimal:
        """Refuses more decimals than can be kept, and more digits than make sense."""
        value = formats.parse_number(text, current_language())
        return self._checked(value)

    def _checked(self, value: Decimal) -> Decimal:
        exponent = value.as_tuple().exponent
        if not isinstance(exponent, int) or -exponent > self.most_places or value.adjusted() > 14:
            raise ValueError
        return value

    def shown(self, value: Decimal) -> str:
        """With the reader's decimal mark and thousands apart."""
        return formats.number(value, current_language(), self.places)


class MoneyField(NumberField):
    """Euros with at most two decimals, as a Decimal; the euro sign may be typed."""

    not_understood = _l("Write a sum of money in euros, with at most two decimals.")

    def __init__(self, label: Any = None, validators: Sequence[Any] | None = None, **kwargs: Any):
        super().__init__(label, validators, places=2, **kwargs)

    def parsed(self, text: str) -> Decimal:
        """With or without the euro sign."""
        return self._checked(formats.parse_money(text, current_language()))


class WholeField(_Typed):
    """A whole number, as an int."""

    not_understood = _l("Write a whole number, using digits only.")
    keyboard = "numeric"

    def parsed(self, text: str) -> int:
        """Thousands may be apart; decimals may not be there."""
        value = formats.parse_number(text, current_language())
        if value != value.to_integral_value() or value.adjusted() > 14:
            raise ValueError
        return int(value)

    def shown(self, value: int) -> str:
        """With thousands apart."""
        return formats.number(value, current_language(), 0)


class YearField(WholeField):
    """A year, as an int."""

    def shown(self, value: int) -> str:
        """Its digits together, as a year is written in every language."""
        return str(value)


class DayField(_Typed):
    """A calendar day, as a date."""

    not_understood = _l("Write a day such as %(example)s.")
    keyboard = "numeric"

    def parsed(self, text: str) -> date:
        """In the reader's form."""
        try:
            return formats.parse_day(text, current_language())
        except ValueError as fault:
            self.not_understood = _("Write a day such as %(example)s.", example=example_day())
            raise ValueError from fault

    def shown(self, value: date) -> str:
        """In the reader's form."""
        return formats.day(value, current_language())


class ClockField(_Typed):
    """A time of day in Helsinki, as a time."""

    keyboard = "numeric"

    def parsed(self, text: str) -> time:
        """With a point or a colon."""
        try:
            return formats.parse_clock(text, current_language())
        except ValueError as fault:
            self.not_understood = _("Write a time such as %(example)s.", example=example_clock())
            raise ValueError from fault

    def shown(self, value: time) -> str:
        """In the reader's form."""
        return formats.clock(value, current_language())


def example_day() -> str:
    """A day in the reader's form, for hints and messages."""
    return formats.day(date(2026, 11, 24), current_language())


def example_clock() -> str:
    """A clock time in the reader's form, for hints and messages."""
    return formats.clock(time(12, 0), current_language())


class InstantField(Field):  # type: ignore[misc]
    """A day and a Helsinki clock time, kept as an instant in UTC.

    Two inputs, ``name-day`` and ``name-time``. A clock time that the change to or from summer time
    skips or repeats is refused.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.typed_day = self.typed_time = ""
        self.first_id = f"{self.id}-day"
        self.second_id = f"{self.id}-time"
        self.day_name = f"{self.name}-day"
        self.time_name = f"{self.name}-time"

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """From the two inputs, where they were sent; else from the value given."""
        super().process(None, data=data, extra_filters=extra_filters)
        if formdata is not None and (self.day_name in formdata or self.time_name in formdata):
            self.typed_day = formdata.get(self.day_name, "").strip()
            self.typed_time = formdata.get(self.time_name, "").strip()
            self.raw_data = [self.typed_day + self.typed_time]
            self.data = None
            try:
                self.data = self._parsed()
            except ValueError as fault:
                self.process_errors = [str(fault)]
        elif isinstance(self.data, datetime):
            local, language = in_helsinki(self.data), current_language()
            self.typed_day = formats.day(local, language)
            self.typed_time = formats.clock(self.data, language, seconds=local.second != 0)

    def _parsed(self) -> datetime | None:
        language = current_language()
        if not self.typed_day and not self.typed_time:
            return None
        try:
            of_day = formats.parse_day(self.typed_day, language)
        except ValueError as fault:
            example = example_day()
            raise ValueError(_("Write a day such as %(example)s.", example=example)) from fault
        try:
            at = formats.parse_clock(self.typed_time, language)
        except ValueError as fault:
            example = example_clock()
            raise ValueError(_("Write a time such as %(example)s.", example=example)) from fault
        try:
            return from_local(datetime.combine(of_day, at))
        except ClockChange as fault:
            raise ValueError(
                _(
                    "The clocks change then, so this time does not exist or comes twice."
                    " Choose another time."
                )
            ) from fault
        except OverflowError as fault:
            example = example_day()
            raise ValueError(_("Write a day such as %(example)s.", example=example)) from fault

    def widget(self, field: Field, **kwargs: Any) -> Markup:
        """Both inputs; the macro `field` puts labels to them."""
        raise TypeError("an InstantField is shown with the macro `field`")


class _Choosing:
    """Choices are pairs of a key and its text, or a function that returns them."""

    def __init__(
        self, label: Any = None, validators: Any = None, *, choices: Any = None, **kwargs: Any
    ) -> None:
        if choices is not None and not callable(choices):
            choices = [SelectChoice(*pair) for pair in choices]
        kwargs.setdefault("invalid_choice_message", _l("Choose one of these."))
        super().__init__(label, validators, choices=choices, **kwargs)  # type: ignore[call-arg]

    def pre_validate(self, form: Any) -> None:
        """Nothing chosen is for `required` and `optional` to judge."""
        field: Any = self
        if field.data in (None, "", []) and (field.flags.must or field.flags.optional):
            return
        super().pre_validate(form)  # type: ignore[misc]


class ChoiceField(_Choosing, SelectField):  # type: ignore[misc]
    """One of a list that opens."""


class RadioField(_Choosing, OneOfField):  # type: ignore[misc]
    """One of a few, all in sight."""


class CheckField(BooleanField):  # type: ignore[misc]
    """One box to tick."""


class ChecksField(_Choosing, SelectMultipleField):  # type: ignore[misc]
    """Any number of boxes to tick, as a list of the values ticked; an empty one is none."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was ticked."""
        super().process_formdata([value for value in valuelist if value])


class FilesField(MultipleFileField):  # type: ignore[misc]
    """Several files at once; an input left empty sends none."""


def within(
    least: Decimal | int | None = None, most: Decimal | int | None = None
) -> Callable[[Any, Field], None]:
    """A validator: the number is not below ``least`` nor above ``most``."""

    def check(_form: Any, field: Field) -> None:
        if field.data is None or field.errors:
            return
        told: Callable[[Any], str] = field.shown if isinstance(field, YearField) else _number
        if least is not None and field.data < least:
            lowest = told(least)
            raise StopValidation(_("Write a number that is at least %(least)s.", least=lowest))
        if most is not None and field.data > most:
            highest = told(most)
            raise StopValidation(_("Write a number that is at most %(most)s.", most=highest))

    return check


def _number(value: Decimal | int) -> str:
    return formats.number(value, current_language())


def at_most_characters(most: int) -> Callable[[Any, Field], None]:
    """A validator: the text is not longer than so many characters."""

    def check(_form: Any, field: Field) -> None:
        if field.data and len(field.data) > most:
            raise StopValidation(
                _(
                    "Shorten this text to at most %(most)s characters.",
                    most=formats.number(most, current_language()),
                )
            )

    return check


def choices(pairs: Iterable[tuple[Any, Any]], empty: Any = None) -> list[tuple[str, Any]]:
    """Choices of a list from keys and texts, after an empty one where its text is given."""
    listed = [(str(key), text) for key, text in pairs]
    return [("", empty), *listed] if empty is not None else listed
