"""How far somebody has come in the first tour.

Revision ID: a8work0003
Revises: a8work0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Instant

revision = "a8work0003"
down_revision = "a8work0002"


def upgrade() -> None:
    """One row for each person who has begun or skipped it."""
    op.create_table(
        "tour_seen",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_tour_seen_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_tour_seen")),
    )


def downgrade() -> None:
    """Everybody sees the tour anew."""
    op.drop_table("tour_seen")
