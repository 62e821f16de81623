"""The form of an option clause."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.procurement.forms.typed import RevisionForm, above_zero, percent_of, share_of
from portal.procurement.rules import OptionKind, OptionTerms
from portal.web.fields import (
    DayField,
    MoneyField,
    NumberField,
    RadioField,
    WholeField,
    optional,
    required,
    within,
)

MONTHS_AT_MOST = 120


class OptionForm(RevisionForm):
    """An option clause: what it gives, how many times, until when, on which condition."""

    kind = RadioField(
        _l("What the option gives"),
        [required()],
        choices=[
            (OptionKind.ADDITIONAL_CAPACITY.value, _l("Additional capacity")),
            (OptionKind.FURTHER_PERIOD.value, _l("Further period")),
            (OptionKind.AFTER_GUIDANCE.value, _l("After-guidance")),
            (OptionKind.COACHING.value, _l("Coaching")),
        ],
    )
    amount = NumberField(
        _l("Amount"),
        [required(), above_zero],
        description=_l(
            "Units of capacity, months of a further period, hours of after-guidance for each"
            " participant, or hours of coaching."
        ),
    )
    times = WholeField(_l("How many times it may be used"), [required(), within(1)])
    notice_by = DayField(_l("Last day of notice"), [required()])
    window_months = WholeField(
        _l("After-guidance: months from the end of the training"),
        [optional(), within(1, MONTHS_AT_MOST)],
    )
    price = MoneyField(
        _l("Price, if the option has one of its own"),
        [optional(), above_zero],
        description=_l("Without value added tax."),
    )
    feedback_mean = NumberField(
        _l("Condition: mean of the participants' feedback at least"), [optional(), within(1, 5)]
    )
    answers = WholeField(_l("Condition: answers at least"), [optional(), within(1)])
    open_market_share = NumberField(
        _l("Condition: share in the open labour market at least, in percent"),
        [optional(), within(0, 100)],
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Months are whole, and only after-guidance has a window."""
        right = bool(super().validate(extra_validators))
        amount, window = self.amount, self.window_months
        period = self.kind.data == OptionKind.FURTHER_PERIOD
        if period and amount.data is not None and not amount.errors:
            if amount.data % 1:
                amount.errors = [_("Write a whole number of months.")]
                right = False
            elif amount.data > MONTHS_AT_MOST:
                amount.errors = [
                    _("A further period has at most %(most)s months.", most=MONTHS_AT_MOST)
                ]
                right = False
        if self.kind.data == OptionKind.AFTER_GUIDANCE and window.data is None:
            if not window.errors:
                window.errors = [_("Give the months within which after-guidance can be given.")]
            right = False
        return right

    def option(self, key: str) -> OptionTerms:
        """The option clause as typed."""
        values: dict[str, Any] = self.data
        kind = OptionKind(self.kind.data)
        window = self.window_months.data if kind == OptionKind.AFTER_GUIDANCE else None
        return OptionTerms(
            key=key,
            kind=kind,
            amount=values["amount"],
            times=values["times"],
            notice_by=values["notice_by"],
            window_months=window,
            price=self.price.data,
            condition=self._condition(),
        )

    def _condition(self) -> dict[str, Decimal] | None:
        named = {
            "feedback_mean_at_least": self.feedback_mean.data,
            "answers_at_least": self.answers.data,
            "open_market_share_at_least": share_of(self.open_market_share.data),
        }
        return {name: Decimal(value) for name, value in named.items() if value is not None} or None


def option_form(revision: int, option: OptionTerms | None = None) -> OptionForm:
    """The form of a new option clause or of one that is there."""
    if option is None:
        return OptionForm(
            data={
                "revision": revision,
                "kind": OptionKind.ADDITIONAL_CAPACITY.value,
                "times": 1,
            }
        )
    condition = option.condition or {}
    answers = condition.get("answers_at_least")
    return OptionForm(
        data={
            "revision": revision,
            "kind": option.kind.value,
            "amount": option.amount,
            "times": option.times,
            "notice_by": option.notice_by,
            "window_months": option.window_months,
            "price": option.price,
            "feedback_mean": condition.get("feedback_mean_at_least"),
            "answers": None if answers is None else int(answers),
            "open_market_share": percent_of(condition.get("open_market_share_at_least")),
        }
    )
