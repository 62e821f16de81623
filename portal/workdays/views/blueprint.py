"""What the pages of the room share."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, send_file
from flask_babel import lazy_gettext as _l

from portal.web.filters import add_status_texts

bp = Blueprint("workdays", __name__)

TRAINING = "/trainings/<uuid:training_id>/workdays"
# A month is written `2026-04`; the queries find nothing by any other text.
MONTH = f"{TRAINING}/<string:period>"
CONTRACT = "/contracts/<uuid:contract_id>"

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "pdf": "application/pdf",
}


def file(content: bytes, name: str, ending: str) -> Response:
    """A file to save, whose name tells of no person."""
    return send_file(
        BytesIO(content),
        mimetype=MEDIA_TYPES[ending],
        as_attachment=True,
        download_name=f"{name}.{ending}",
    )


add_status_texts(
    {
        "recorded": _l("Waits for acceptance"),
        "disputed": _l("Disputed"),
        "accepted": _l("Accepted"),
        "replaced": _l("Recorded anew"),
        "work": _l("Work"),
        "correction": _l("Correction of an earlier month"),
        "coordination_fee": _l("Coordination fee"),
        "result_bonus": _l("Result bonus"),
        "after_guidance_hours": _l("Hours of after-guidance"),
    }
)
