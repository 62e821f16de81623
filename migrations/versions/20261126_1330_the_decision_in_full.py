"""the decision in full: the sections of law and the instructions for appeal as they were given"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "a3decision0001"
down_revision = "a2scoring0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """the decision in full"""
    op.add_column("award_decision", sa.Column("legal", sa.JSON(), nullable=True))


def downgrade() -> None:
    """back to decisions without them"""
    op.drop_column("award_decision", "legal")
