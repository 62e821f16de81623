"""Large contents may lie in an object store; when the routines last ran.

Revision ID: a9objects0001
Revises: a9docs0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Instant

revision = "a9objects0001"
down_revision = "a9docs0001"


def upgrade() -> None:
    """The hash of what lies there; none for what is in the database."""
    op.add_column("sealed_blob", sa.Column("object_sha256", sa.String(), nullable=True))
    op.create_table(
        "routine_run",
        sa.Column("routine", sa.String(), nullable=False),
        sa.Column("ran_at", Instant(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("whole_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("routine", name=op.f("pk_routine_run")),
    )


def downgrade() -> None:
    """Only where no content lies in the store: the portal before knew of none."""
    left = op.get_bind().execute(
        sa.text("SELECT count(*) FROM sealed_blob WHERE object_sha256 IS NOT NULL")
    )
    if left.scalar():
        raise RuntimeError("contents lie in the object store; bring them back first")
    op.drop_table("routine_run")
    op.drop_column("sealed_blob", "object_sha256")
