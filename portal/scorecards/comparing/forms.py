"""What is compared, as it is chosen in the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from portal.indicators.rules import Period
from portal.scorecards.comparing.queries import COMPARED, Choices, Selection
from portal.scorecards.comparing.rules import By, Scope
from portal.scorecards.comparing.words import indicator_text
from portal.shared.names import name_in
from portal.web.fields import ChoiceField, DayField, choices, optional
from portal.web.forms import PortalForm
from portal.web.language import current_language


class SelectionForm(PortalForm):
    """A selection; sent by its address, so that it can be kept and handed on."""

    by = ChoiceField(_l("Compare"), [optional()])
    region = ChoiceField(_l("Region"), [optional()])
    training_form = ChoiceField(_l("Form of training"), [optional()])
    first_day = DayField(_l("Results from"), [optional()])
    last_day = DayField(_l("Results to"), [optional()])
    scope = ChoiceField(_l("Whose results"), [optional()])
    indicator = ChoiceField(_l("Chart of"), [optional()])

    def selection(self) -> Selection:
        """What was chosen; what was left empty is as it is without a choice."""
        usual = Selection()
        return Selection(
            by=By(self.by.data or usual.by),
            region=self.region.data or None,
            form=self.training_form.data or None,
            period=Period(self.first_day.data, self.last_day.data),
            scope=Scope(self.scope.data or usual.scope),
            indicator=self.indicator.data or usual.indicator,
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """The days must also be in order."""
        if not super().validate(extra_validators):
            return False
        first, last = self.first_day.data, self.last_day.data
        if first is not None and last is not None and last < first:
            self.last_day.errors = [_("The last day must not be before the first.")]
            return False
        return True


def selection_form(found: Choices, args: Mapping[str, str]) -> SelectionForm:
    """The form with what there is to choose from, filled in from the address."""
    form = SelectionForm(formdata=MultiDict(args), meta={"csrf": False})
    form.by.choices = choices([(By.PROVIDER, _("Providers")), (By.REGION, _("Regions"))])
    form.region.choices = choices([(one, one) for one in found.regions], _("All regions"))
    form.training_form.choices = choices(
        [(key, name_in(names, current_language())) for key, names in found.forms],
        _("All forms of training"),
    )
    form.scope.choices = choices(
        [
            (Scope.STANDING, _("Own and others with a standing scorecard")),
            (Scope.OWN, _("Own only")),
        ]
    )
    form.indicator.choices = choices([(key, indicator_text(key)) for key in COMPARED])
    return form
