"""What a database holds, kept under a name and put back, so that a long story is played once.

On SQLite it is the file; on PostgreSQL a schema of that name holds a copy of each table.
"""

from __future__ import annotations

from pathlib import Path

from portal.database import Database
from portal.models import Base


def keep(database: Database, name: str) -> bytes:
    """Keep what is there; the bytes are for `put_back`."""
    if _on_sqlite(database):
        # With its last connection the log is written into the file.
        database.engine.dispose()
        file = _file(database)
        assert not file.with_name(f"{file.name}-wal").exists()
        return file.read_bytes()
    tables = [f'CREATE TABLE {name}."{table}" AS TABLE "{table}"' for table in Base.metadata.tables]
    with database.engine.begin() as connection:
        connection.exec_driver_sql(";".join([f"CREATE SCHEMA {name}", *tables]))
    return b""


def put_back(database: Database, name: str, content: bytes) -> None:
    """Put it into a database that holds nothing."""
    if _on_sqlite(database):
        database.engine.dispose()
        _file(database).write_bytes(content)
        return
    statements = ["SET LOCAL session_replication_role = replica"]
    for key, table in Base.metadata.tables.items():
        statements.append(f'INSERT INTO "{key}" SELECT * FROM {name}."{key}"')
        counted = table.autoincrement_column
        if counted is not None:
            sequence = f"pg_get_serial_sequence('\"{key}\"', '{counted.name}')"
            statements.append(f'SELECT setval({sequence}, max("{counted.name}")) FROM "{key}"')
    with database.engine.begin() as connection:
        connection.exec_driver_sql(";".join(statements))


def _on_sqlite(database: Database) -> bool:
    return database.engine.dialect.name == "sqlite"


def _file(database: Database) -> Path:
    return Path(str(database.engine.url.database))
