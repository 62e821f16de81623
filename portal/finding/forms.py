"""What is typed about a view of a list."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.finding.rules import LONGEST_VIEW_NAME
from portal.web.fields import TextField, at_most_characters, required
from portal.web.forms import PortalForm


class ViewForm(PortalForm):
    """The name of a view."""

    name = TextField(_l("Name of the view"), [required(), at_most_characters(LONGEST_VIEW_NAME)])
