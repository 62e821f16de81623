"""papers of providers: kept with their validity, to be used in offers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Instant

revision = "a3papers0001"
down_revision = "a4sounding001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """papers of providers"""
    op.create_table(
        "provider_paper",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("blob_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("uploaded_at", Instant(), nullable=False),
        sa.Column("uploaded_by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["blob_id"], ["sealed_blob.id"], name=op.f("fk_provider_paper_blob_id_sealed_blob")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["organisation.id"],
            name=op.f("fk_provider_paper_provider_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"],
            ["person.id"],
            name=op.f("fk_provider_paper_uploaded_by_id_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_paper")),
    )
    op.create_index(
        op.f("ix_provider_paper_provider_id"), "provider_paper", ["provider_id"], unique=False
    )


def downgrade() -> None:
    """papers of providers"""
    op.drop_index(op.f("ix_provider_paper_provider_id"), table_name="provider_paper")
    op.drop_table("provider_paper")
