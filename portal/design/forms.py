"""A form with a field of every kind, to show each in each of its states."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.web import fields
from portal.web.forms import PortalForm


class SampleForm(PortalForm):
    """Every kind of field that the portal has."""

    text = fields.TextField(
        _l("Name of the training"),
        [fields.required()],
        description=_l("As it stands in the call."),
    )
    long_text = fields.LongTextField(_l("Reason"), [fields.optional()])
    money = fields.MoneyField(_l("Price of a student workday"), [fields.required()])
    amount = fields.NumberField(_l("Weight"), [fields.optional(), fields.within(0, 100)])
    day = fields.DayField(_l("First day"), [fields.optional()])
    instant = fields.InstantField(_l("Deadline for offers"), [fields.optional()])
    one_of_list = fields.ChoiceField(
        _l("Region"), [fields.optional()], choices=[("a", "Pohjoinen"), ("b", "Etelä")]
    )
    one_of_few = fields.RadioField(
        _l("Kind"), [fields.optional()], choices=[("a", _l("Course")), ("b", _l("Capacity"))]
    )
    several = fields.ChecksField(
        _l("Fields of training"),
        [fields.optional()],
        choices=[
            ("a", "kiinteistöpalvelut"),
            ("b", "lähihoitaja- ja ensihoitokoulutus"),
        ],
    )
    agreed = fields.CheckField(_l("I have read the call"))
    file = fields.FileField(_l("Attachment"), [fields.optional()])


def samples() -> dict[str, SampleForm]:
    """The form by state: empty, filled, with errors, disabled; each with names of its own."""
    filled = {
        "text": "Kiinteistöpalvelualan osatutkintokoulutus",
        "long_text": "Työpaikat on vahvistettu.\nRyhmä alkaa elokuussa.",
        "one_of_list": "b",
        "one_of_few": "a",
        "several": ["b"],
        "agreed": True,
    }
    made = {
        "empty": SampleForm(formdata=None, prefix="empty-"),
        "filled": SampleForm(formdata=None, prefix="filled-", data=filled),
        "wrong": SampleForm(formdata=None, prefix="wrong-"),
        "disabled": SampleForm(formdata=None, prefix="disabled-", data=filled),
    }
    for field in made["wrong"]:
        if field.short_name != "csrf_token":
            field.errors = [_l("This is missing.")]
    for field in made["disabled"]:
        field.render_kw = {"disabled": True}
    return made
