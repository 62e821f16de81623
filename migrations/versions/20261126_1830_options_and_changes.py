"""options and changes: reminders, changes, passings, handovers, personal links for feedback"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Exact, Instant

revision = "a5options0001"
down_revision = "a5meetings0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """options and changes"""
    op.create_table(
        "contract_change",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("value", Exact(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("original_value", Exact(), nullable=False),
        sa.Column("against_ceiling", Exact(), nullable=False),
        sa.Column("ceiling", Exact(), nullable=False),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", Instant(), nullable=False),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("settled_reason", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed', 'in_effect', 'refused')", name=op.f("ck_contract_change_state")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_change_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["person.id"], name=op.f("fk_contract_change_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["person.id"], name=op.f("fk_contract_change_settled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_change")),
        sa.UniqueConstraint("contract_id", "n", name=op.f("uq_contract_change_contract_id_n")),
    )
    op.create_index(
        op.f("ix_contract_change_contract_id"), "contract_change", ["contract_id"], unique=False
    )
    op.create_table(
        "contract_passing",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_contract_passing_by_id")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_passing_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["from_id"], ["organisation.id"], name=op.f("fk_contract_passing_from_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_id"], ["organisation.id"], name=op.f("fk_contract_passing_to_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_passing")),
        sa.UniqueConstraint("contract_id", "n", name=op.f("uq_contract_passing_contract_id_n")),
    )
    op.create_index(
        op.f("ix_contract_passing_from_id"), "contract_passing", ["from_id"], unique=False
    )
    op.create_table(
        "handover",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("to_contract_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_handover_by_id")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_handover_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_contract_id"], ["contract.id"], name=op.f("fk_handover_to_contract_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        sa.UniqueConstraint(
            "contract_id", "to_contract_id", name=op.f("uq_handover_contract_id_to_contract_id")
        ),
    )
    op.create_index(
        op.f("ix_handover_to_contract_id"), "handover", ["to_contract_id"], unique=False
    )
    op.create_table(
        "notice_reminder",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("option_id", sa.Uuid(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("noted_at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_notice_reminder_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["option_id"], ["option_clause.id"], name=op.f("fk_notice_reminder_option_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_reminder")),
        sa.UniqueConstraint(
            "contract_id",
            "option_id",
            "days",
            name=op.f("uq_notice_reminder_contract_id_option_id_days"),
        ),
    )
    op.create_table(
        "feedback_link",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("training_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=True),
        sa.Column("employer_id", sa.Uuid(), nullable=True),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "CASE WHEN enrolment_id IS NULL THEN 0 ELSE 1 END + CASE WHEN employer_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_feedback_link_one_giver"),
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["organisation.id"], name=op.f("fk_feedback_link_employer_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_feedback_link_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_feedback_link_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["training_id"], ["training.id"], name=op.f("fk_feedback_link_training_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feedback_link_token_hash")),
    )
    op.create_index(
        op.f("ix_feedback_link_training_id"), "feedback_link", ["training_id"], unique=False
    )


def downgrade() -> None:
    """back to contracts that nothing changes"""
    op.drop_index(op.f("ix_feedback_link_training_id"), table_name="feedback_link")
    op.drop_table("feedback_link")
    op.drop_table("notice_reminder")
    op.drop_index(op.f("ix_handover_to_contract_id"), table_name="handover")
    op.drop_table("handover")
    op.drop_index(op.f("ix_contract_passing_from_id"), table_name="contract_passing")
    op.drop_table("contract_passing")
    op.drop_index(op.f("ix_contract_change_contract_id"), table_name="contract_change")
    op.drop_table("contract_change")
