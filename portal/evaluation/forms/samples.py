"""The form of sample offers, built for one lot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import new_class
from typing import Any

from flask_babel import gettext as _

from portal.evaluation.queries.previewed import PreviewPage, Sample
from portal.procurement.forms.typed import above_zero
from portal.procurement.queries.shown import CriterionShown
from portal.shared.names import name_in
from portal.web.fields import (
    MoneyField,
    TextField,
    WholeField,
    at_most_characters,
    within,
)
from portal.web.forms import PortalForm
from portal.web.language import current_language

LONGEST_NAME = 60


MOST_SAMPLES = 4


class SamplesForm(PortalForm):
    """The base of the form that `samples_form` builds for one lot: sample offers side by side."""

    rows = range(MOST_SAMPLES)
    criteria: Sequence[CriterionShown] = ()
    by_total = False

    def fields_of(self, n: int) -> list[Any]:
        """The fields of one sample, in the order in which they are typed."""
        names = [f"name-{n}", f"price-{n}", *([f"fee-{n}"] if self.by_total else [])]
        names += [f"points-{n}-{criterion.place}" for criterion in self.criteria]
        return [self[name] for name in names]

    def validate(self, extra_validators: Any = None) -> bool:
        """A sample with a price has all its points, and there is at least one."""
        right = bool(super().validate(extra_validators))
        prices = [self[f"price-{n}"] for n in self.rows]
        used = [n for n, price in enumerate(prices) if price.data is not None or price.errors]
        needed = [
            self[f"points-{n}-{criterion.place}"] for n in used for criterion in self.criteria
        ]
        for field in needed if used else prices[:1]:
            if field.data is None and not field.errors:
                field.errors = [_("Fill in this field.")]
                right = False
        return right

    def samples(self) -> list[Sample]:
        """The samples that have a price; one without a name is called by its number."""
        return [
            Sample(
                name=self[f"name-{n}"].data or str(n + 1),
                price=self[f"price-{n}"].data,
                coordination_fee=self[f"fee-{n}"].data if self.by_total else None,
                points={
                    criterion.key: self[f"points-{n}-{criterion.place}"].data
                    for criterion in self.criteria
                },
            )
            for n in self.rows
            if self[f"price-{n}"].data is not None
        ]


def samples_form(
    page: PreviewPage, samples: Sequence[Sample], typed: Mapping[str, Any] | None = None
) -> SamplesForm:
    """The form with what was ``typed``, else with the samples given."""
    language, top = current_language(), page.procurement.scale_top
    fields: dict[str, Any] = {"criteria": page.criteria, "by_total": page.by_total}
    data: dict[str, Any] = {}
    for n in range(MOST_SAMPLES):
        fields[f"name-{n}"] = TextField(_("Name"), [at_most_characters(LONGEST_NAME)])
        fields[f"price-{n}"] = MoneyField(_("Price"), [above_zero])
        if page.by_total:
            fields[f"fee-{n}"] = MoneyField(_("Coordination fee"), [within(0)])
        for criterion in page.criteria:
            label = _("Points: %(criterion)s", criterion=name_in(criterion.title, language))
            fields[f"points-{n}-{criterion.place}"] = WholeField(label, [within(0, top)])
    for n, sample in enumerate(samples):
        data |= {
            f"name-{n}": sample.name,
            f"price-{n}": sample.price,
            f"fee-{n}": sample.coordination_fee,
        }
        for criterion in page.criteria:
            data[f"points-{n}-{criterion.place}"] = sample.points[criterion.key]
    built: type[SamplesForm] = new_class(
        "LotSamplesForm", (SamplesForm,), exec_body=lambda body: body.update(fields)
    )
    return built(formdata=typed, data=data)
