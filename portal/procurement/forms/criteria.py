"""The form of the award criteria and their weights, and the choice of a set of the bank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from types import new_class
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.criteria.rules import Criterion
from portal.procurement.forms.typed import RevisionForm, above_zero
from portal.procurement.queries.drafting import CriteriaPage
from portal.procurement.rules import CallTerms, CriterionTerms
from portal.shared.names import name_in
from portal.web.fields import CheckField, ChoiceField, NumberField, optional, required, within
from portal.web.language import current_language

FREE = "free"


class SetForm(RevisionForm):
    """Begin from a set of the bank, or follow none."""

    criteria_set = ChoiceField(_l("Criteria set"), [required()])


class CriteriaForm(RevisionForm):
    """The base of the form that `criteria_form` builds for one draft."""

    price_weight = NumberField(_l("Weight of the price"), [optional(), within(0, 100)])
    low_price_percent = NumberField(
        _l("Limit of an unusually low price"),
        [optional(), above_zero, within(most=99)],
        description=_l(
            "In percent of the mean of the other offers' comparison prices. A price under it is"
            " explained by the bidder in writing; the flag alone excludes nobody."
        ),
    )
    two_envelopes = CheckField(
        _l("Two envelopes: prices stay sealed until every offer has its joint score"),
        description=_l("Two openers then open the prices, and the points can no longer change."),
    )
    bank: Sequence[Criterion] = ()
    own: Sequence[CriterionTerms] = ()

    def weight_of(self, criterion: Criterion | CriterionTerms) -> Any:
        """The field for the weight of a criterion of the bank or of the call's own."""
        return self[f"weight-{criterion.key}"]

    def total(self) -> Decimal:
        """The weights that were understood, together."""
        fields = [
            self.price_weight,
            *map(self.weight_of, self.bank),
            *map(self.weight_of, self.own),
        ]
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
        chosen += [
            replace(criterion, weight=self.weight_of(criterion).data)
            for criterion in before.own_criteria
            if f"weight-{criterion.key}" in self
        ]
        order = {key: place for place, key in enumerate(there)}
        chosen.sort(key=lambda criterion: order.get(criterion.key, len(order)))
        return replace(
            before,
            price_weight=self.price_weight.data,
            low_price_percent=self.low_price_percent.data,
            two_envelopes=bool(self.two_envelopes.data),
            criteria=tuple(chosen),
        )


def _version(before: CriterionTerms | None, criterion: Criterion) -> int | None:
    if before is not None and before.version is not None:
        return before.version
    return criterion.version


def criteria_form(page: CriteriaPage, *, typed: bool = True) -> CriteriaForm:
    """The form of this draft: with what was ``typed``, else with what the draft says."""
    call, language = page.draft.call, current_language()
    fields: dict[str, Any] = {"bank": page.bank, "own": call.own_criteria}
    titles: list[tuple[str, Mapping[str, str], Any]] = [
        (criterion.key, criterion.title, optional()) for criterion in page.bank
    ]
    titles += [(one.key, own_title(one), required()) for one in call.own_criteria]
    for n, (key, title, rule) in enumerate(titles):
        fields[f"weight-{key}"] = NumberField(
            _("Weight: %(criterion)s", criterion=name_in(title, language)),
            [rule, above_zero, within(most=100)],
            id=f"weight-{n}",
        )
    built: type[CriteriaForm] = new_class(
        "DraftCriteriaForm", (CriteriaForm,), exec_body=lambda body: body.update(fields)
    )
    given = {
        "revision": page.draft.revision,
        "price_weight": call.price_weight,
        "low_price_percent": (
            page.low_price_percent if call.low_price_percent is None else call.low_price_percent
        ),
        "two_envelopes": call.two_envelopes,
        **{f"weight-{criterion.key}": criterion.weight for criterion in call.criteria},
    }
    return built(data=given) if typed else built(formdata=None, data=given)


def own_title(criterion: CriterionTerms) -> Mapping[str, str]:
    """The title of one of the call's own; of one that has none, its question."""
    title: Mapping[str, str] = (criterion.text or {}).get("title") or criterion.question or {}
    return title


def set_form(page: CriteriaPage) -> SetForm:
    """The choice of a set of the bank."""
    followed = page.followed.key if page.followed is not None else page.sets[0].key
    form = SetForm(prefix="set", data={"revision": page.draft.revision, "criteria_set": followed})
    language = current_language()
    form.criteria_set.choices = [
        *((one.key, name_in(one.title, language)) for one in page.sets),
        (FREE, _("No set: the criteria are chosen freely")),
    ]
    return form
