"""The words of things, kept in step with their names by whatever session writes these."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, event, insert, inspect, select
from sqlalchemy.orm import Session, UOWTransaction

from portal.capacity.models import CallOff, Training
from portal.contracts.models import Contract
from portal.database import Base
from portal.finding.models import SearchTerm
from portal.finding.rules import Kind, terms_of
from portal.organisations.models import Organisation
from portal.procurement.models import Procurement
from portal.soundings.models import Sounding

_TOGETHER = 500

# By table: its kind, and the columns with the names by which its rows are found.
NAMES: Mapping[type[Base], tuple[Kind, tuple[str, ...]]] = {
    Procurement: (Kind.PROCUREMENT, ("reference", "title")),
    Contract: (Kind.CONTRACT, ("reference",)),
    CallOff: (Kind.CALL_OFF, ("field",)),
    Training: (Kind.TRAINING, ("field",)),
    Organisation: (Kind.ORGANISATION, ("name", "business_id")),
    Sounding: (Kind.SOUNDING, ("title",)),
}


def keep_terms() -> None:
    """Let every session write the words of what it writes. Asked once, at wiring."""
    if not event.contains(Session, "after_flush", _follow):
        event.listen(Session, "after_flush", _follow)


def _follow(session: Session, _context: UOWTransaction) -> None:
    """In the same transaction as the names, so that there is never the one without the other."""
    gone, rows = [], []
    for one in [*session.new, *session.dirty, *session.deleted]:
        if type(one) not in NAMES:
            continue
        kind, columns = NAMES[type(one)]
        state = inspect(one)
        if one not in session.new:
            changed = any(state.attrs[name].history.has_changes() for name in columns)
            if one not in session.deleted and not changed:
                continue
            gone.append(one.id)
        if one not in session.deleted:
            rows += _rows(kind, one.id, (getattr(one, name) for name in columns))
    if gone:
        session.connection().execute(delete(SearchTerm).where(SearchTerm.key.in_(gone)))
    if rows:
        session.connection().execute(insert(SearchTerm), rows)


def _rows(kind: Kind, key: UUID, names: Iterable[Any]) -> list[dict[str, Any]]:
    texts: list[str] = []
    for name in names:
        if isinstance(name, Mapping):
            texts += [text for text in name.values() if text]
        elif name:
            texts.append(str(name))
    return [{"kind": kind.value, "term": term, "key": key} for term in terms_of(texts)]


def reindex(session: Session, tell: Callable[[int], None] = lambda _count: None) -> int:
    """Write all words anew, after a change of the rule or of rows behind the portal's back.

    Returns of how many things; ``tell`` hears of it as it goes on.
    """
    session.execute(delete(SearchTerm))
    count = 0
    for table, (kind, columns) in NAMES.items():
        every = session.execute(select(*(getattr(table, name) for name in ("id", *columns)))).all()
        for first in range(0, len(every), _TOGETHER):
            some = every[first : first + _TOGETHER]
            rows = [row for key, *names in some for row in _rows(kind, key, names)]
            if rows:
                session.execute(insert(SearchTerm), rows)
            count += len(some)
            tell(count)
    return count
