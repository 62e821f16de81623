"""The forms of options, changes, passings and handovers."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.contracts.forms import LONGEST_REASON
from portal.web.fields import (
    CheckField,
    ChoiceField,
    LongTextField,
    MoneyField,
    RadioField,
    at_most_characters,
    required,
)
from portal.web.forms import PortalForm

LONGEST_CHANGE = 10_000


class ExerciseForm(PortalForm):
    """Why an option is used, and how often it had been as the form was shown."""

    seen = HiddenField()
    reason = LongTextField(
        _l("Reason for the decision"),
        [required(_l("Give a reason.")), at_most_characters(LONGEST_REASON)],
        description=_l("The reason stands in the amendment. Both parties read it."),
    )

    def seen_uses(self) -> int:
        """How often the option had been used; less than never where that was not sent."""
        given = str(self.seen.data or "")
        return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1


class ChangeForm(PortalForm):
    """What changes, on which ground, why, and what it adds."""

    ground = RadioField(
        _l("Ground"),
        [required(_l("Choose the ground on which the contract is changed."))],
        choices=[],
        description=_l("The sections of act 1397/2016 are for a lawyer to confirm."),
    )
    text = LongTextField(
        _l("What changes"),
        [required(_l("Write the text.")), at_most_characters(LONGEST_CHANGE)],
        description=_l("As it will stand in the amendment."),
    )
    reason = LongTextField(
        _l("Reason"), [required(_l("Give a reason.")), at_most_characters(LONGEST_REASON)]
    )
    value = MoneyField(
        _l("Value of the change without VAT"),
        [required(_l("Write the value, 0 where nothing is added."))],
        description=_l("What the change adds. With a minus sign where it takes away."),
    )


class SettleForm(PortalForm):
    """Why a change is refused or taken back."""

    reason = LongTextField(
        _l("Reason"), [required(_l("Give a reason.")), at_most_characters(LONGEST_REASON)]
    )


class PassForm(PortalForm):
    """To whom a contract passes, and why; the box keeps it from happening by a slip."""

    buyer = ChoiceField(_l("New buyer"), [required(_l("Choose the new buyer."))], choices=[])
    reason = LongTextField(
        _l("Reason"),
        [required(_l("Give a reason.")), at_most_characters(LONGEST_REASON)],
        description=_l("Both parties see the reason on the page of the contract."),
    )
    sure = CheckField(
        _l("I know that our people no longer see the contract after this, but for our auditors"),
        [required(_l("Tick the box to go on."))],
    )


class HandOverForm(PortalForm):
    """The contract whose provider takes over."""

    to_contract = ChoiceField(
        _l("Contract of the provider that comes"),
        [required(_l("Choose the contract."))],
        choices=[],
    )
