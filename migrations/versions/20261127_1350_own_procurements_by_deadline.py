"""A buyer's procurements in an index by their deadlines, as the lists of their people show them.

Revision ID: a9plans0003
Revises: a9plans0002
"""

from __future__ import annotations

from alembic import op

revision = "a9plans0003"
down_revision = "a9plans0002"

_WIDER = "ix_procurement_buyer_id_offers_due_state_reference_id"
_BEFORE = "ix_procurement_buyer_id"


def upgrade() -> None:
    """What the index had comes first in the one that takes its place."""
    op.create_index(
        _WIDER, "procurement", ["buyer_id", "offers_due", "state", "reference", "id"]
    )
    op.drop_index(_BEFORE, "procurement")


def downgrade() -> None:
    """The index as it was."""
    op.create_index(_BEFORE, "procurement", ["buyer_id"])
    op.drop_index(_WIDER, "procurement")
