"""Sealing a procurement's key anew, when an opener leaves or has lost their phrase.

Two openers who have parts of it do so together, as they open: the key goes into the hands of those
whom the first has chosen and the second has seen. What has been sealed stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.offers.access import is_shut_out
from portal.offers.models import Resealing
from portal.offers.usecases import openers
from portal.organisations.models import OpenerKey, Person
from portal.permissions import require
from portal.procurement.models import Procurement
from portal.procurement.rules import State
from portal.procurement.usecases import openers_with_keys, require_keys
from portal.shared.errors import RuleBroken
from portal.storage import custody

STAGE = "resealing"


def request_resealing(
    session: Session,
    *,
    procurement: Procurement,
    chosen: Collection[UUID],
    phrase: str,
    by: Person,
    at: datetime,
) -> None:
    """The first of two chooses into whose hands the key goes; asking again starts anew.

    ``chosen`` are people. Raises ``wrong_state``, ``conflict_of_interest``,
    ``openers_without_keys``, ``opener_without_part``, ``opener_phrase_wrong``.
    """
    with acting(session, "request_resealing", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "request_resealing", procurement.buyer_id)
        _require_resealable(session, procurement, by)
        keys = openers_with_keys(session, procurement.buyer_id, set(chosen))
        require_keys(session, keys)
        openers.leave_part(session, procurement, STAGE, first=by, phrase=phrase, first_at=at)
        row = session.get(Resealing, procurement.id)
        if row is None:
            row = Resealing(procurement_id=procurement.id)
            session.add(row)
        row.first_id, row.first_at, row.done_at = by.id, at, None
        row.keys = [str(key.id) for key in keys]
        facts.note(openers=[str(key.person_id) for key in keys])


def confirm_resealing(
    session: Session,
    *,
    procurement: Procurement,
    seen: Collection[UUID],
    window: timedelta,
    phrase: str,
    by: Person,
    at: datetime,
) -> None:
    """The second of two puts the key into the hands that the first has chosen.

    ``seen`` are the keys that the second had before their eyes. Raises ``wrong_state``,
    ``conflict_of_interest``, ``second_opener_required``, ``opening_expired``,
    ``changed_meanwhile``, ``openers_without_keys``, ``opener_without_part``,
    ``opener_phrase_wrong``.
    """
    with acting(session, "confirm_resealing", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "confirm_resealing", procurement.buyer_id)
        _require_resealable(session, procurement, by)
        row = session.get(Resealing, procurement.id)
        if row is None or row.done_at is not None:
            raise RuleBroken("second_opener_required")
        first = session.get_one(Person, row.first_id)
        openers.require_two(procurement, first, by)
        if at - row.first_at > window or is_shut_out(session, procurement, first):
            raise RuleBroken("opening_expired")
        if {str(key) for key in seen} != set(row.keys):
            raise RuleBroken("changed_meanwhile")
        found = [session.get_one(OpenerKey, UUID(key)) for key in row.keys]
        standing = [key for key in found if key.replaced_at is None]
        require_keys(session, standing)
        private = openers.recovered(session, procurement, STAGE, second=by, phrase=phrase)
        assert private is not None
        custody.hand_out(
            session, procurement.id, private, {key.id: key.public_key for key in standing}
        )
        row.done_at = at
        facts.note(
            both=[str(first.id), str(by.id)], openers=[str(key.person_id) for key in standing]
        )


def _require_resealable(session: Session, procurement: Procurement, by: Person) -> None:
    """While something of a procurement with a key may still have to be opened."""
    if is_shut_out(session, procurement, by):
        raise RuleBroken("conflict_of_interest")
    open_for_it = {State.PUBLISHED} | ({State.OPENED} if procurement.two_envelopes else set())
    if procurement.state not in open_for_it or not custody.is_sealed(session, procurement.id):
        raise RuleBroken("wrong_state")
