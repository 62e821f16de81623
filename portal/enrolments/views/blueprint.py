"""What the pages of people in trainings share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.organisations.models import Person
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken
from portal.web.filters import add_status_texts
from portal.web.forms import PortalForm, refuse
from portal.web.pages import done
from portal.web.unit import me, now, transaction

bp = Blueprint("enrolments", __name__)

TRAINING = "/trainings/<uuid:training_id>"
PARTICIPANT = "/participants/<uuid:enrolment_id>"

add_status_texts(
    {
        "applied": _l("Applied"),
        "interviewed": _l("Interviewed"),
        "selected": _l("Selected"),
        "rejected": _l("Not selected"),
        "started": _l("In the training"),
        "completed": _l("Completed"),
        "left_early": _l("Left early"),
        "left_work": _l("Left early for work"),
        "left_studies": _l("Left early for studies"),
        "interrupted": _l("Interrupted"),
        "transferred": _l("Transferred to another training"),
        "training_open": _l("Open"),
        "training_closed": _l("Closed"),
    }
)


def today() -> date:
    """This request's day in Finland."""
    return day_in_helsinki(now())


def acted(
    form: PortalForm, act: Callable[[Session, Person], str], message: str
) -> ResponseReturnValue | None:
    """Do what the form asks, and go on to the address that the act answers with.

    None where the form, or a rule, refuses it: the form then says why. Raises ``not_permitted``,
    and NotFound.
    """
    if not form.validate():
        return None
    try:
        with transaction() as session:
            url = act(session, me(session))
        return done(message, url)
    except RuleBroken as broken:
        refuse(form, broken)
    return None
