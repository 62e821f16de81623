"""Forms: what a reader typed, what is wrong with it, and in which words."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import Field, FieldList, FileField, FormField, RadioField, SelectMultipleField
from wtforms.csrf.core import CSRFTokenField
from wtforms.widgets import ListWidget

from portal.shared.errors import RuleBroken
from portal.web.attempts import record_refusal
from portal.web.unit import services

__all__ = ["ButtonForm", "PortalForm", "Problem", "place_of", "purposes_told_by", "refuse"]


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a form: where it is and what it is; without a place, the whole form."""

    place: str | None
    label: str
    text: str


# Nobody types them: control signs (but tab and line breaks) and what Unicode has set aside.
_UNTYPABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
    )
    + "]"
)


_tellers: list[Callable[[str], Mapping[str, str] | None]] = []


def purposes_told_by(tell: Callable[[str], Mapping[str, str] | None]) -> None:
    """Hand over, at wiring, who knows why a field is asked: by ``room.forms.Form.field``."""
    _tellers[:] = [tell]


class PortalForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """The base of every form of the portal."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # the library has no types
        """Several forms of one page each carry the token, so it goes without an id."""

        def wrap_formdata(self, form: Any, formdata: Any) -> MultiDict[str, Any] | None:
            """Text for every field and files for the fields that take them, whatever was sent."""
            given = hasattr(formdata, "getlist")
            if formdata is None or not (given or form.is_submitted()):
                return None
            texts = formdata if given else request.form
            sent: MultiDict[str, Any] = MultiDict(
                (name, _UNTYPABLE.sub("", text))
                for name in texts
                for text in texts.getlist(name)
                if isinstance(text, str)
            )
            for field in form:
                if isinstance(field, FileField) and field.name in request.files:
                    sent.setlist(field.name, request.files.getlist(field.name))
            return sent if given or sent else None

        def render_field(self, field: Field, render_kw: dict[str, Any]) -> Markup:
            """The field, without an id if it is the token's."""
            if isinstance(field, CSRFTokenField):
                render_kw["id"] = False
            return super().render_field(field, render_kw)  # type: ignore[no-any-return]

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for field in self:
            field.purpose = self._purpose_of(field.short_name)

    def _purpose_of(self, name: str) -> Mapping[str, str] | None:
        """Why a field with somebody's data is asked, by language; None for any other field."""
        for tell in _tellers:
            for form in type(self).__mro__:
                told = tell(f"{form.__module__.removeprefix('portal.')}.{form.__name__}.{name}")
                if told is not None:
                    return told
        return None

    def refuse(self, broken: RuleBroken) -> None:
        """Say why the act was refused, beside the field that it is about or above the form."""
        text = services().refusal_text(broken)
        for field in _fields(self):
            if broken.field is not None and broken.field in (field.name, field.short_name):
                field.errors = [*field.errors, text]
                return
        self.form_errors.append(text)

    def problems(self) -> list[Problem]:
        """Everything wrong, in the order of the fields, what is wrong with the whole first."""
        found = [Problem(None, "", str(text)) for text in self.form_errors]
        for field in _fields(self):
            label = str(field.label.text)
            found += [Problem(place_of(field), label, str(text)) for text in field.errors]
        return found


class ButtonForm(PortalForm):
    """Nothing but a button."""


def refuse(
    form: PortalForm, broken: RuleBroken, *, alone: Collection[str] = frozenset({"not_permitted"})
) -> None:
    """Say why beside the form; what shuts the reader out altogether is raised again."""
    if broken.rule in alone:
        raise broken
    record_refusal(broken)
    form.refuse(broken)


def place_of(field: Field) -> str:
    """The id of the element that a link to this field should lead to."""
    is_group = isinstance(field, RadioField) or (
        isinstance(field, SelectMultipleField) and isinstance(field.widget, ListWidget)
    )
    if is_group:
        first = next(iter(field), None)
        return str(first.id) if first is not None else str(field.id)
    return str(getattr(field, "first_id", field.id))


def _fields(form: Any) -> Iterator[Field]:
    for field in form:
        if isinstance(field, FormField):
            yield from _fields(field.form)
        elif isinstance(field, FieldList):
            yield from _listed(field)
        else:
            yield field


def _listed(fields: FieldList[Any]) -> Iterator[Field]:
    for entry in fields:
        if isinstance(entry, FormField):
            yield from _fields(entry.form)
        else:
            yield entry
