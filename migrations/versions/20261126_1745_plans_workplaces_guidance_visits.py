"""plans, workplaces, after-guidance and visits of people in trainings"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Instant

revision = "a5plans0001"
down_revision = "a5enrol0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """plans, workplaces, guidance, visits"""
    with op.batch_alter_table("after_guidance") as batch:
        batch.add_column(sa.Column("corrects_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("reason", sa.String(), nullable=False, server_default=""))
        batch.create_foreign_key(
            "fk_after_guidance_corrects_id", "after_guidance", ["corrects_id"], ["id"]
        )
    op.create_table(
        "guidance_agreement",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_guidance_agreement_by_id")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_guidance_agreement_enrolment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidance_agreement")),
    )
    op.create_index(
        op.f("ix_guidance_agreement_enrolment_id"), "guidance_agreement", ["enrolment_id"]
    )


def downgrade() -> None:
    """back to capacity in use"""
    op.drop_table("guidance_agreement")
    with op.batch_alter_table("after_guidance") as batch:
        batch.drop_constraint("fk_after_guidance_corrects_id", type_="foreignkey")
        batch.drop_column("reason")
        batch.drop_column("corrects_id")
