"""the scoring in full: conformity, clarifications, kept versions, sealed prices, own criteria"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Exact, Instant

revision = "a2scoring0001"
down_revision = "a1ground0001"
branch_labels = None
depends_on = None

STANDING = sa.text("replaced_at IS NULL")


def upgrade() -> None:
    """the scoring in full"""
    # Tables that others refer to are not made anew, which SQLite could not do with rows in them.
    op.add_column("procurement", sa.Column("criteria_set", sa.String(), nullable=True))
    op.add_column(
        "procurement",
        sa.Column("two_envelopes", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("procurement", sa.Column("low_price_percent", Exact(), nullable=True))
    op.add_column("award_criterion", sa.Column("text", sa.JSON(), nullable=True))

    with op.batch_alter_table("opening") as batch:
        batch.add_column(sa.Column("stage", sa.String(), nullable=False, server_default="offers"))
        batch.drop_constraint(op.f("uq_opening_procurement_id"), type_="unique")
        batch.create_unique_constraint(
            op.f("uq_opening_procurement_id_stage"), ["procurement_id", "stage"]
        )
        batch.create_check_constraint(op.f("ck_opening_stage"), "stage IN ('offers', 'prices')")
    with op.batch_alter_table("lot_offer") as batch:
        batch.alter_column("price", existing_type=Exact(), nullable=True)

    with op.batch_alter_table("suitability_judgement") as batch:
        batch.add_column(sa.Column("replaced_at", Instant(), nullable=True))
        batch.drop_constraint(op.f("uq_suitability_judgement_offer_id"), type_="unique")
    op.create_index(
        "uq_suitability_standing",
        "suitability_judgement",
        ["offer_id"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
    with op.batch_alter_table("joint_score") as batch:
        batch.add_column(sa.Column("n", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("replaced_at", Instant(), nullable=True))
        batch.drop_constraint(op.f("uq_joint_score_lot_id_offer_id"), type_="unique")
        batch.create_unique_constraint(
            op.f("uq_joint_score_lot_id_offer_id_n"), ["lot_id", "offer_id", "n"]
        )
    op.create_index(
        "uq_joint_score_standing",
        "joint_score",
        ["lot_id", "offer_id"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )

    op.create_table(
        "joint_draft",
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("saved_by_id", sa.Uuid(), nullable=False),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_joint_draft_lot_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_joint_draft_offer_id")),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["person.id"], name=op.f("fk_joint_draft_saved_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_draft")),
        sa.UniqueConstraint("lot_id", "offer_id", name=op.f("uq_joint_draft_lot_id_offer_id")),
    )
    op.create_table(
        "conformity_judgement",
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("conforms", sa.Boolean(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("judged_by_id", sa.Uuid(), nullable=False),
        sa.Column("judged_at", Instant(), nullable=False),
        sa.Column("replaced_at", Instant(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "ground IN ('content', 'low_price')", name=op.f("ck_conformity_judgement_ground")
        ),
        sa.ForeignKeyConstraint(
            ["judged_by_id"], ["person.id"], name=op.f("fk_conformity_judgement_judged_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lot.id"], name=op.f("fk_conformity_judgement_lot_id")
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_conformity_judgement_offer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conformity_judgement")),
    )
    op.create_index(
        "uq_conformity_standing",
        "conformity_judgement",
        ["lot_id", "offer_id"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
    op.create_table(
        "clarification",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("due", Instant(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('content', 'low_price')", name=op.f("ck_clarification_kind")),
        sa.CheckConstraint(
            "kind = 'content' OR lot_id IS NOT NULL", name=op.f("ck_clarification_price_of_a_lot")
        ),
        sa.CheckConstraint("state IN ('asked', 'answered')", name=op.f("ck_clarification_state")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_clarification_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_clarification_asked_by_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_clarification_lot_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_clarification_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clarification")),
    )
    op.create_index("ix_clarification_offer_id", "clarification", ["offer_id"])


def downgrade() -> None:
    """Back to one judgement and one joint score for each; what was replaced is given up."""
    op.drop_table("clarification")
    op.drop_table("conformity_judgement")
    op.drop_table("joint_draft")
    op.execute("DELETE FROM joint_score WHERE replaced_at IS NOT NULL")
    op.drop_index("uq_joint_score_standing", table_name="joint_score")
    with op.batch_alter_table("joint_score") as batch:
        batch.drop_constraint(op.f("uq_joint_score_lot_id_offer_id_n"), type_="unique")
        batch.drop_column("n")
        batch.drop_column("replaced_at")
        batch.create_unique_constraint(
            op.f("uq_joint_score_lot_id_offer_id"), ["lot_id", "offer_id"]
        )
    op.execute("DELETE FROM suitability_judgement WHERE replaced_at IS NOT NULL")
    op.drop_index("uq_suitability_standing", table_name="suitability_judgement")
    with op.batch_alter_table("suitability_judgement") as batch:
        batch.drop_column("replaced_at")
        batch.create_unique_constraint(op.f("uq_suitability_judgement_offer_id"), ["offer_id"])
    with op.batch_alter_table("lot_offer") as batch:
        batch.alter_column("price", existing_type=Exact(), nullable=False)
    op.execute("DELETE FROM opening WHERE stage = 'prices'")
    with op.batch_alter_table("opening") as batch:
        batch.drop_constraint(op.f("ck_opening_stage"), type_="check")
        batch.drop_constraint(op.f("uq_opening_procurement_id_stage"), type_="unique")
        batch.drop_column("stage")
        batch.create_unique_constraint(op.f("uq_opening_procurement_id"), ["procurement_id"])
    op.drop_column("award_criterion", "text")
    op.drop_column("procurement", "low_price_percent")
    op.drop_column("procurement", "two_envelopes")
    op.drop_column("procurement", "criteria_set")
