"""What an undone act has left in the object store: found by its age, taken away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from sqlalchemy import select

from portal.database import Database
from portal.storage.models import SealedBlob
from portal.storage.objects import Objects

# An act that has put an object may not be committed yet; none takes nearly so long.
YOUNG = timedelta(days=1)
_AT_ONCE = 500


def sweep(database: Database, objects: Objects, at: datetime) -> int:
    """Delete the objects of which no row tells; how many there were. Raises StoreUnavailable."""
    old = (key for key, since in objects.listed() if since < at - YOUNG)
    gone = 0
    for keys in _in_lots(old):
        with database.reading() as session:
            # Whatever else lies in the bucket is not the portal's to delete.
            ours = {key: UUID(key) for key in keys if _is_key(key)}
            rows = select(SealedBlob.id).where(
                SealedBlob.id.in_(ours.values()), SealedBlob.object_sha256.is_not(None)
            )
            known = {str(key) for key in session.scalars(rows)}
        lost = sorted(ours.keys() - known)
        objects.delete(*lost)
        gone += len(lost)
    return gone


def _in_lots(keys: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(keys)
    while lot := list(islice(rest, _AT_ONCE)):
        yield lot


def _is_key(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
