"""plans: the joint review follows from the form of training and the start"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "a6plans0001"
down_revision = "a6scorecards0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """no stored day of the joint review"""
    op.drop_index("ix_personal_plan_review_due", table_name="personal_plan")
    with op.batch_alter_table("personal_plan") as batch_op:
        batch_op.drop_column("review_due")


def downgrade() -> None:
    """the day of the joint review, by the two to three months of before"""
    with op.batch_alter_table("personal_plan") as batch_op:
        batch_op.add_column(
            sa.Column("review_due", sa.Date(), nullable=False, server_default="2026-01-01")
        )
    op.create_index("ix_personal_plan_review_due", "personal_plan", ["review_due"])
