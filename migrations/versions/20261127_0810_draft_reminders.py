"""That writers of a draft have been told of its deadline.

Revision ID: a8work0001
Revises: a8finding0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Instant

revision = "a8work0001"
down_revision = "a8finding0003"


def upgrade() -> None:
    """One row for each reminder that was sent."""
    op.create_table(
        "draft_reminder",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("due", Instant(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("noted_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_draft_reminder_offer_id_offer")
        ),
        sa.PrimaryKeyConstraint("offer_id", "due", "hours", name=op.f("pk_draft_reminder")),
    )


def downgrade() -> None:
    """Whoever is reminded anew loses nothing."""
    op.drop_table("draft_reminder")
