"""What the pages of people in trainings share."""

from __future__ import annotations

from datetime import date

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from portal.shared.clock import day_in_helsinki
from portal.web.filters import add_status_texts
from portal.web.unit import now

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
