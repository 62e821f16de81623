"""revised prices, and the bases of invoices as they were issued"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Exact, Instant

revision = "a5workdays0001"
down_revision = "a5plans0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """revised prices, and the bases of invoices as they were issued"""
    op.create_table(
        "price_revision_applied",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("index_before", Exact(), nullable=False),
        sa.Column("index_now", Exact(), nullable=False),
        sa.Column("price_before", Exact(), nullable=False),
        sa.Column("price_after", Exact(), nullable=False),
        sa.Column("revised_by_id", sa.Uuid(), nullable=False),
        sa.Column("revised_at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_price_revision_applied_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["revised_by_id"], ["person.id"], name=op.f("fk_price_revision_applied_revised_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_revision_applied")),
        sa.UniqueConstraint(
            "contract_id", "since", name=op.f("uq_price_revision_applied_contract_id_since")
        ),
    )
    op.create_index(
        op.f("ix_price_revision_applied_contract_id"), "price_revision_applied", ["contract_id"]
    )
    op.create_table(
        "invoice_basis",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("quantity", Exact(), nullable=False),
        sa.Column("amount", Exact(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("issued_by_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_invoice_basis_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["person.id"], name=op.f("fk_invoice_basis_issued_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_basis")),
        sa.UniqueConstraint(
            "contract_id", "period", "n", name=op.f("uq_invoice_basis_contract_id_period_n")
        ),
    )
    op.create_index(op.f("ix_invoice_basis_contract_id"), "invoice_basis", ["contract_id"])


def downgrade() -> None:
    """back to capacity in use"""
    op.drop_table("invoice_basis")
    op.drop_table("price_revision_applied")
