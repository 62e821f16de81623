"""Which days are paid for, in words: it follows from the form of training."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

_PAID_FOR: dict[str, Any] = {
    "unit_toppis": _l(
        "Paid for are the training days. Days of wage-subsidised work at the workplace are not."
    ),
    "group_toppis": _l(
        "Paid for are the training days, the contact days during the work included. Days of"
        " wage-subsidised work are not."
    ),
    "work_based": _l(
        "Paid for are the days of training, also at the workplace, while no wage is paid."
    ),
    "coaching": _l("Paid for are the days, or hours, on which the participant was coached."),
}
_TRAINING_DAYS = _l("Paid for are the days on which the participant took part in the training.")


def paid_for(form: str) -> Any:
    """The sentence beside the field of the days."""
    return _PAID_FOR.get(form, _TRAINING_DAYS)
