"""The forms of call-offs and of a contract's use."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal.capacity.choices import FormChoice, forms_offered, grounds
from portal.capacity.queries.calling import Calling
from portal.organisations.models import Organisation
from portal.procurement.rules import Unit
from portal.shared.names import DEFAULT_LANGUAGE, name_in
from portal.training_forms.rules import load_forms
from portal.web.fields import (
    CheckField,
    ChecksField,
    ChoiceField,
    DayField,
    LongTextField,
    NumberField,
    RadioField,
    WholeField,
    at_most_characters,
    choices,
    optional,
    required,
    within,
)
from portal.web.forms import PortalForm
from portal.web.language import current_language
from portal.web.once import OnceField
from portal.web.unit import services

LONGEST_TEXT = 5_000
LONGEST_UNITS = 1_000
MOST_PLACES = 10_000
NO_GROUND = "none"
_LINE_OR_SEMICOLON = re.compile(r"[;\n]")

_REASON = at_most_characters(LONGEST_TEXT)


class CallOffForm(PortalForm):
    """The second step: what is called off, and what for."""

    once = OnceField()
    office = ChoiceField(_l("In the name of"), [required()])
    field = ChoiceField(_l("Field of training"), [required()])
    listed_units = ChecksField(_l("Qualification units"), [optional()])
    units = LongTextField(
        _l("Other qualification units"),
        [optional(), at_most_characters(LONGEST_UNITS)],
        description=_l("One on each line, where the training is for units that are not listed."),
    )
    places = WholeField(_l("Places"), [required(), within(1, MOST_PLACES)])
    workdays = NumberField(_l("Amount"), [required(), within(0)], most_places=2)
    workplaces_confirmed = WholeField(
        _l("Workplaces found and confirmed"), [required(), within(0, MOST_PLACES)], default=0
    )
    gain = LongTextField(
        _l("The real gain in employability"),
        [required(), _REASON],
        description=_l(
            "What the training changes in the chances of getting work. Write nothing by which"
            " a person could be recognised, and nothing about health or benefits."
        ),
    )
    reason = LongTextField(
        _l("Reason for a group under the minimum"),
        [optional(), _REASON],
        description=_l("By giving it you approve the group. Only where it is under the minimum."),
    )
    pool_until = DayField(
        _l("Or let the group wait for a neighbour's people until"),
        [optional()],
        description=_l(
            "A group under the minimum is then shown to the other offices that may use the"
            " contract, and is confirmed once it is large enough."
        ),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """More than nothing is called off."""
        right = bool(super().validate(extra_validators))
        if right and "workdays" in self and self.workdays.data == 0:
            self.workdays.errors = [_("Write an amount above zero.")]
            return False
        return right

    def terms(self) -> dict[str, Any]:
        """What `usecases.call_off` takes of the form; a package is counted by its places."""
        values: dict[str, Any] = self.data
        return {
            "field": values["field"],
            "places": values["places"],
            "workdays": values["workdays"] if "workdays" in self else Decimal(values["places"]),
            "workplaces_confirmed": values["workplaces_confirmed"],
            "reason": values["reason"] or "",
            "gain": values["gain"],
            "units": list(
                dict.fromkeys([*(values.get("listed_units") or []), *split_units(values["units"])])
            ),
            "pool_until": values["pool_until"],
        }


def split_units(text: str | None) -> list[str]:
    """The lines of a text, without the empty ones and those that come twice."""
    lines = (" ".join(line.split()) for line in _LINE_OR_SEMICOLON.split(text or ""))
    return list(dict.fromkeys(line for line in lines if line))


def call_off_form(calling: Calling, template: FormChoice, *, empty: bool) -> CallOffForm:
    """The form for a contract, filled in from the template where nothing has been sent yet."""
    lot = calling.lot
    packages = lot.unit == Unit.TRAINING_PACKAGE
    given = {
        "places": template.places,
        "workdays": template.workdays,
        "field": lot.fields[0] if len(lot.fields) == 1 else "",
    }
    form = CallOffForm(formdata=None, data=given) if empty else CallOffForm()
    form.field.choices = choices(
        ((field, field) for field in lot.fields), empty=_("Choose a field")
    )
    language = current_language()
    listed = {unit.name[DEFAULT_LANGUAGE]: unit for unit in calling.units}
    form.listed_units.choices = [
        (key, f"{name_in(unit.name, language)} ({unit.field})") for key, unit in listed.items()
    ]
    if not listed:
        del form.listed_units
    if calling.free_workplaces:
        form.workplaces_confirmed.description = "; ".join(
            ngettext(
                "%(field)s: %(num)s confirmed workplace is free.",
                "%(field)s: %(num)s confirmed workplaces are free.",
                n,
                field=field,
            )
            for field, n in calling.free_workplaces.items()
        )
    named = [(str(office.id), name_in(office.name, language)) for office in calling.offices]
    if calling.as_buyer:
        buyer = name_in(calling.contract.buyer.name, language)
        named.append(("buyer", _("%(buyer)s, the buyer", buyer=buyer)))
    form.office.choices = choices(named)
    if len(named) == 1:
        del form.office
    if packages:
        del form.workdays
    return form


class CopyForm(PortalForm):
    """The units of the next call-off, all else as in the one before it."""

    once = OnceField()
    copied_units = LongTextField(
        _l("Qualification units"), [optional(), at_most_characters(LONGEST_UNITS)]
    )


class ConfirmForm(PortalForm):
    """The day on which the training starts."""

    starts = DayField(_l("First day of the training"), [required()])

    def day(self) -> date:
        """The day, once the form is right."""
        assert self.starts.data is not None
        return self.starts.data  # type: ignore[no-any-return]  # the field holds a date


class DeclineForm(PortalForm):
    """Why the provider does not take a call-off."""

    ground = RadioField(_l("Ground"), [required(_l("Choose one of these."))])
    reason = LongTextField(
        _l("Reason"),
        [required(_l("Give a reason.")), _REASON],
        description=_l("The caller and the buyer see it."),
    )

    def chosen_ground(self) -> str | None:
        """The ground of the contract, or None where it is none of them."""
        return None if self.ground.data == NO_GROUND else str(self.ground.data)


def decline_form(*, empty: bool) -> DeclineForm:
    """The form with the grounds that the contract lists, and none of them."""
    form = DeclineForm(formdata=None) if empty else DeclineForm()
    language = current_language()
    form.ground.choices = choices(
        [
            *((ground.key, name_in(ground.name, language)) for ground in grounds().values()),
            (NO_GROUND, _("On no ground of the contract")),
        ]
    )
    return form


class CancelForm(PortalForm):
    """Why a call-off is taken back."""

    reason = LongTextField(
        _l("Reason"),
        [required(_l("Give a reason.")), _REASON],
        description=_l("The provider and the buyer see it."),
    )


class CloseForm(PortalForm):
    """That closing is meant."""

    meant = CheckField(_l("I have checked that nothing more is to be recorded"), [required()])


class UserForm(PortalForm):
    """An office that may use the contract."""

    office = ChoiceField(_l("Employment office"), [required()])


def user_form(offices: list[Organisation], *, empty: bool) -> UserForm:
    """The form with the offices that are not named yet."""
    form = UserForm(formdata=None) if empty else UserForm()
    language = current_language()
    form.office.choices = choices(
        ((office.id, name_in(office.name, language)) for office in offices),
        empty=_("Choose an office"),
    )
    return form


def chosen_template(key: str | None) -> FormChoice | None:
    """The form of training asked for, if it is offered."""
    installed = load_forms(services().settings.training_forms)
    return forms_offered(installed).get(key or "")
