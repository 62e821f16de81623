"""what can be counted of the target groups of lots"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Instant

revision = "a6indicators0001"
down_revision = "a6cards_register0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """target groups"""
    op.create_table(
        "target_group",
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("statuses", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_target_group_by_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_target_group_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_group")),
        sa.UniqueConstraint("lot_id", "n", name=op.f("uq_target_group_lot_id_n")),
    )


def downgrade() -> None:
    """no target groups"""
    op.drop_table("target_group")
