"""The form of an amendment: the deadlines, the contract period, and each lot's capacity."""

from __future__ import annotations

from types import new_class
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.procurement.changes import CallChanges, LotChanges
from portal.procurement.forms.typed import LONGEST_TEXT, RevisionForm
from portal.procurement.rules import CallTerms
from portal.shared.names import name_in
from portal.web.fields import (
    DayField,
    InstantField,
    LongTextField,
    NumberField,
    WholeField,
    at_most_characters,
    required,
    within,
)
from portal.web.language import current_language

MOST_CAPACITY = 10_000_000
LARGEST_GROUP = 1_000
CAPACITIES = ("capacity_minimum", "capacity_estimated", "capacity_maximum")


class AmendForm(RevisionForm):
    """The terms that an amendment may change; what is left as it was is not changed."""

    lot_keys: tuple[str, ...] = ()

    questions_due = InstantField(
        _l("Deadline for questions"), [required()], description=_l("Finnish time.")
    )
    offers_due = InstantField(
        _l("Deadline for offers"), [required()], description=_l("Finnish time.")
    )
    contract_start = DayField(_l("First day of the contract"), [required()])
    contract_end = DayField(_l("Last day of the contract"), [required()])
    reason = LongTextField(
        _l("Why the call is amended"),
        [required(_l("Give a reason.")), at_most_characters(LONGEST_TEXT)],
        description=_l("Everybody can read it on the page of the call."),
    )

    def changes(self) -> CallChanges:
        """The whole as typed; the use-case tells what of it differs."""
        values: dict[str, Any] = self.data
        return CallChanges(
            questions_due=self.questions_due.data,
            offers_due=self.offers_due.data,
            contract_start=self.contract_start.data,
            contract_end=self.contract_end.data,
            lots={
                key: LotChanges(
                    capacity_minimum=values[f"capacity_minimum-{n}"],
                    capacity_estimated=values[f"capacity_estimated-{n}"],
                    capacity_maximum=values[f"capacity_maximum-{n}"],
                    minimum_group=values[f"minimum_group-{n}"],
                )
                for n, key in enumerate(self.lot_keys)
            },
        )

    def lot_fields(self, n: int) -> list[Any]:
        """The fields of one lot, by its place."""
        return [self[f"{name}-{n}"] for name in (*CAPACITIES, "minimum_group")]


def amend_form(call: CallTerms, revision: int) -> AmendForm:
    """The form with what the call says now; every lot has its fields."""
    labels = {
        "capacity_minimum": _l("Minimum"),
        "capacity_estimated": _l("Estimated"),
        "capacity_maximum": _l("Maximum"),
    }
    fields: dict[str, Any] = {"lot_keys": tuple(lot.key for lot in call.lots)}
    data: dict[str, Any] = {
        "revision": revision,
        "questions_due": call.questions_due,
        "offers_due": call.offers_due,
        "contract_start": call.contract_start,
        "contract_end": call.contract_end,
    }
    for n, lot in enumerate(call.lots):
        for name, label in labels.items():
            fields[f"{name}-{n}"] = NumberField(label, [required(), within(0, MOST_CAPACITY)])
            data[f"{name}-{n}"] = getattr(lot, name)
        fields[f"minimum_group-{n}"] = WholeField(
            _l("Smallest group"), [required(), within(1, LARGEST_GROUP)]
        )
        data[f"minimum_group-{n}"] = lot.minimum_group
    built = new_class("CallAmendForm", (AmendForm,), exec_body=lambda space: space.update(fields))
    form: AmendForm = built(data=data)
    return form


def lot_titles(call: CallTerms) -> list[str]:
    """The lots' titles in the reader's language, in their order."""
    return [name_in(lot.title, current_language()) for lot in call.lots]
