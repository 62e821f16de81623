"""The database's own guard: what is on record is neither changed nor deleted by anybody.

It is set when a table is made, and by a migration where it stands already. A migration that makes
such a table anew (SQLite does so for a changed column) sets it again. On PostgreSQL the portal's
role may besides be denied the right to try: `models.privileges`.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import DDL, Table, event

from portal.database import Base

ONLY_ADDED = "entries of the record are only added"
ONLY_GROWS = "the head of a chain only moves on"
READS = "reads"
"""The chain of reads: it moves on by as many entries as were linked together, others by one."""

_MOVES_ON = (
    "NEW.chain = OLD.chain AND (NEW.length = OLD.length + 1"
    f" OR (OLD.chain = '{READS}' AND NEW.length > OLD.length))"
)


def guards_of(dialect: str, tables: Iterable[str], growing: str | None = None) -> list[str]:
    """The statements that set the guard on tables of entries, and on the table of heads."""
    if dialect == "sqlite":
        return [
            *(
                f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{ONLY_ADDED}'); END"
                for table in tables
                for act in ("update", "delete")
            ),
            *(
                [
                    (
                        f"CREATE TRIGGER {growing}_no_delete BEFORE DELETE ON {growing}"
                        f" BEGIN SELECT RAISE(ABORT, '{ONLY_GROWS}'); END"
                    ),
                    (
                        f"CREATE TRIGGER {growing}_grows BEFORE UPDATE ON {growing}"
                        f" WHEN NOT ({_MOVES_ON})"
                        f" BEGIN SELECT RAISE(ABORT, '{ONLY_GROWS}'); END"
                    ),
                ]
                if growing
                else []
            ),
        ]
    made = []
    for table in tables:
        made += [
            (
                "CREATE OR REPLACE FUNCTION record_only_added() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN RAISE EXCEPTION '{ONLY_ADDED}'; END $$"
            ),
            (
                f"CREATE TRIGGER {table}_only_added BEFORE UPDATE OR DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION record_only_added()"
            ),
            (
                f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION record_only_added()"
            ),
        ]
    if growing:
        made += [
            (
                "CREATE OR REPLACE FUNCTION head_only_grows() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN IF TG_OP = 'UPDATE' THEN IF {_MOVES_ON} THEN RETURN NEW;"
                f" END IF; END IF; RAISE EXCEPTION '{ONLY_GROWS}'; END $$"
            ),
            (
                f"CREATE TRIGGER {growing}_grows BEFORE UPDATE OR DELETE ON {growing}"
                " FOR EACH ROW EXECUTE FUNCTION head_only_grows()"
            ),
            (
                f"CREATE TRIGGER {growing}_not_emptied BEFORE TRUNCATE ON {growing}"
                " FOR EACH STATEMENT EXECUTE FUNCTION head_only_grows()"
            ),
        ]
    return made


def guard(*entries: type[Base], growing: type[Base]) -> None:
    """Set the guard on these tables whenever they are made."""
    for model in (*entries, growing):
        table = model.__table__
        assert isinstance(table, Table)
        for dialect in ("sqlite", "postgresql"):
            named = [table.name] if model is not growing else []
            for statement in guards_of(dialect, named, table.name if model is growing else None):
                ddl = DDL(statement)  # type: ignore[no-untyped-call]  # the library has no types here
                event.listen(table, "after_create", ddl.execute_if(dialect=dialect))
