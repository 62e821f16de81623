"""The chain of reads: a reading is written at once, and given its place in the chain afterwards.

So no reader waits for another, and none for whoever links. Until it is linked, only the
database's own guard keeps a reading: `verify` says how many there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from portal.audit.guard import READS
from portal.audit.models import AuditChain, ReadEntry, ReadLink
from portal.audit.record import head_of
from portal.audit.verifying import Head, Read, read_hash
from portal.database import Database

LOOKED_BACK = timedelta(days=1)
"""How far back the sweep of every minute looks; the daily run looks at all."""
_TOGETHER = 200


def link_reads(database: Database, *, since: datetime | None = None) -> int:
    """Give every reading (since then) that has none its place in the chain; returns how many.

    A few at a time, so that whoever reads meanwhile waits for milliseconds at most.
    """
    with database.reading() as session:
        waiting = _without_link(session, since)
    linked = 0
    for first in range(0, len(waiting), _TOGETHER):
        with database.transaction() as session:
            linked += _link(session, waiting[first : first + _TOGETHER])
    return linked


def unlinked(session: Session) -> int:
    """How many readings are in no chain yet."""
    found = (
        select(func.count())
        .select_from(ReadEntry)
        .outerjoin(ReadLink, ReadLink.read_id == ReadEntry.id)
        .where(ReadLink.n.is_(None))
    )
    return session.scalar(found) or 0


def reads_in(session: Session) -> Iterator[Read]:
    """The readings of the chain in their order, a few at a time."""
    found = (
        select(
            ReadLink.n,
            ReadEntry.id,
            ReadEntry.at,
            ReadEntry.by,
            ReadEntry.page,
            ReadEntry.subject,
            ReadLink.previous,
            ReadLink.hash,
        )
        .outerjoin(ReadEntry, ReadEntry.id == ReadLink.read_id)
        .order_by(ReadLink.n)
    )
    for row in session.execute(found.execution_options(yield_per=500)):
        yield Read(*row)


def head_of_reads(session: Session) -> Head | None:
    """Where the chain of reads says that it ends; None before the first link."""
    found = session.get(AuditChain, READS)
    return Head(found.length, found.head) if found is not None and found.length else None


def _without_link(session: Session, since: datetime | None) -> list[UUID]:
    found = (
        select(ReadEntry.id)
        .outerjoin(ReadLink, ReadLink.read_id == ReadEntry.id)
        .where(ReadLink.n.is_(None))
        .order_by(ReadEntry.at, ReadEntry.id)
    )
    if since is not None:
        found = found.where(ReadEntry.at >= since)
    return list(session.scalars(found))


def _link(session: Session, keys: Sequence[UUID]) -> int:
    head = head_of(session, READS)
    # Another may have linked some of them before this one had its turn.
    taken = set(session.scalars(select(ReadLink.read_id).where(ReadLink.read_id.in_(keys))))
    found = session.scalars(
        select(ReadEntry)
        .where(ReadEntry.id.in_(set(keys) - taken))
        .order_by(ReadEntry.at, ReadEntry.id)
    )
    rows = []
    n, previous = head.length, head.head
    for one in found:
        n += 1
        read = Read(n, one.id, one.at, one.by, one.page, one.subject, previous, "")
        hashed = read_hash(read)
        rows.append({"n": n, "read_id": one.id, "previous": previous, "hash": hashed})
        previous = hashed
    if rows:
        session.execute(insert(ReadLink), rows)
        head.length, head.head = n, previous
    return len(rows)
