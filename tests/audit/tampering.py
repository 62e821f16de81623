"""What somebody does who owns the database: takes its guard away, and changes what is on record."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session


def take_guard_away(session: Session) -> None:
    """Let the rest of this transaction change and delete entries of the record."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))
        return
    found = session.execute(
        text(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            " AND tbl_name IN ('audit_chain', 'audit_entry', 'read_entry', 'read_link',"
            " 'audit_head', 'audit_stamp')"
        )
    )
    for name in found.scalars().all():
        session.execute(text(f"DROP TRIGGER {name}"))
