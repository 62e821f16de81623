"""the decision in full: its law and instructions as given, and what a letter is about"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "a3decision0001"
down_revision = "a3contract0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """the decision in full"""
    op.add_column("award_decision", sa.Column("legal", sa.JSON(), nullable=True))
    op.add_column("outgoing_mail", sa.Column("about", sa.Uuid(), nullable=True))
    op.create_index("ix_outgoing_mail_about", "outgoing_mail", ["about"])


def downgrade() -> None:
    """back to decisions without them"""
    op.drop_index("ix_outgoing_mail_about", table_name="outgoing_mail")
    op.drop_column("outgoing_mail", "about")
    op.drop_column("award_decision", "legal")
