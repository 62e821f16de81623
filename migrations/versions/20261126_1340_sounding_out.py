"""sounding out: needs, soundings, the market's answers, procurements begun from them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Instant

revision = "a4sounding001"
down_revision = "a3remedies0001"
branch_labels = None
depends_on = None

STANDING = sa.text("replaced_at IS NULL")


def upgrade() -> None:
    """sounding out"""
    op.create_table(
        "need",
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("target_group", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("wanted_from", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("people > 0", name=op.f("ck_need_people")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["organisation.id"], name=op.f("fk_need_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_need_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
    )
    op.create_index(op.f("ix_need_office_id"), "need", ["office_id"])
    op.create_index("ix_need_state_office", "need", ["state", "office_id"])
    op.create_table(
        "sounding",
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("description", sa.JSON(), nullable=False),
        sa.Column("capacity", sa.JSON(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("comments_due", Instant(), nullable=True),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("published_by_id", sa.Uuid(), nullable=True),
        sa.Column("published_at", Instant(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["organisation.id"], name=op.f("fk_sounding_buyer_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_sounding_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["person.id"], name=op.f("fk_sounding_published_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sounding")),
    )
    op.create_index(op.f("ix_sounding_buyer_id"), "sounding", ["buyer_id"])
    op.create_index("ix_sounding_state_due", "sounding", ["state", "comments_due"])
    op.create_table(
        "sounded_need",
        sa.Column("sounding_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_sounded_need_need_id")),
        sa.ForeignKeyConstraint(
            ["sounding_id"], ["sounding.id"], name=op.f("fk_sounded_need_sounding_id")
        ),
        sa.PrimaryKeyConstraint("sounding_id", "need_id", name=op.f("pk_sounded_need")),
    )
    op.create_index(op.f("ix_sounded_need_need_id"), "sounded_need", ["need_id"])
    op.create_table(
        "sounding_answer",
        sa.Column("sounding_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("would_bid", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("answered_by_id", sa.Uuid(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=False),
        sa.Column("replaced_at", Instant(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("would_bid OR reason <> ''", name=op.f("ck_sounding_answer_reason")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_sounding_answer_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["organisation.id"], name=op.f("fk_sounding_answer_provider_id")
        ),
        sa.ForeignKeyConstraint(
            ["sounding_id"], ["sounding.id"], name=op.f("fk_sounding_answer_sounding_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sounding_answer")),
    )
    op.create_index(op.f("ix_sounding_answer_provider_id"), "sounding_answer", ["provider_id"])
    op.create_index(op.f("ix_sounding_answer_sounding_id"), "sounding_answer", ["sounding_id"])
    op.create_index(
        "uq_sounding_answer_standing",
        "sounding_answer",
        ["sounding_id", "provider_id"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
    op.create_table(
        "begun_from_sounding",
        sa.Column("procurement_id", sa.Uuid(), nullable=False),
        sa.Column("sounding_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["procurement_id"],
            ["procurement.id"],
            name=op.f("fk_begun_from_sounding_procurement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["sounding_id"], ["sounding.id"], name=op.f("fk_begun_from_sounding_sounding_id")
        ),
        sa.PrimaryKeyConstraint("procurement_id", name=op.f("pk_begun_from_sounding")),
    )
    op.create_index(
        op.f("ix_begun_from_sounding_sounding_id"), "begun_from_sounding", ["sounding_id"]
    )


def downgrade() -> None:
    """the tables of sounding out, the latest first"""
    for table in ("begun_from_sounding", "sounding_answer", "sounded_need", "sounding", "need"):
        op.drop_table(table)
