"""indicator reports that were made and kept"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Instant

revision = "a6reports0001"
down_revision = "a6improvement0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """indicator_report"""
    op.create_table(
        "indicator_report",
        sa.Column("procurement_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_indicator_report_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_indicator_report_procurement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_report")),
        sa.UniqueConstraint(
            "procurement_id", "n", name=op.f("uq_indicator_report_procurement_id_n")
        ),
    )


def downgrade() -> None:
    """indicator_report"""
    op.drop_table("indicator_report")
