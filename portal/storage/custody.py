"""Who holds the private part of a procurement's key: any two of its openers, and no one alone.

For every ordered pair of openers (a, b) it is kept as sealed to b and that sealed to a. The first
of two takes off the outer layer of each pair of theirs; what is left only b can open. So two are
needed, whichever two, and one who is lost takes nothing along.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import permutations
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.storage.models import PeeledPart, SealingKey, SealingPart
from portal.storage.sealing import Unreadable, bound_to, new_pair, open_with, seal_to
from portal.storage.vault import vault_of


def parts_of(
    private: bytes, owner: UUID, openers: Mapping[UUID, bytes]
) -> dict[tuple[UUID, UUID], bytes]:
    """The private key for every ordered pair of these openers, by the keys of their public keys."""
    return {
        (outer, inner): seal_to(
            openers[outer],
            seal_to(openers[inner], private, _inner(owner, outer, inner)),
            _outer(owner, outer, inner),
        )
        for outer, inner in permutations(openers, 2)
    }


def make_key(session: Session, owner: UUID, openers: Mapping[UUID, bytes], at: datetime) -> None:
    """A key pair for a procurement, in the hands of these openers."""
    private, public = new_pair()
    session.add(SealingKey(owner=owner, public_key=public, made_at=at))
    session.flush()
    hand_out(session, owner, private, openers)


def hand_out(session: Session, owner: UUID, private: bytes, openers: Mapping[UUID, bytes]) -> None:
    """Put the key into the hands of these openers, and of no others from now on."""
    for table in (PeeledPart, SealingPart):
        session.execute(delete(table).where(table.owner == owner))
    for (outer, inner), sealed in parts_of(private, owner, openers).items():
        session.add(SealingPart(owner=owner, outer_id=outer, inner_id=inner, sealed=sealed))
    session.flush()


def is_sealed(session: Session, owner: UUID) -> bool:
    """Whether the procurement has a key of its own."""
    return session.get(SealingKey, owner) is not None


def peel(session: Session, owner: UUID, opener: UUID, private: bytes) -> dict[UUID, bytes]:
    """What is left of each pair when its outer opener has taken off their layer.

    Raises Unreadable where the parts are not what was sealed.
    """
    parts = session.scalars(
        select(SealingPart).where(SealingPart.owner == owner, SealingPart.outer_id == opener)
    )
    return {
        part.inner_id: open_with(private, part.sealed, _outer(owner, opener, part.inner_id))
        for part in parts
    }


def keep_peeled(
    session: Session,
    owner: UUID,
    stage: str,
    outer: UUID,
    peeled: Mapping[UUID, bytes],
    until: datetime,
) -> None:
    """Keep what the first opener has left for the second, closed by the portal's key as well."""
    discard_peeled(session, owner, stage)
    for inner, left in peeled.items():
        closed = vault_of(session).close_for(
            session, owner, outer.bytes + left, _kept(owner, stage, inner)
        )
        session.add(
            PeeledPart(owner=owner, stage=stage, inner_id=inner, sealed=closed, until=until)
        )
    session.flush()


def discard_peeled(
    session: Session, owner: UUID, stage: str, until: datetime | None = None
) -> None:
    """Forget what a first opener has left; with ``until``, only what has run out by then."""
    gone = delete(PeeledPart).where(PeeledPart.owner == owner, PeeledPart.stage == stage)
    if until is not None:
        gone = gone.where(PeeledPart.until <= until)
    session.execute(gone)


def recover_kept(session: Session, owner: UUID, stage: str, opener: UUID, private: bytes) -> bytes:
    """The procurement's private key, from what the first opener has left for this one.

    Raises Unreadable where nothing has been left for this opener.
    """
    kept = session.get(PeeledPart, (owner, stage, opener))
    if kept is None:
        raise Unreadable(f"nothing is left for {opener}")
    opened = vault_of(session).open_for(session, owner, kept.sealed, _kept(owner, stage, opener))
    outer, left = UUID(bytes=opened[:16]), opened[16:]
    return recover(owner, outer, opener, left, private)


def recover(owner: UUID, outer: UUID, inner: UUID, peeled: bytes, private: bytes) -> bytes:
    """The procurement's private key, from what the outer opener has peeled. Raises Unreadable."""
    return open_with(private, peeled, _inner(owner, outer, inner))


def _outer(owner: UUID, outer: UUID, inner: UUID) -> bytes:
    return bound_to("outer part", owner, outer, inner)


def _inner(owner: UUID, outer: UUID, inner: UUID) -> bytes:
    return bound_to("inner part", owner, outer, inner)


def _kept(owner: UUID, stage: str, inner: UUID) -> bytes:
    return bound_to(f"peeled part {stage}", owner, inner)
