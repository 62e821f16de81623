"""What stands in the tables, as one sum for each."""

from __future__ import annotations

import hashlib

from sqlalchemy import select

from portal.models import Base
from tests.fuzz.stage import Stage

WRITTEN_BY_READING = {"login_session"}
"""A log-in notes that it is used; so does the record of denied attempts and of readings, below."""


def tables(stage: Stage) -> dict[str, str]:
    """A sum for each table but those of the audit record, which readings and denials add to."""
    record = {
        str(mapper.local_table)
        for mapper in Base.registry.mappers
        if mapper.class_.__module__.startswith("portal.audit")
    }
    found = {}
    with stage.services.database.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name in WRITTEN_BY_READING | record:
                continue
            rows = sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            found[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The tables whose sums differ."""
    return sorted(name for name in before if before[name] != after[name])
