"""Two openers, each with their own log-in: what every opening has in common.

The stages are the opening of the offers and, of a procurement of two envelopes, of the prices.
In a procurement with a key of its own each of the two opens their part of it by a phrase. One
published before there were such keys asks for none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.jobs.queue import Task, enqueue
from portal.offers.access import is_opener, is_shut_out
from portal.offers.models import Opening
from portal.organisations.models import OpenerKey, Person
from portal.organisations.usecases.opener_keys import private_key
from portal.procurement.models import Procurement
from portal.shared.errors import RuleBroken
from portal.storage import custody
from portal.storage.models import SealingPart
from portal.storage.sealing import Unreadable

DISCARD = "discard_peeled"
"""The job that forgets what a first opener has left, once the second can no longer follow."""


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


def leave_part(
    session: Session,
    procurement: Procurement,
    stage: str,
    *,
    first: Person,
    phrase: str,
    first_at: datetime,
) -> None:
    """The first opener takes off their layers of the key; what is left only another can open.

    It is kept for as long as the other may follow. Raises ``opener_without_part``,
    ``opener_phrase_wrong``.
    """
    if not custody.is_sealed(session, procurement.id):
        return
    key = part_of(session, procurement, first)
    peeled = _peeled(session, procurement, key, private_key(key, phrase))
    until = first_at + timedelta(minutes=settings_of(session).opening_minutes)
    custody.keep_peeled(session, procurement.id, stage, key.id, peeled, until)
    enqueue(
        session,
        DISCARD,
        {"owner": str(procurement.id), "stage": stage},
        at=first_at,
        due=until + timedelta(seconds=1),
    )


def recovered(
    session: Session, procurement: Procurement, stage: str, *, second: Person, phrase: str
) -> bytes | None:
    """The procurement's private key, by what the first opener has left and the second's phrase.

    None where the procurement has none. Raises ``opener_without_part``, ``opener_phrase_wrong``,
    and ``opening_expired`` where nothing is left for this opener any more.
    """
    if not custody.is_sealed(session, procurement.id):
        return None
    key = part_of(session, procurement, second)
    private = private_key(key, phrase)
    try:
        return custody.recover_kept(session, procurement.id, stage, key.id, private)
    except Unreadable as fault:
        raise RuleBroken("opening_expired") from fault


def recovered_by_both(
    session: Session,
    procurement: Procurement,
    *,
    openers: tuple[Person, Person],
    phrases: Mapping[UUID, str],
) -> bytes | None:
    """The procurement's private key by two phrases at once, each of one opener; None without one.

    Raises ``opener_without_part``, ``opener_phrase_wrong``.
    """
    if not custody.is_sealed(session, procurement.id):
        return None
    outer, inner = (part_of(session, procurement, one) for one in openers)
    opened = [
        private_key(key, phrases.get(one.id, ""))
        for key, one in zip((outer, inner), openers, strict=True)
    ]
    peeled = _peeled(session, procurement, outer, opened[0])
    try:
        return custody.recover(procurement.id, outer.id, inner.id, peeled[inner.id], opened[1])
    except Unreadable as fault:
        raise RuleBroken("opener_phrase_wrong", field="phrase") from fault


def part_of(session: Session, procurement: Procurement, person: Person) -> OpenerKey:
    """The person's key that parts of the procurement's are sealed to.

    Raises ``opener_without_part``, also where the person has replaced that key since.
    """
    key = _part(session, procurement, person)
    if key is None:
        raise RuleBroken("opener_without_part")
    return key


def has_part(session: Session, procurement: Procurement, person: Person) -> bool:
    """Whether the person can help to open the procurement's key."""
    return _part(session, procurement, person) is not None


def _part(session: Session, procurement: Procurement, person: Person) -> OpenerKey | None:
    return session.scalar(
        select(OpenerKey)
        .join(SealingPart, SealingPart.outer_id == OpenerKey.id)
        .where(
            SealingPart.owner == procurement.id,
            OpenerKey.person_id == person.id,
            OpenerKey.replaced_at.is_(None),
        )
        .limit(1)
    )


def _peeled(
    session: Session, procurement: Procurement, key: OpenerKey, private: bytes
) -> dict[UUID, bytes]:
    return custody.peel(session, procurement.id, key.id, private)


def _nothing(_session: Session, _arguments: dict[str, Any], _at: datetime) -> None:
    """There is nothing to prepare."""


def _discard(session: Session, arguments: dict[str, Any], _made: None, at: datetime) -> None:
    custody.discard_peeled(session, UUID(arguments["owner"]), arguments["stage"], at)


TASK = Task(prepare=_nothing, finish=_discard)


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
    custody.discard_peeled(session, procurement.id, stage)
    session.flush()
    return opening
