"""Forms that were sent after the log-in had ended.

Revision ID: a8work0002
Revises: a8work0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Instant

revision = "a8work0002"
down_revision = "a8work0001"


def upgrade() -> None:
    """At most one for each person."""
    op.create_table(
        "kept_form",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("closed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_kept_form_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_kept_form")),
    )


def downgrade() -> None:
    """What was kept for a day is gone."""
    op.drop_table("kept_form")
