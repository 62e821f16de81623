"""What is typed on the pages of units. The files beside this one are the forms of training."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.organisations.models import Organisation
from portal.shared.names import name_in
from portal.training_forms.rules.units import UnitTerms
from portal.training_forms.shape import Field
from portal.web.drafts import LONGEST_LINE, names_typed
from portal.web.fields import (
    ChoiceField,
    LongTextField,
    TextField,
    at_most_characters,
    choices,
    optional,
    required,
)
from portal.web.forms import PortalForm
from portal.web.language import current_language

LONGEST_EXAMPLE = 1_000

_LINE = at_most_characters(LONGEST_LINE)
_EXAMPLE = at_most_characters(LONGEST_EXAMPLE)


class UnitForm(PortalForm):
    """A unit that an organisation adds to a field."""

    organisation = ChoiceField(_l("Organisation"), [required()])
    field = ChoiceField(_l("Field of training"), [required()])
    name_fi = TextField(_l("Name of the unit in Finnish"), [required(), _LINE])
    name_sv = TextField(_l("Name of the unit in Swedish"), [optional(), _LINE])
    name_en = TextField(_l("Name of the unit in English"), [optional(), _LINE])
    example_fi = LongTextField(
        _l("Example of sensible use, in Finnish"),
        [optional(), _EXAMPLE],
        description=_l("A case in words, without anything by which a person could be recognised."),
    )
    example_sv = LongTextField(_l("Example of sensible use, in Swedish"), [optional(), _EXAMPLE])
    example_en = LongTextField(_l("Example of sensible use, in English"), [optional(), _EXAMPLE])

    def terms(self) -> UnitTerms:
        """The unit as typed."""
        return UnitTerms(
            field=self.field.data,
            name=names_typed(self, "name"),
            example=names_typed(self, "example"),
        )

    def chosen_organisation(self, organisations: Sequence[Organisation]) -> UUID:
        """The organisation chosen, or the only one."""
        return UUID(self.organisation.data) if "organisation" in self else organisations[0].id


def new_unit_form(
    organisations: Sequence[Organisation], fields: Iterable[Field], field: str | None
) -> UnitForm:
    """An empty form; the organisation is asked only of those who work for several."""
    form = UnitForm(data={"field": field})
    language = current_language()
    form.field.choices = choices(
        ((one.key, name_in(one.name, language)) for one in fields), empty=_("Choose a field")
    )
    if len(organisations) == 1:
        del form.organisation
    else:
        form.organisation.choices = choices(
            ((one.id, name_in(one.name, language)) for one in organisations),
            empty=_("Choose an organisation"),
        )
    return form
