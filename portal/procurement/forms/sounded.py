"""The form by which a procurement is begun from a sounding."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.procurement.forms.basics import KINDS
from portal.procurement.rules import ProcurementKind
from portal.web.fields import RadioField, TextField, at_most_characters, required
from portal.web.forms import PortalForm


class FromSoundingForm(PortalForm):
    """What a sounding does not say of a procurement but every draft has."""

    reference = TextField(
        _l("Reference"),
        [required(), at_most_characters(100)],
        description=_l("The number of the procurement in your own register."),
    )
    kind = RadioField(
        _l("Kind of procurement"),
        [required()],
        choices=KINDS,
        default=ProcurementKind.CAPACITY.value,
    )
