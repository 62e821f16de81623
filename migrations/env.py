"""Runs the migrations on the database that the caller connected to."""

from __future__ import annotations

from typing import Any

from alembic import context

from portal.database import Exact, Instant
from portal.models import Base


def render_item(kind: str, item: Any, _autogen: Any) -> str | bool:
    """Write the portal's own column types by their names."""
    if kind == "type" and isinstance(item, Exact | Instant):
        return f"{type(item).__name__}()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_item=render_item,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
