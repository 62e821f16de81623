"""The edge: one transaction for one act, done whole or denied with a trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from portal.audit.record import record_denial
from portal.database import Database
from portal.shared.errors import RuleBroken


@contextmanager
def unit_of_work(database: Database) -> Iterator[Session]:
    """Commit what the use-cases did; when a rule refused, undo it and commit only the denial.

    The refusal is raised again once its record is safe.
    """
    refusal: RuleBroken | None = None
    with database.transaction() as session:
        act = session.begin_nested()
        try:
            yield session
            act.commit()
        except RuleBroken as broken:
            act.rollback()
            record_denial(session, broken)
            refusal = broken
    if refusal is not None:
        raise refusal
