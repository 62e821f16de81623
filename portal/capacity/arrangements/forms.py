"""The forms of rankings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.capacity.arrangements.rules import Mode
from portal.organisations.models import Organisation
from portal.shared.names import name_in
from portal.web.fields import (
    ChoiceField,
    DayField,
    InstantField,
    LongTextField,
    MoneyField,
    NumberField,
    RadioField,
    TextField,
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

LONGEST_TITLE = 200
LONGEST_TEXT = 2_000
MOST_PLACES = 100
MOST_AMOUNT = 100_000


class ArrangementForm(PortalForm):
    """Which contracts, in which order."""

    title = TextField(_l("Name of the ranking"), [required(), at_most_characters(LONGEST_TITLE)])
    mode = RadioField(
        _l("How a provider is found"),
        [required()],
        choices=[
            (Mode.RANKING, _l("The first in the ranking, then the next after each refusal")),
            (Mode.COMPETITION, _l("A competition among them for each call-off")),
        ],
        description=_l("As the contracts say."),
    )
    first = ChoiceField(_l("First"), [required()])
    second = ChoiceField(_l("Second"), [required()])
    third = ChoiceField(_l("Third"), [optional()])
    fourth = ChoiceField(_l("Fourth"), [optional()])
    fifth = ChoiceField(_l("Fifth"), [optional()])

    def order(self) -> list[UUID]:
        """The contracts chosen, the first first."""
        places = (self.first, self.second, self.third, self.fourth, self.fifth)
        return [UUID(place.data) for place in places if place.data]


def arrangement_form(
    contracts: Iterable[tuple[UUID, str, Mapping[str, str]]], **given: object
) -> ArrangementForm:
    """The form with the contracts that can be ranked."""
    form = ArrangementForm(**given)
    language = current_language()
    known = [(key, f"{reference}, {name_in(name, language)}") for key, reference, name in contracts]
    for place in (form.first, form.second, form.third, form.fourth, form.fifth):
        place.choices = choices(known, empty=_("Choose a contract"))
    return form


class CallDownForm(PortalForm):
    """What is needed."""

    once = OnceField()
    office = ChoiceField(_l("Employment office"), [required()])
    form = ChoiceField(_l("Form of training"), [required()])
    field = ChoiceField(_l("Field of training"), [required()])
    places = WholeField(_l("Places"), [required(), within(1, MOST_PLACES)])
    workdays = NumberField(
        _l("Amount in the contract's unit"), [required(), within(0, MOST_AMOUNT)]
    )
    workplaces_confirmed = WholeField(
        _l("Workplaces confirmed"), [optional(), within(0, MOST_PLACES)]
    )
    gain = LongTextField(
        _l("What real gain in employability it is for"),
        [required(), at_most_characters(LONGEST_TEXT)],
        description=_l("Do not write anything by which a person could be recognised."),
    )
    reason = LongTextField(
        _l("Why the group may be under the minimum"), [optional(), at_most_characters(LONGEST_TEXT)]
    )
    due = InstantField(_l("Bids at the latest"), [required()])

    def chosen_office(self) -> UUID | None:
        """The office chosen; none for the buyer's officer."""
        return UUID(self.office.data) if "office" in self and self.office.data else None


def call_down_form(
    fields: Sequence[str],
    offices: Sequence[Organisation],
    mode: str,
    words: Mapping[str, str],
    **given: object,
) -> CallDownForm:
    """The form; an office is asked only of sponsors, a deadline only where bids are asked for."""
    form = CallDownForm(**given)
    language = current_language()
    form.form.choices = choices(words.items(), empty=_("Choose a form"))
    form.field.choices = choices(((one, one) for one in fields), empty=_("Choose a field"))
    if offices:
        form.office.choices = choices((one.id, name_in(one.name, language)) for one in offices)
    else:
        del form.office
    if mode != Mode.COMPETITION:
        del form.due
    return form


class BidForm(PortalForm):
    """A price and a day."""

    contract = ChoiceField(_l("Contract"), [required()])
    price = MoneyField(
        _l("Price of one unit, without VAT"),
        [required()],
        description=_l("At most the price of your contract."),
    )
    starts = DayField(_l("Day of the start"), [required()])


def bid_form(contracts: Iterable[tuple[UUID, str]], **given: object) -> BidForm:
    """The form with one's own contracts of the ranking."""
    form = BidForm(**given)
    form.contract.choices = choices(contracts)
    return form
