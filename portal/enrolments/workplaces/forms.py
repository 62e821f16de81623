"""The forms of workplaces."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.enrolments.workplaces.queries import Purposes
from portal.enrolments.workplaces.rules import WorkplaceTerms
from portal.shared.names import name_in
from portal.web.fields import (
    ChoiceField,
    DayField,
    TextField,
    at_most_characters,
    choices,
    optional,
    required,
)
from portal.web.forms import PortalForm
from portal.web.language import current_language

LONGEST_LINE = 200
_LINE = at_most_characters(LONGEST_LINE)


class WorkplaceForm(PortalForm):
    """A workplace that has been found."""

    purpose = ChoiceField(_l("Contract and field of training"), [required()])
    office = ChoiceField(_l("Employment office"), [required()])
    name = TextField(_l("Workplace"), [required(), _LINE])
    business_id = TextField(_l("Business ID"), [optional(), at_most_characters(20)])
    address = TextField(_l("Address of the workplace"), [optional(), _LINE])
    instructor = TextField(
        _l("Workplace instructor"),
        [required(), _LINE],
        description=_l(
            "The name of the person who instructs at the workplace. Nothing about participants,"
            " health or benefits is asked for."
        ),
    )

    def terms(self) -> WorkplaceTerms:
        """The workplace as typed."""
        return WorkplaceTerms(
            name=self.name.data,
            instructor=self.instructor.data,
            address=self.address.data or "",
            business_id=self.business_id.data or "",
        )

    def chosen_office(self, purposes: Purposes) -> UUID:
        """The office chosen, or the only one."""
        return UUID(self.office.data) if "office" in self else purposes.offices[0][0]


def workplace_form(purposes: Purposes) -> WorkplaceForm:
    """The form; the office is asked only of those who find for several."""
    form = WorkplaceForm()
    form.purpose.choices = choices(
        ((one.key, f"{one.contract}: {one.field}") for one in purposes.purposes),
        empty=_("Choose what the workplace is for"),
    )
    if len(purposes.offices) == 1:
        del form.office
    else:
        language = current_language()
        form.office.choices = choices(
            ((key, name_in(name, language)) for key, name in purposes.offices),
            empty=_("Choose an office"),
        )
    return form


class ConfirmForm(PortalForm):
    """The day on which the employer agreed."""

    day = DayField(_l("Confirmed with the employer on"), [required()])


class PlacementForm(PortalForm):
    """Who comes to the workplace, and when."""

    participant = ChoiceField(_l("Participant"), [required()])
    starts = DayField(_l("First day"), [required()])
    ends = DayField(_l("Last day"), [optional()])
    subsidy_decision = TextField(
        _l("Number of the wage-subsidy decision"),
        [optional(), at_most_characters(LONGEST_LINE)],
        description=_l(
            "Only the decision's own number, such as PT-2026-1234. What was decided, on which"
            " grounds and for whom stays with the authority and is not asked for here."
        ),
    )


def placement_form(candidates: Sequence[tuple[UUID, str]], *, empty: bool = False) -> PlacementForm:
    """The form with those who could come."""
    form = PlacementForm(formdata=None) if empty else PlacementForm()
    form.participant.choices = choices(candidates, empty=_("Choose a participant"))
    return form


class LastDayForm(PortalForm):
    """The last day of a placement."""

    ends = DayField(_l("Last day"), [required()])


class EndForm(PortalForm):
    """Why a workplace is no longer to be had."""

    reason = TextField(
        _l("Reason"),
        [required(), _LINE],
        description=_l("About the workplace only. Nothing about participants is asked for."),
    )
