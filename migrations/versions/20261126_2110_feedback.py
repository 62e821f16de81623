"""feedback: items, owners of proposals, client panels"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from portal.config import Settings
from portal.database import Instant
from portal.shared.clock import day_in_helsinki

revision = "a6feedback0001"
down_revision = "a6plans0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """feedback"""
    with op.batch_alter_table("feedback") as batch:
        batch.add_column(sa.Column("changed", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("assessor", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "feedback_item",
        sa.Column("feedback_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("points BETWEEN 1 AND 5", name=op.f("ck_feedback_item_points")),
        sa.ForeignKeyConstraint(
            ["feedback_id"], ["feedback.id"], name=op.f("fk_feedback_item_feedback_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_item")),
        sa.UniqueConstraint(
            "feedback_id", "item", name=op.f("uq_feedback_item_feedback_id_item")
        ),
    )
    with op.batch_alter_table("proposal") as batch:
        batch.add_column(sa.Column("owner_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("due", sa.Date(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_proposal_owner_id"), "person", ["owner_id"], ["id"]
        )
        batch.create_index("ix_proposal_open", ["owner_id", "answered_at"], unique=False)
    # Whatever waits already gets its day; the provider's trainers and the officers still see it.
    proposal = sa.table(
        "proposal",
        sa.column("id", sa.Uuid()),
        sa.column("made_at", Instant()),
        sa.column("answered_at", Instant()),
        sa.column("due", sa.Date()),
    )
    days = timedelta(days=Settings.model_fields["proposal_answer_days"].default)
    bound = op.get_bind()
    waiting = sa.select(proposal.c.id, proposal.c.made_at).where(proposal.c.answered_at.is_(None))
    for key, made_at in bound.execute(waiting).all():
        due = day_in_helsinki(made_at) + days
        bound.execute(sa.update(proposal).where(proposal.c.id == key).values(due=due))
    op.create_table(
        "panel",
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("opened_by_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("closed_by_id", sa.Uuid(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_panel_period")),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["organisation.id"], name=op.f("fk_panel_buyer_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["person.id"], name=op.f("fk_panel_closed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["person.id"], name=op.f("fk_panel_opened_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel")),
    )
    op.create_index(op.f("ix_panel_buyer_id"), "panel", ["buyer_id"], unique=False)
    op.create_table(
        "panel_training",
        sa.Column("panel_id", sa.Uuid(), nullable=False),
        sa.Column("training_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panel.id"], name=op.f("fk_panel_training_panel_id")
        ),
        sa.ForeignKeyConstraint(
            ["training_id"], ["training.id"], name=op.f("fk_panel_training_training_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_training")),
        sa.UniqueConstraint(
            "panel_id", "training_id", name=op.f("uq_panel_training_panel_id_training_id")
        ),
    )
    op.create_index(
        op.f("ix_panel_training_training_id"), "panel_training", ["training_id"], unique=False
    )
    op.create_table(
        "panel_proposal",
        sa.Column("panel_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name=op.f("fk_panel_proposal_added_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_panel_proposal_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panel.id"], name=op.f("fk_panel_proposal_panel_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_proposal")),
    )
    op.create_index(
        op.f("ix_panel_proposal_panel_id"), "panel_proposal", ["panel_id"], unique=False
    )


def downgrade() -> None:
    """feedback"""
    op.drop_table("panel_proposal")
    op.drop_table("panel_training")
    op.drop_table("panel")
    with op.batch_alter_table("proposal") as batch:
        batch.drop_index("ix_proposal_open")
        batch.drop_constraint(op.f("fk_proposal_owner_id"), type_="foreignkey")
        batch.drop_column("due")
        batch.drop_column("owner_id")
    op.drop_table("feedback_item")
    with op.batch_alter_table("feedback") as batch:
        batch.drop_column("assessor")
        batch.drop_column("changed")
