"""Which entries an auditor is shown when, and what became of a chain."""

from __future__ import annotations

from enum import StrEnum

from portal.permissions import ACTS, PROVIDING


class ChainState(StrEnum):
    """What is known of a record."""

    WHOLE = "record_whole"
    BROKEN = "record_broken"
    UNCHECKED = "record_unchecked"


def _of_buyers_alone() -> frozenset[str]:
    """Acts that no provider can do or try by its role, and looking at sealed offers."""
    return frozenset({act for act, roles in ACTS.items() if not roles & PROVIDING}) | {
        "look_at_offers"
    }


BEFORE_DECISION = _of_buyers_alone()
"""What an auditor is shown of a procurement that has not been decided.

Whether there is an offer, and who has asked or answered what, is as sealed from them as from all
others: until the decision the archive bundle holds the call alone. All acts stand on record, and
are shown from the decision on.
"""
