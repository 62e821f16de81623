"""An index by which every list finds the procurements that its reader is shut out of.

Revision ID: a9plans0002
Revises: a9plans0001
"""

from __future__ import annotations

from alembic import op

revision = "a9plans0002"
down_revision = "a9plans0001"

_NAME = "ix_interest_declaration_person_id"


def upgrade() -> None:
    """One for the reader of a page."""
    op.create_index(_NAME, "interest_declaration", ["person_id"])


def downgrade() -> None:
    """All declarations are looked through again."""
    op.drop_index(_NAME, "interest_declaration")
