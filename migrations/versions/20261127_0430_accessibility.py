"""accessibility: messages about the accessibility of the pages, each with its last day and answer"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Instant

revision = "a8everyone0001"
down_revision = "a7seal0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The messages."""
    op.create_table(
        "accessibility_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("place_hash", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["person.id"],
            name=op.f("fk_accessibility_message_answered_by_id_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accessibility_message")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_accessibility_message_token_hash")),
    )
    op.create_index(
        "ix_accessibility_message_open", "accessibility_message", ["answered_at", "due_on"]
    )
    op.create_index(
        "ix_accessibility_message_received", "accessibility_message", ["received_at"]
    )


def downgrade() -> None:
    """None of them."""
    op.drop_table("accessibility_message")
