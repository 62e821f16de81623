"""improvement plans, their steps, and what was said of each"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Instant

revision = "a6improvement0001"
down_revision = "a6feedback0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """plans"""
    op.create_table(
        "improvement_plan",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("scorecard_id", sa.Uuid(), nullable=True),
        sa.Column("contract_id", sa.Uuid(), nullable=True),
        sa.Column("aim", sa.String(), nullable=False),
        sa.Column("drawn_up_by_id", sa.Uuid(), nullable=False),
        sa.Column("drawn_up_at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(scorecard_id IS NULL) <> (contract_id IS NULL)",
            name=op.f("ck_improvement_plan_origin"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_improvement_plan_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["drawn_up_by_id"], ["person.id"], name=op.f("fk_improvement_plan_drawn_up_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["organisation.id"], name=op.f("fk_improvement_plan_provider_id")
        ),
        sa.ForeignKeyConstraint(
            ["scorecard_id"], ["scorecard.id"], name=op.f("fk_improvement_plan_scorecard_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_improvement_plan")),
        sa.UniqueConstraint("provider_id", "n", name=op.f("uq_improvement_plan_provider_id_n")),
    )
    for column in ("scorecard_id", "contract_id"):
        op.create_index(op.f(f"ix_improvement_plan_{column}"), "improvement_plan", [column])
    op.create_table(
        "improvement_step",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('planned', 'done', 'not_done')", name=op.f("ck_improvement_step_state")
        ),
        sa.CheckConstraint("side IN ('buyer', 'provider')", name=op.f("ck_improvement_step_side")),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name=op.f("fk_improvement_step_added_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_improvement_step_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["improvement_plan.id"], name=op.f("fk_improvement_step_plan_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_improvement_step")),
        sa.UniqueConstraint("plan_id", "n", name=op.f("uq_improvement_step_plan_id_n")),
    )
    op.create_table(
        "improvement_step_mark",
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('report_done', 'report_not_done', 'agree', 'return')",
            name=op.f("ck_improvement_step_mark_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_improvement_step_mark_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["improvement_step.id"], name=op.f("fk_improvement_step_mark_step_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_improvement_step_mark")),
        sa.UniqueConstraint("step_id", "n", name=op.f("uq_improvement_step_mark_step_id_n")),
    )
    op.create_table(
        "improvement_step_late_note",
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("noted_at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["step_id"], ["improvement_step.id"], name=op.f("fk_improvement_step_late_note_step_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_improvement_step_late_note")),
        sa.UniqueConstraint(
            "step_id", "due", name=op.f("uq_improvement_step_late_note_step_id_due")
        ),
    )


def downgrade() -> None:
    """no plans"""
    op.drop_table("improvement_step_late_note")
    op.drop_table("improvement_step_mark")
    op.drop_table("improvement_step")
    for column in ("contract_id", "scorecard_id"):
        op.drop_index(op.f(f"ix_improvement_plan_{column}"), table_name="improvement_plan")
    op.drop_table("improvement_plan")
