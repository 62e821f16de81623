"""What a database holds, as hashes: two databases with the same ones hold the same rows.

Tables are read as they stand, not as this version's models see them, so that the hashes of an old
backup can be checked before it is migrated.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from portal.backups.manifest import Contents

_AT_ONCE = 500


def contents_of(connection: Connection) -> dict[str, Contents]:
    """Every table's rows, counted and hashed in the order of their keys."""
    inspector = inspect(connection)
    on_postgresql = connection.dialect.name == "postgresql"
    if on_postgresql:
        # As text a row is the same in every installation only with these two settled.
        connection.execute(text("SET LOCAL TimeZone = 'UTC'"))
        connection.execute(text("SET LOCAL bytea_output = 'hex'"))
    return {
        table: _contents(connection, table, inspector.get_pk_constraint(table), on_postgresql)
        for table in sorted(inspector.get_table_names())
    }


def _contents(connection: Connection, table: str, key: object, on_postgresql: bool) -> Contents:
    assert isinstance(key, dict)
    quote = connection.dialect.identifier_preparer.quote
    name = quote(table)
    order = ", ".join(quote(column) for column in key["constrained_columns"]) or "1"
    columns = f"{name}::text" if on_postgresql else "*"
    if on_postgresql:
        order = ", ".join(
            f'{quote(column)}::text COLLATE "C"' for column in key["constrained_columns"]
        )
    rows, hashed = 0, hashlib.sha256()
    found = connection.execution_options(yield_per=_AT_ONCE).execute(
        text(f"SELECT {columns} FROM {name} ORDER BY {order}")  # noqa: S608  # names of tables
    )
    for row in found:
        hashed.update(repr(tuple(row)).encode())
        rows += 1
    return Contents(rows, hashed.hexdigest())


def differences(found: dict[str, Contents], told: dict[str, Contents]) -> list[str]:
    """One line for each table that does not hold what it is said to."""
    return [
        f"table {name}: {_said(found.get(name))}, not {_said(told.get(name))}"
        for name in sorted(found.keys() | told.keys())
        if found.get(name) != told.get(name)
    ]


def _said(contents: Contents | None) -> str:
    return f"{contents.rows} rows, {contents.sha256[:12]}" if contents else "not there"


def hash_of_file(file: Path) -> str:
    """SHA-256 of a file of any size."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
