"""The forms of a lot and of an option clause."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.procurement.forms.typed import (
    LONGEST_LINE,
    LONGEST_TEXT,
    RevisionForm,
    above_zero,
    names_shown,
    names_typed,
    percent_of,
    share_of,
)
from portal.procurement.rules import LotTerms, OptionKind, OptionTerms, PriceModel, Unit
from portal.web.fields import (
    DayField,
    LongTextField,
    MoneyField,
    NumberField,
    RadioField,
    TextField,
    WholeField,
    at_most_characters,
    optional,
    required,
    within,
)

_LINE = at_most_characters(LONGEST_LINE)
_TEXT = at_most_characters(LONGEST_TEXT)
MONTHS_AT_MOST = 120


class LotForm(RevisionForm):
    """A lot without its option clauses."""

    title_fi = TextField(_l("Title in Finnish"), [required(), _LINE])
    title_sv = TextField(_l("Title in Swedish"), [optional(), _LINE])
    title_en = TextField(_l("Title in English"), [optional(), _LINE])
    region = TextField(_l("Region"), [required(), _LINE])
    fields_of_training = LongTextField(
        _l("Fields of training"), [required(), _TEXT], description=_l("One on each line.")
    )
    unit = RadioField(
        _l("Unit of capacity"),
        [required()],
        choices=[
            (Unit.STUDENT_WORKDAY.value, _l("Student workday")),
            (Unit.TRAINING_PACKAGE.value, _l("Training package")),
            (Unit.HOUR.value, _l("Hour")),
        ],
    )
    capacity_minimum = NumberField(_l("Minimum capacity"), [required(), within(0)])
    capacity_estimated = NumberField(_l("Estimated capacity"), [required(), within(0)])
    capacity_maximum = NumberField(
        _l("Maximum capacity"),
        [required(), above_zero],
        description=_l("The contract cannot be used beyond this. Zero does not mean unlimited."),
    )
    price_model = RadioField(
        _l("Price model"),
        [required()],
        choices=[
            (PriceModel.PER_STUDENT_WORKDAY.value, _l("Price per student workday delivered")),
            (
                PriceModel.FIXED_SUM_PER_PERIOD.value,
                _l("Fixed sum per calendar month of a training"),
            ),
            (PriceModel.PER_TRAINING_PACKAGE.value, _l("Price per person's training")),
            (PriceModel.PER_HOUR.value, _l("Price per hour")),
        ],
    )
    minimum_group = WholeField(
        _l("Smallest group"),
        [required(), within(1)],
        description=_l("1 where single places can be called off."),
    )
    target_group_fi = LongTextField(_l("Target group, in Finnish"), [optional(), _TEXT])
    target_group_sv = LongTextField(_l("Target group, in Swedish"), [optional(), _TEXT])
    target_group_en = LongTextField(_l("Target group, in English"), [optional(), _TEXT])
    target_participants = WholeField(_l("Target: participants"), [optional(), within(1)])
    target_share = NumberField(
        _l("Target: share in the open labour market, in percent"), [optional(), within(0, 100)]
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """The minimum, the estimate and the maximum do not decrease."""
        right = bool(super().validate(extra_validators))
        least, estimated, most = (
            self.capacity_minimum,
            self.capacity_estimated,
            self.capacity_maximum,
        )
        right &= _not_below(estimated, least, _("The estimate must be at least the minimum."))
        right &= _not_below(most, estimated, _("The maximum must be at least the estimate."))
        return right

    def lot(self, key: str, before: LotTerms | None = None) -> LotTerms:
        """The lot with what was typed; its options and its result bonus stay as they were."""
        values: dict[str, Any] = self.data
        typed = LotTerms(
            key=key,
            title=names_typed(self, "title"),
            region=self.region.data,
            fields=tuple(
                line for line in self.fields_of_training.data.splitlines() if line.strip()
            ),
            unit=Unit(self.unit.data),
            capacity_minimum=values["capacity_minimum"],
            capacity_estimated=values["capacity_estimated"],
            capacity_maximum=values["capacity_maximum"],
            price_model=PriceModel(self.price_model.data),
            minimum_group=values["minimum_group"],
            target_group=names_typed(self, "target_group"),
            target_participants=self.target_participants.data,
            target_open_market_share=share_of(self.target_share.data),
        )
        if before is None:
            return typed
        return replace(
            typed,
            options=before.options,
            result_bonus=before.result_bonus,
            vat_rate=before.vat_rate,
            price_revision=before.price_revision,
        )


def _not_below(field: Any, other: Any, text: str) -> bool:
    if field.errors or field.data is None or other.data is None or field.data >= other.data:
        return True
    field.errors = [text]
    return False


def lot_form(revision: int, lot: LotTerms | None = None) -> LotForm:
    """The form of a new lot or of one that is there."""
    if lot is None:
        return LotForm(
            data={
                "revision": revision,
                "unit": Unit.STUDENT_WORKDAY.value,
                "price_model": PriceModel.PER_STUDENT_WORKDAY.value,
                "minimum_group": 1,
            }
        )
    return LotForm(
        data={
            "revision": revision,
            **names_shown("title", lot.title),
            "region": lot.region,
            "fields_of_training": "\n".join(lot.fields),
            "unit": lot.unit.value,
            "capacity_minimum": lot.capacity_minimum,
            "capacity_estimated": lot.capacity_estimated,
            "capacity_maximum": lot.capacity_maximum,
            "price_model": lot.price_model.value,
            "minimum_group": lot.minimum_group,
            **names_shown("target_group", lot.target_group),
            "target_participants": lot.target_participants,
            "target_share": percent_of(lot.target_open_market_share),
        }
    )


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
