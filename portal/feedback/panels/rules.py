"""When a round of a client panel may change."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from portal.shared.errors import RuleBroken


def require_round(name: str, first_day: date, last_day: date, buyers: Collection[UUID]) -> UUID:
    """The buyer whose trainings the round is over.

    ``buyers`` has the buyer of each training. Raises ``name_missing``, ``days_disordered``,
    ``panel_trainings_missing``, ``panel_of_one_buyer``.
    """
    if not name.strip():
        raise RuleBroken("name_missing", field="name")
    if last_day < first_day:
        raise RuleBroken("days_disordered", field="last_day")
    if not buyers:
        raise RuleBroken("panel_trainings_missing", field="trainings")
    (buyer, *others) = set(buyers)
    if others:
        raise RuleBroken("panel_of_one_buyer", field="trainings")
    return buyer


def require_open(is_closed: bool) -> None:
    """A closed round stands as it is. Raises ``wrong_state``."""
    if is_closed:
        raise RuleBroken("wrong_state")


def require_words(text: str, field: str) -> str:
    """The text without spaces around it. Raises ``text_missing``."""
    if not text.strip():
        raise RuleBroken("text_missing", field=field)
    return text.strip()
