"""The forms of a working file: sending it, and taking what it says."""

from __future__ import annotations

from types import new_class
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField

from portal.offers.sheet.queries import SheetPreview
from portal.offers.sheet.rules import Place
from portal.web.fields import RadioField, required
from portal.web.forms import PortalForm

MINE, THEIRS = "file", "draft"


class SheetForm(PortalForm):
    """The file that comes back."""

    file = FileField(
        _l("Filled file"), [required(_l("Choose a file."))], render_kw={"accept": ".xlsx"}
    )


class TakeForm(PortalForm):
    """What was read, the draft that was in sight, and a choice for each place changed twice."""

    read = HiddenField()
    seen = HiddenField()
    both: tuple[Place, ...] = ()

    def choice(self, n: int) -> Any:
        """The field of the place with that number."""
        return self[f"choice-{n}"]

    def chosen(self, preview: SheetPreview) -> set[Place]:
        """The places at which the file's text is taken."""
        mine = {place for n, place in enumerate(self.both) if self.choice(n).data == MINE}
        return {*preview.joined.from_file, *mine}


def take_form(preview: SheetPreview) -> TakeForm:
    """The form of this file, with what was chosen."""
    fields: dict[str, Any] = {"both": tuple(one.place for one in preview.both)}
    for n, _one in enumerate(preview.both):
        fields[f"choice-{n}"] = RadioField(
            _("Which of the two do you take?"),
            [required(_("Choose one of the two texts."))],
            choices=[
                (THEIRS, _("The text of the draft stays")),
                (MINE, _("The text of the file comes in its place")),
            ],
        )
    built: type[TakeForm] = new_class(
        "BuiltTakeForm", (TakeForm,), exec_body=lambda body: body.update(fields)
    )
    return built()
