"""Copies of documents with the authority's seal, and the hash that a document's pages bear.

Revision ID: a9docs0001
Revises: a8work0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Instant

revision = "a9docs0001"
down_revision = "a8work0003"


def upgrade() -> None:
    """Documents that there are have no such hash."""
    with op.batch_alter_table("stored_document") as batch_op:
        batch_op.add_column(sa.Column("content_sha256", sa.String(), nullable=True))
        batch_op.create_index(
            "ix_stored_document_content_sha256", ["content_sha256"], unique=False
        )
    op.create_table(
        "sealed_copy",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("blob_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("sealed_by", sa.String(), nullable=False),
        sa.Column("stamped", sa.Boolean(), nullable=False),
        sa.Column("sealed_at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["stored_document.id"],
            name=op.f("fk_sealed_copy_document_id_stored_document"),
        ),
        sa.ForeignKeyConstraint(
            ["blob_id"], ["sealed_blob.id"], name=op.f("fk_sealed_copy_blob_id_sealed_blob")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_copy")),
        sa.UniqueConstraint("document_id", name=op.f("uq_sealed_copy_document_id")),
    )
    op.create_index("ix_sealed_copy_sha256", "sealed_copy", ["sha256"], unique=False)


def downgrade() -> None:
    """The copies are lost; the documents stay as they were made."""
    op.drop_index("ix_sealed_copy_sha256", table_name="sealed_copy")
    op.drop_table("sealed_copy")
    with op.batch_alter_table("stored_document") as batch_op:
        batch_op.drop_index("ix_stored_document_content_sha256")
        batch_op.drop_column("content_sha256")
