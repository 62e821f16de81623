"""The forms of invoices."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField
from wtforms.validators import StopValidation

from portal.web.fields import DayField, NumberField, required
from portal.web.forms import PortalForm


def above_nothing(_form: Any, field: Field) -> None:
    """A validator: an index is above zero."""
    if field.data is not None and not field.errors and field.data <= 0:
        raise StopValidation(_l("Write a number above zero."))


class IssueForm(PortalForm):
    """The button that issues a basis, with the sum without tax that stood beside it."""

    seen = HiddenField()


class RevisionForm(PortalForm):
    """The day of revision and the index's values."""

    since = DayField(
        _l("Day of revision"),
        [required()],
        description=_l("The revised price is for the months that begin on this day or later."),
    )
    index_before = NumberField(
        _l("Index at the offers or at the latest revision"), [required(), above_nothing]
    )
    index_now = NumberField(_l("Index now"), [required(), above_nothing])

    def typed(self) -> tuple[date, Decimal, Decimal]:
        """The day, the index before and the index now."""
        values: dict[str, Any] = self.data
        return values["since"], values["index_before"], values["index_now"]
