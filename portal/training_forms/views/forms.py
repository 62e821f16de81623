"""The pages of forms of training, for everybody to read."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.shared.clock import in_helsinki
from portal.training_forms.queries import form_page, forms_page
from portal.training_forms.words import day_text, said_text
from portal.web.pages import page
from portal.web.unit import now, reading

bp = Blueprint("training_forms", __name__, url_prefix="/training-forms")


@bp.get("")
def index() -> ResponseReturnValue:
    """The forms."""
    found = forms_page(reading(), in_helsinki(now()).date())
    return page("training_forms/index.html", found=found, day_text=day_text)


@bp.get("/<key>")
def show(key: str) -> ResponseReturnValue:
    """One form in words."""
    found = form_page(reading(), key, in_helsinki(now()).date())
    return page("training_forms/show.html", found=found, day_text=day_text, said_text=said_text)
