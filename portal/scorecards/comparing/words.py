"""What the indicators are called, and in what they are measured."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

INDICATORS: dict[str, Any] = {
    "open_market_share": _l("In the open labour market at the end"),
    "education_share": _l("In education at the end"),
    "completed_share": _l("Completed, or left early for work or studies"),
    "interrupted_share": _l("Interrupted"),
    "known_at_3_months_share": _l("Status known three months after the end"),
    "start_within_limit_share": _l("Trainings started in time, of call-offs answered"),
    "practices_kept_share": _l("Agreed practices kept"),
    "feedback_mean": _l("Mean of the participants' feedback, from 1 to 5"),
    "units_per_completed": _l("Units of qualifications per participant who completed"),
}
"""The words of each indicator; one that has none here is shown by its key."""


def indicator_text(key: str) -> str:
    """What an indicator is called in the reader's language."""
    return str(INDICATORS.get(key, key))
