"""The form of a lot, with its result bonus and its revision of prices."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
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
from portal.procurement.rules import LotTerms, PriceModel, PriceRevision, Unit
from portal.web.fields import (
    ChecksField,
    ChoiceField,
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
STATUSES = (
    ("open_market", _l("In the open labour market")),
    ("other_work", _l("In other work")),
    ("unemployed", _l("Unemployed")),
    ("long_term_unemployed", _l("Long-term unemployed")),
    ("outside", _l("Outside working life")),
    ("in_education", _l("In education")),
)
BONUS = ("bonus_status", "bonus_months", "bonus_amount", "bonus_at_most")
REVISION = ("revision_index_fi", "revision_day", "revision_month", "revision_ceiling")


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
    capacity_estimated = NumberField(_l("Estimated capacity"), [required(), above_zero])
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
    vat_rate = NumberField(
        _l("Rate of value added tax, in percent"),
        [optional(), within(0, 100)],
        description=_l(
            "Prices are given without the tax. 0 where the service is exempt from it; empty where"
            " the call does not say."
        ),
    )
    revision_index_fi = TextField(_l("Index, in Finnish"), [optional(), _LINE])
    revision_index_sv = TextField(_l("Index, in Swedish"), [optional(), _LINE])
    revision_index_en = TextField(_l("Index, in English"), [optional(), _LINE])
    revision_day = WholeField(_l("Revised each year from: day"), [optional(), within(1, 31)])
    revision_month = WholeField(
        _l("Revised each year from: month, as a number"), [optional(), within(1, 12)]
    )
    revision_ceiling = NumberField(
        _l("Change of the price at most at one time, in percent"),
        [optional(), above_zero, within(most=100)],
    )
    bonus_status = ChoiceField(
        _l("Paid for each person who is then"),
        [optional()],
        choices=lambda: [("", _("No result bonus")), *STATUSES],
    )
    bonus_months = WholeField(
        _l("Months from the end of the training"), [optional(), within(1, MONTHS_AT_MOST)]
    )
    bonus_amount = MoneyField(
        _l("Bonus for one person"),
        [optional(), above_zero],
        description=_l("Without value added tax."),
    )
    bonus_at_most = WholeField(_l("For at most so many persons"), [optional(), within(1)])
    bonus_started_as = ChecksField(
        _l("Only for those who at the start were"),
        [optional()],
        choices=STATUSES,
        description=_l("Tick none where the bonus is for all."),
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
        """Capacities do not decrease; a bonus and a revision are given whole or not at all."""
        right = bool(super().validate(extra_validators))
        least, estimated, most = (
            self.capacity_minimum,
            self.capacity_estimated,
            self.capacity_maximum,
        )
        right &= _not_below(estimated, least, _("The estimate must be at least the minimum."))
        right &= _not_below(most, estimated, _("The maximum must be at least the estimate."))
        text = _("Fill in this field too, or leave the whole revision of prices empty.")
        begun = self.revision_index_sv.data or self.revision_index_en.data
        right &= self._whole(REVISION, text, bool(begun))
        text = _("Fill in this field too, or leave the whole result bonus empty.")
        right &= self._whole(BONUS, text, bool(self.bonus_started_as.data))
        return right & self._revised_on_a_day()

    def _whole(self, names: tuple[str, ...], text: str, begun: bool) -> bool:
        given = [bool(self[name].data or self[name].errors) for name in names]
        if all(given) or not (begun or any(given)):
            return True
        for name, filled in zip(names, given, strict=True):
            if not filled:
                self[name].errors = [text]
        return False

    def _revised_on_a_day(self) -> bool:
        if self.revision_day.errors or self.revision_month.errors:
            return True
        day, month = self.revision_day.data, self.revision_month.data
        # Of a common year, so that the day comes every year.
        if day is None or month is None or day <= monthrange(2001, month)[1]:
            return True
        self.revision_day.errors = [_("The month does not have this day every year.")]
        return False

    def lot(self, key: str, before: LotTerms | None = None) -> LotTerms:
        """The lot with what was typed; its options stay as they were."""
        values: dict[str, Any] = self.data
        return LotTerms(
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
            result_bonus=self._bonus(),
            vat_rate=self.vat_rate.data,
            price_revision=self._price_revision(),
            options=before.options if before is not None else (),
        )

    def _bonus(self) -> dict[str, Any] | None:
        if not self.bonus_status.data:
            return None
        return {
            "status": self.bonus_status.data,
            "after_months": self.bonus_months.data,
            "amount": f"{self.bonus_amount.data:f}",
            "only_started_as": self.bonus_started_as.data or None,
            "at_most": self.bonus_at_most.data,
        }

    def _price_revision(self) -> PriceRevision | None:
        values: dict[str, Any] = self.data
        if values["revision_day"] is None:
            return None
        return PriceRevision(
            index=names_typed(self, "revision_index"),
            day=values["revision_day"],
            month=values["revision_month"],
            ceiling=values["revision_ceiling"],
        )


def _not_below(field: Any, other: Any, text: str) -> bool:
    if field.errors or field.data is None or other.data is None or field.data >= other.data:
        return True
    field.errors = [text]
    return False


def lot_form(
    revision: int, lot: LotTerms | None = None, vat_rate: Decimal | None = None
) -> LotForm:
    """The form of a new lot, with a proposal for the rate of the tax, or of one that is there."""
    if lot is None:
        return LotForm(
            data={
                "revision": revision,
                "unit": Unit.STUDENT_WORKDAY.value,
                "price_model": PriceModel.PER_STUDENT_WORKDAY.value,
                "minimum_group": 1,
                "vat_rate": vat_rate,
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
            "vat_rate": lot.vat_rate,
            **_bonus_shown(lot.result_bonus or {}),
            **_revision_shown(lot.price_revision),
        }
    )


def _bonus_shown(bonus: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "bonus_status": bonus.get("status", ""),
        "bonus_months": bonus.get("after_months"),
        "bonus_amount": Decimal(bonus["amount"]) if bonus else None,
        "bonus_started_as": bonus.get("only_started_as") or [],
        "bonus_at_most": bonus.get("at_most"),
    }


def _revision_shown(terms: PriceRevision | None) -> dict[str, Any]:
    if terms is None:
        return {}
    return {
        **names_shown("revision_index", terms.index),
        "revision_day": terms.day,
        "revision_month": terms.month,
        "revision_ceiling": terms.ceiling,
    }
