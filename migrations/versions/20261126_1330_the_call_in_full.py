"""the call in full: procedure, CPV, value, VAT rate, price revision, suitability requirements"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Exact

revision = "a3call0001"
down_revision = "a2scoring0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """the call in full"""
    # Tables that others refer to are not made anew, which SQLite could not do with rows in them.
    op.add_column(
        "procurement", sa.Column("procedure", sa.String(), nullable=False, server_default="open")
    )
    op.add_column("procurement", sa.Column("cpv", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("procurement", sa.Column("estimated_value", Exact(), nullable=True))
    op.add_column("lot", sa.Column("vat_rate", Exact(), nullable=True))
    op.add_column("lot", sa.Column("price_revision", sa.JSON(), nullable=True))
    op.create_table(
        "suitability_requirement",
        sa.Column("procurement_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["procurement_id"],
            ["procurement.id"],
            name=op.f("fk_suitability_requirement_procurement_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suitability_requirement")),
        sa.UniqueConstraint(
            "procurement_id", "key", name=op.f("uq_suitability_requirement_procurement_id_key")
        ),
    )
    op.create_index(
        "ix_suitability_requirement_procurement_id",
        "suitability_requirement",
        ["procurement_id"],
    )


def downgrade() -> None:
    """Back to a call without them."""
    op.drop_table("suitability_requirement")
    op.drop_column("lot", "price_revision")
    op.drop_column("lot", "vat_rate")
    op.drop_column("procurement", "estimated_value")
    op.drop_column("procurement", "cpv")
    op.drop_column("procurement", "procedure")
