"""The form for joining a group."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.capacity.groups.queries import UsableContract
from portal.organisations.models import Organisation
from portal.shared.names import name_in
from portal.web.fields import (
    ChoiceField,
    LongTextField,
    NumberField,
    WholeField,
    at_most_characters,
    choices,
    required,
    within,
)
from portal.web.forms import PortalForm
from portal.web.language import current_language
from portal.web.once import OnceField

LONGEST_GAIN = 2_000
MOST_PLACES = 100
MOST_AMOUNT = 100_000


class JoinForm(PortalForm):
    """From which contract, for whom, how much."""

    once = OnceField()
    contract = ChoiceField(
        _l("Contract to call off from"),
        [required()],
        description=_l("Its ledger is drawn on, and its buyer is invoiced for your places."),
    )
    office = ChoiceField(_l("Employment office"), [required()])
    places = WholeField(_l("Places"), [required(), within(1, MOST_PLACES)])
    workdays = NumberField(
        _l("Amount in the contract's unit"),
        [required(), within(0, MOST_AMOUNT)],
        description=_l("For all your places together. Training packages follow the places."),
    )
    gain = LongTextField(
        _l("What real gain in employability it is for"),
        [required(), at_most_characters(LONGEST_GAIN)],
        description=_l("Do not write anything by which a person could be recognised."),
    )

    def chosen_contract(self) -> UUID:
        """The contract chosen."""
        return UUID(self.contract.data)

    def chosen_office(self) -> UUID | None:
        """The office chosen; none for the buyer's officer."""
        return UUID(self.office.data) if "office" in self and self.office.data else None


def join_form(
    contracts: Sequence[UsableContract], offices: Sequence[Organisation], **given: object
) -> JoinForm:
    """The form with the contracts that may be used; an office is asked only of sponsors."""
    form = JoinForm(**given)
    language = current_language()
    form.contract.choices = choices(
        ((one.id, f"{one.reference}, {name_in(one.buyer, language)}") for one in contracts),
        empty=_("Choose a contract"),
    )
    if offices:
        form.office.choices = choices((one.id, name_in(one.name, language)) for one in offices)
    else:
        del form.office
    return form


class ApprovalForm(PortalForm):
    """Why a group under the minimum goes on."""

    reason = LongTextField(
        _l("Reason"),
        [required(_l("Give a reason.")), at_most_characters(LONGEST_GAIN)],
        description=_l("It is kept with your name as the approver, and the provider sees it."),
    )
