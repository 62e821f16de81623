"""the indicator that an assessment of a scorecard rests on"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "a6cards0001"
down_revision = "a6indicators0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """evidence of assessments"""
    op.add_column(
        "scorecard_assessment",
        sa.Column("indicator", sa.String(), server_default="", nullable=False),
    )


def downgrade() -> None:
    """evidence of assessments"""
    op.drop_column("scorecard_assessment", "indicator")
