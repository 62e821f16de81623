"""The form of the call's basic facts and deadlines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.legal.rules import Regime
from portal.organisations.models import Organisation
from portal.procurement.forms.typed import (
    LONGEST_LINE,
    LONGEST_TEXT,
    RevisionForm,
    above_zero,
    names_shown,
    names_typed,
)
from portal.procurement.regimes import REGIME_NAMES
from portal.procurement.rules import CallTerms, Comparison, Procedure, ProcurementKind
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
    optional,
    required,
    within,
)
from portal.web.language import current_language

HIGHEST_SCALE = 10
KINDS = [
    (ProcurementKind.CAPACITY.value, _l("Capacity procurement")),
    (ProcurementKind.COURSE.value, _l("Procurement of a training")),
    (ProcurementKind.COACHING.value, _l("Procurement of a coaching service")),
]

_LINE = at_most_characters(LONGEST_LINE)
_TEXT = at_most_characters(LONGEST_TEXT)


def _regimes() -> list[tuple[str, str]]:
    return [(regime.value, name_in(REGIME_NAMES[regime], current_language())) for regime in Regime]


class BasicsForm(RevisionForm):
    """Everything of a call that is not of one lot or one criterion."""

    buyer = ChoiceField(_l("Buyer"), [required()])
    reference = TextField(
        _l("Reference"),
        [required(), at_most_characters(100)],
        description=_l("The number of the procurement in your own register."),
    )
    title_fi = TextField(_l("Title in Finnish"), [required(), _LINE])
    title_sv = TextField(_l("Title in Swedish"), [optional(), _LINE])
    title_en = TextField(_l("Title in English"), [optional(), _LINE])
    description_fi = LongTextField(_l("What is bought, in Finnish"), [optional(), _TEXT])
    description_sv = LongTextField(_l("What is bought, in Swedish"), [optional(), _TEXT])
    description_en = LongTextField(_l("What is bought, in English"), [optional(), _TEXT])
    kind = RadioField(
        _l("Kind of procurement"),
        [required()],
        choices=KINDS,
    )
    regime = ChoiceField(_l("Legal regime"), [required()], choices=_regimes)
    procedure = ChoiceField(
        _l("Procedure"),
        [required()],
        choices=[
            (Procedure.OPEN.value, _l("Open procedure")),
            (Procedure.RESTRICTED.value, _l("Restricted procedure")),
            (Procedure.NEGOTIATED.value, _l("Negotiated procedure")),
            (Procedure.DIRECT_AWARD.value, _l("Direct award")),
        ],
    )
    estimated_value = MoneyField(
        _l("Estimated value"),
        [optional(), above_zero],
        description=_l(
            "Without value added tax, of all lots over the whole period, with every option counted"
            " in. Shown in the call."
        ),
    )
    cpv = LongTextField(
        _l("CPV codes"),
        [optional(), _TEXT],
        description=_l("One on each line, the main code first, such as 80500000-9."),
    )
    questions_due = InstantField(
        _l("Deadline for questions"), [optional()], description=_l("Finnish time.")
    )
    offers_due = InstantField(
        _l("Deadline for offers"),
        [optional()],
        description=_l("Finnish time. An offer that arrives at this very second is in time."),
    )
    contract_start = DayField(_l("First day of the contract"), [optional()])
    contract_end = DayField(
        _l("Last day of the contract"), [optional()], description=_l("Without any options.")
    )
    price_weight = NumberField(
        _l("Weight of the price"),
        [optional(), within(0, 100)],
        description=_l("The weights of the price and of the criteria together are 100."),
    )
    comparison = RadioField(
        _l("Price to be compared"),
        [required()],
        choices=[
            (Comparison.UNIT_PRICE.value, _l("The offered price for one unit")),
            (
                Comparison.TOTAL_AT_ESTIMATE.value,
                _l("The total price at the estimated capacity, with the coordination fee"),
            ),
        ],
    )
    scale_top = WholeField(
        _l("Top of the scale of points"),
        [required(), within(1, HIGHEST_SCALE)],
        description=_l("The criteria of the bank are described on a scale from 0 to 3."),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Questions come before offers, and a contract ends after it starts."""
        right = bool(super().validate(extra_validators))
        questions, offers = self.questions_due, self.offers_due
        if questions.data and offers.data and questions.data > offers.data:
            questions.errors = [_("Questions must be due before the offers.")]
            right = False
        start, end = self.contract_start, self.contract_end
        if start.data and end.data and end.data <= start.data:
            end.errors = [_("The contract must end after it starts.")]
            right = False
        return right

    def call(self, before: CallTerms | None = None) -> CallTerms:
        """The terms with what was typed; lots and criteria stay as they were."""
        title = names_typed(self, "title")
        kind = ProcurementKind(self.kind.data)
        values: dict[str, Any] = self.data
        old = before or CallTerms(reference="", title=title, kind=kind)
        return replace(
            old,
            reference=self.reference.data,
            title=title,
            description=names_typed(self, "description"),
            kind=kind,
            regime=Regime(self.regime.data),
            procedure=Procedure(self.procedure.data),
            cpv=tuple((self.cpv.data or "").split()),
            estimated_value=self.estimated_value.data,
            questions_due=self.questions_due.data,
            offers_due=self.offers_due.data,
            contract_start=self.contract_start.data,
            contract_end=self.contract_end.data,
            price_weight=self.price_weight.data,
            comparison=Comparison(self.comparison.data),
            scale_top=values["scale_top"],
        )

    def chosen_buyer(self, buyers: Sequence[Organisation]) -> UUID:
        """The buyer chosen, or the only one."""
        return UUID(self.buyer.data) if "buyer" in self else buyers[0].id


def new_form(buyers: Sequence[Organisation]) -> BasicsForm:
    """An empty form; the buyer is asked only of those who work for several."""
    form = BasicsForm(
        data={
            "kind": ProcurementKind.CAPACITY.value,
            "regime": Regime.ANNEX_E.value,
            "procedure": Procedure.OPEN.value,
            "comparison": Comparison.UNIT_PRICE.value,
            "scale_top": 3,
        }
    )
    del form.revision
    if len(buyers) == 1:
        del form.buyer
    else:
        language = current_language()
        form.buyer.choices = [
            ("", _("Choose a buyer")),
            *((str(buyer.id), name_in(buyer.name, language)) for buyer in buyers),
        ]
    return form


def basics_form(call: CallTerms, revision: int) -> BasicsForm:
    """The form with what the draft says."""
    form = BasicsForm(
        data={
            "revision": revision,
            "reference": call.reference,
            **names_shown("title", call.title),
            **names_shown("description", call.description),
            "kind": call.kind.value,
            "regime": call.regime.value,
            "procedure": call.procedure.value,
            "cpv": "\n".join(call.cpv),
            "estimated_value": call.estimated_value,
            "questions_due": call.questions_due,
            "offers_due": call.offers_due,
            "contract_start": call.contract_start,
            "contract_end": call.contract_end,
            "price_weight": call.price_weight,
            "comparison": call.comparison.value,
            "scale_top": call.scale_top,
        }
    )
    del form.buyer
    return form
