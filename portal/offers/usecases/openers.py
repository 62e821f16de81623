"""Two openers, each with their own log-in: what every opening has in common.

The stages are the opening of the offers and, of a procurement of two envelopes, of the prices.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.offers.access import is_opener, is_shut_out
from portal.offers.models import Opening
from portal.organisations.models import Person
from portal.procurement.models import Procurement
from portal.shared.errors import RuleBroken


def opening_of(session: Session, procurement: Procurement, stage: str) -> Opening | None:
    """The opening of that stage, begun or done."""
    return session.scalar(
        select(Opening).where(Opening.procurement_id == procurement.id, Opening.stage == stage)
    )


def begin(
    session: Session, procurement: Procurement, stage: str, *, first: Person, first_at: datetime
) -> None:
    """The first opener is ready; asking again starts the wait anew."""
    opening = opening_of(session, procurement, stage)
    if opening is None:
        session.add(
            Opening(
                procurement_id=procurement.id, stage=stage, first_id=first.id, first_at=first_at
            )
        )
    else:
        opening.first_id, opening.first_at = first.id, first_at


def first_of(
    session: Session,
    procurement: Procurement,
    stage: str,
    *,
    window: timedelta,
    second_at: datetime,
) -> Person:
    """Who has begun, not longer ago than the window.

    Raises ``second_opener_required``, ``opening_expired``; the latter also where the first opener
    has declared a conflict meanwhile, so that another must begin anew.
    """
    opening = opening_of(session, procurement, stage)
    if opening is None:
        raise RuleBroken("second_opener_required")
    # A first opener far ahead was one by a clock that has been set back since.
    late = abs(second_at - opening.first_at) > window
    if late or is_shut_out(session, procurement, opening.first):
        raise RuleBroken("opening_expired")
    return opening.first


def require_two(procurement: Procurement, first: Person, second: Person) -> None:
    """Two different openers of the buyer. Raises ``second_opener_required``."""
    if first.id == second.id or not is_opener(first, procurement):
        raise RuleBroken("second_opener_required")


def done(
    session: Session,
    procurement: Procurement,
    stage: str,
    *,
    openers: tuple[Person, Person],
    opened_at: datetime,
) -> Opening:
    """Enter who opened and when."""
    first, second = openers
    opening = opening_of(session, procurement, stage)
    if opening is None:
        opening = Opening(
            procurement_id=procurement.id, stage=stage, first_id=first.id, first_at=opened_at
        )
        session.add(opening)
    opening.first_id, opening.second_id, opening.opened_at = first.id, second.id, opened_at
    session.flush()
    return opening
