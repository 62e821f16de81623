"""One head; up, down and up again on this run's database; the models equal the schema."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url

from portal.database import Database
from portal.migrate import alembic_config, downgrade, is_current, migrate
from portal.models import Base
from tests.conftest import ON_POSTGRESQL


@pytest.fixture
def bare(_empty: str, tmp_path: Path) -> Iterator[Database]:
    """A database without a single table."""
    if not ON_POSTGRESQL:
        database = Database(f"sqlite:///{tmp_path}/bare.sqlite")
        yield database
        database.engine.dispose()
        return
    name = f"bare_{secrets.token_hex(4)}"
    maintenance = create_engine(make_url(_empty), isolation_level="AUTOCOMMIT")
    with maintenance.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    database = Database(make_url(_empty).set(database=name).render_as_string(False))
    yield database
    database.engine.dispose()
    with maintenance.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name}"))
    maintenance.dispose()


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(alembic_config()).get_heads()) == 1


def test_up_down_and_up_again(bare: Database) -> None:
    migrate(bare)
    assert is_current(bare)
    downgrade(bare)
    assert inspect(bare.engine).get_table_names() == ["alembic_version"]
    migrate(bare)
    assert is_current(bare)


def test_migrating_twice_changes_nothing(bare: Database) -> None:
    migrate(bare)
    migrate(bare)
    assert is_current(bare)


def test_the_models_equal_the_schema(bare: Database) -> None:
    migrate(bare)
    with bare.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
