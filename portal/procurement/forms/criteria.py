"""The form of the award criteria: weights for those of the bank, and criteria of the call's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from types import new_class
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.criteria.rules import Criterion
from portal.procurement.forms.typed import (
    LONGEST_TEXT,
    RevisionForm,
    above_zero,
    names_shown,
    names_typed,
)
from portal.procurement.queries.drafting import CriteriaPage
from portal.procurement.rules import CallTerms, CriterionTerms, free_key
from portal.shared.names import LANGUAGES, name_in
from portal.web.fields import (
    ChoiceField,
    LongTextField,
    NumberField,
    at_most_characters,
    optional,
    required,
    within,
)
from portal.web.language import current_language

SPARE_OWN = 1
OWN = "own"


class SetForm(RevisionForm):
    """Begin from a set of the bank."""

    criteria_set = ChoiceField(_l("Criteria set"), [required()])


class CriteriaForm(RevisionForm):
    """The base of the form that `criteria_form` builds for one draft."""

    price_weight = NumberField(_l("Weight of the price"), [optional(), within(0, 100)])
    bank: Sequence[Criterion] = ()
    own: Sequence[CriterionTerms] = ()

    @property
    def own_rows(self) -> list[int]:
        """The numbers of the rows for the call's own criteria."""
        return list(range(len(self.own) + SPARE_OWN))

    def weight_of(self, criterion: Criterion) -> Any:
        """The field for the weight of a criterion of the bank."""
        return self[f"weight-{criterion.key}"]

    def validate(self, extra_validators: Any = None) -> bool:
        """A criterion of the call's own has a weight and a question in Finnish, or nothing."""
        right = bool(super().validate(extra_validators))
        for n in self.own_rows:
            question, weight = self[f"own{n}_fi"], self[f"own{n}_weight"]
            asked = bool(names_typed(self, f"own{n}"))
            if (asked or weight.data is not None) and not question.data:
                question.errors = [_("Write the question in Finnish.")]
                right = False
            if asked and weight.data is None and not weight.errors:
                weight.errors = [_("Give the weight.")]
                right = False
        return right

    def total(self) -> Decimal:
        """The weights that were understood, together."""
        fields = [self.price_weight, *(self.weight_of(criterion) for criterion in self.bank)]
        fields += [self[f"own{n}_weight"] for n in self.own_rows]
        return sum((field.data for field in fields if field.data is not None), Decimal(0))

    def call(self, before: CallTerms) -> CallTerms:
        """The call with the weights typed; what was there keeps its place and its version."""
        there = {criterion.key: criterion for criterion in before.criteria}
        chosen = [
            CriterionTerms(
                criterion.key,
                self.weight_of(criterion).data,
                version=_version(there.get(criterion.key), criterion),
            )
            for criterion in self.bank
            if self.weight_of(criterion).data is not None
        ]
        chosen += self._own(set(there) | {criterion.key for criterion in self.bank})
        order = {key: place for place, key in enumerate(there)}
        chosen.sort(key=lambda criterion: order.get(criterion.key, len(order)))
        return replace(before, price_weight=self.price_weight.data, criteria=tuple(chosen))

    def _own(self, taken: set[str]) -> list[CriterionTerms]:
        found = []
        for n in self.own_rows:
            question, weight = names_typed(self, f"own{n}"), self[f"own{n}_weight"].data
            if question and weight is not None:
                key = self.own[n].key if n < len(self.own) else free_key(OWN, taken)
                found.append(CriterionTerms(key, weight, question=question))
        return found


def _version(before: CriterionTerms | None, criterion: Criterion) -> int | None:
    if before is not None and before.version is not None:
        return before.version
    return criterion.version


def criteria_form(page: CriteriaPage, *, typed: bool = True) -> CriteriaForm:
    """The form of this draft: with what was ``typed``, else with what the draft says."""
    call = page.draft.call
    own = [criterion for criterion in call.criteria if criterion.question is not None]
    fields: dict[str, Any] = {"bank": page.bank, "own": own}
    for n, criterion in enumerate(page.bank):
        title = name_in(criterion.title, current_language())
        fields[f"weight-{criterion.key}"] = NumberField(
            _("Weight: %(criterion)s", criterion=title),
            [optional(), above_zero, within(most=100)],
            id=f"weight-{n}",
        )
    for n in range(len(own) + SPARE_OWN):
        fields |= _own_fields(n)
    built: type[CriteriaForm] = new_class(
        "DraftCriteriaForm", (CriteriaForm,), exec_body=lambda body: body.update(fields)
    )
    given = {"revision": page.draft.revision, **_values(call, own)}
    return built(data=given) if typed else built(formdata=None, data=given)


def _own_fields(n: int) -> dict[str, Any]:
    rules = [optional(), at_most_characters(LONGEST_TEXT)]
    labels = {
        "fi": _("Question in Finnish"),
        "sv": _("Question in Swedish"),
        "en": _("Question in English"),
    }
    fields: dict[str, Any] = {
        f"own{n}_{language}": LongTextField(labels[language], rules) for language in LANGUAGES
    }
    fields[f"own{n}_weight"] = NumberField(
        _("Weight of this criterion"), [optional(), above_zero, within(most=100)]
    )
    return fields


def _values(call: CallTerms, own: Sequence[CriterionTerms]) -> dict[str, Any]:
    values: dict[str, Any] = {"price_weight": call.price_weight}
    for criterion in call.criteria:
        values[f"weight-{criterion.key}"] = criterion.weight
    for n, criterion in enumerate(own):
        values |= names_shown(f"own{n}", criterion.question or {})
        values[f"own{n}_weight"] = criterion.weight
    return values


def set_form(page: CriteriaPage) -> SetForm:
    """The choice of a set of the bank."""
    form = SetForm(prefix="set", data={"revision": page.draft.revision})
    language = current_language()
    form.criteria_set.choices = [(one.key, name_in(one.title, language)) for one in page.sets]
    return form
