"""work: long work that somebody has begun, and what came of it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Instant

revision = "a8finding0002"
down_revision = "a8finding0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is under way yet."""
    op.create_table(
        "work",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("kept_until", Instant(), nullable=True),
        sa.Column("fault", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("media_type", sa.String(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("fetched_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "state IN ('under_way', 'ready', 'failed', 'cancelled')", name=op.f("ck_work_state")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_work_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work")),
    )
    op.create_index("ix_work_by", "work", ["by_id", "asked_at"])
    op.create_table(
        "work_part",
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("blob_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_work_part_work_id_work")),
        sa.ForeignKeyConstraint(
            ["blob_id"], ["sealed_blob.id"], name=op.f("fk_work_part_blob_id_sealed_blob")
        ),
        sa.PrimaryKeyConstraint("work_id", "n", name=op.f("pk_work_part")),
    )


def downgrade() -> None:
    """Without what came of it."""
    op.drop_table("work_part")
    op.drop_index("ix_work_by", table_name="work")
    op.drop_table("work")
