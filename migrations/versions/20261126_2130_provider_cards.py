"""provider cards, their search, remarks and reminders"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Instant

revision = "a6cards_register0001"
down_revision = "a6reports0001"
branch_labels = None
depends_on = None

SIGN_BY_SIGN = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """provider cards"""
    op.create_table(
        "provider_card",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("description", sa.JSON(), nullable=False),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("target_groups", sa.JSON(), nullable=False),
        sa.Column("preconditions", sa.JSON(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("contact_name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("website", sa.String(), nullable=False),
        sa.Column("keeper_id", sa.Uuid(), nullable=False),
        sa.Column("written_by_id", sa.Uuid(), nullable=False),
        sa.Column("written_at", Instant(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("confirmed_by_id", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.Column("sorted_as", SIGN_BY_SIGN, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('card_shown', 'card_withdrawn')", name=op.f("ck_provider_card_state")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["person.id"], name=op.f("fk_provider_card_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["keeper_id"], ["person.id"], name=op.f("fk_provider_card_keeper_id")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["organisation.id"], name=op.f("fk_provider_card_provider_id")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["person.id"], name=op.f("fk_provider_card_written_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_card")),
    )
    with op.batch_alter_table("provider_card", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_provider_card_provider_id"), ["provider_id"], unique=False
        )
        batch_op.create_index(
            "ix_provider_card_state_confirmed_on", ["state", "confirmed_on"], unique=False
        )

    op.create_table(
        "card_entry",
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["card_id"], ["provider_card.id"], name=op.f("fk_card_entry_card_id")
        ),
        sa.PrimaryKeyConstraint("card_id", "kind", "key", name=op.f("pk_card_entry")),
    )
    with op.batch_alter_table("card_entry", schema=None) as batch_op:
        batch_op.create_index("ix_card_entry_kind_key", ["kind", "key"], unique=False)

    op.create_table(
        "card_remark",
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_card_remark_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["card_id"], ["provider_card.id"], name=op.f("fk_card_remark_card_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_card_remark_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_card_remark_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_remark")),
    )
    with op.batch_alter_table("card_remark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_card_remark_card_id"), ["card_id"], unique=False)

    op.create_table(
        "card_reminder",
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("noted_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["card_id"], ["provider_card.id"], name=op.f("fk_card_reminder_card_id")
        ),
        sa.PrimaryKeyConstraint("card_id", "confirmed_on", name=op.f("pk_card_reminder")),
    )
    op.create_table(
        "card_term",
        sa.Column("term", SIGN_BY_SIGN, nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["card_id"], ["provider_card.id"], name=op.f("fk_card_term_card_id")
        ),
        sa.PrimaryKeyConstraint("term", "card_id", name=op.f("pk_card_term")),
    )
    with op.batch_alter_table("card_term", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_card_term_card_id"), ["card_id"], unique=False)


def downgrade() -> None:
    """no provider cards"""
    with op.batch_alter_table("card_term", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_card_term_card_id"))

    op.drop_table("card_term")
    op.drop_table("card_reminder")
    with op.batch_alter_table("card_remark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_card_remark_card_id"))

    op.drop_table("card_remark")
    with op.batch_alter_table("card_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_card_entry_kind_key")

    op.drop_table("card_entry")
    with op.batch_alter_table("provider_card", schema=None) as batch_op:
        batch_op.drop_index("ix_provider_card_state_confirmed_on")
        batch_op.drop_index(batch_op.f("ix_provider_card_provider_id"))

    op.drop_table("provider_card")
