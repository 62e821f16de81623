"""Where the pages of capacity in use stand, and the words for its states."""

from __future__ import annotations

from datetime import date

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from portal.shared.clock import day_in_helsinki
from portal.web.filters import add_status_texts
from portal.web.unit import now

bp = Blueprint("capacity", __name__)

CALL_OFF = "/call-offs/<uuid:call_off_id>"
CONTRACT = "/contracts/<uuid:contract_id>"
TRAINING = "/trainings/<uuid:training_id>"

add_status_texts(
    {
        "reserved": _l("Awaits confirmation"),
        "confirmed": _l("Confirmed"),
        "declined": _l("Declined"),
        "cancelled": _l("Cancelled"),
        "all": _l("All"),
        "late": _l("Late"),
        "entry_opened": _l("Maximum of the contract"),
        "entry_added": _l("Added by an option"),
        "entry_reserved": _l("Reserved"),
        "entry_committed": _l("Committed"),
        "entry_delivered": _l("Delivered"),
        "entry_returned": _l("Delivery corrected, committed again"),
        "entry_released": _l("Commitment released"),
        "entry_reservation_released": _l("Reservation released"),
    }
)


def today() -> date:
    """This request's day in Helsinki."""
    return day_in_helsinki(now())
