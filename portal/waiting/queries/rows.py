"""The shape that every search for what waits has, so that the database is asked for all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Select,
    String,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.capacity.models import Training
from portal.contracts.models import Contract
from portal.database import Instant
from portal.shared.clock import day_in_helsinki
from portal.waiting.rules import Wait, Waiting

Search = Select[str, UUID, str | None, date | None, datetime | None, int]

TRAINING: ColumnElement[str] = Contract.reference + " / " + cast(Training.n, String)
"""What a training is called; the search joins its contract."""


def search(
    kind: Wait,
    key: InstrumentedAttribute[UUID],
    subject: ColumnElement[str] | InstrumentedAttribute[str] | None,
    *,
    by: InstrumentedAttribute[Any] | None = None,
    moment: InstrumentedAttribute[Any] | None = None,
    counted: bool = False,
) -> Search:
    """A search of that shape, to be given its joins and conditions.

    ``moment`` stands for a day that is missing: for that of ``by``, or else of the subject. With
    ``counted`` the rows of one key are one thing, and the search groups them.
    """
    no_moment = literal_column("NULL", Instant)
    found: Search = select(
        literal(kind.value).label("kind"),
        key.label("key"),
        (cast(null(), String) if subject is None else subject).label("subject"),
        (cast(null(), Date) if by is None else by).label("by"),
        (cast(no_moment, Instant) if moment is None else moment).label("moment"),
        (func.count() if counted else literal(1)).label("count"),
    )
    if counted:
        plain = [one for one in (key, by, moment) if one is not None]
        found = found.group_by(*plain, *([] if subject is None else [subject]))
    return found


def found_by(
    session: Session, searches: CompoundSelect[Any], keys: Mapping[str, Any]
) -> Iterator[Waiting]:
    """What all of them find, in one query."""
    for kind, key, subject, by, moment, count in session.execute(searches, keys):
        day = None if moment is None else day_in_helsinki(moment)
        yield Waiting(Wait(kind), f"{day}" if subject is None else subject, by or day, key, count)
