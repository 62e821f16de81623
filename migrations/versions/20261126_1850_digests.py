"""which digest was sent to whom on which day"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Instant

revision = "a5waiting0001"
down_revision = "a5options0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """digests"""
    op.create_table(
        "digest_sent",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("things", sa.Integer(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_digest_sent_person_id"),
        sa.PrimaryKeyConstraint("person_id", "day", name="pk_digest_sent"),
    )


def downgrade() -> None:
    """back to no digests"""
    op.drop_table("digest_sent")
