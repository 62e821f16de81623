"""amendments of calls, confirmed offers, discontinued lots, corrections and remedies"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Instant

revision = "a3remedies0001"
down_revision = "a3call0001"
branch_labels = None
depends_on = None

STANDING = sa.text("voided_at IS NULL")


def upgrade() -> None:
    """amendments of calls, confirmed offers, discontinued lots, corrections and remedies"""
    op.add_column(
        "procurement", sa.Column("amended", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "offer", sa.Column("confirmed_amendment", sa.Integer(), nullable=False, server_default="0")
    )
    op.create_table(
        "correction",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("corrected_by_id", sa.Uuid(), nullable=False),
        sa.Column("corrected_at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["award_decision.id"], name=op.f("fk_correction_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["corrected_by_id"], ["person.id"], name=op.f("fk_correction_corrected_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_correction_decision_id")),
    )
    op.create_table(
        "call_amendment",
        sa.Column("procurement_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("differences", sa.JSON(), nullable=False),
        sa.Column("frozen_before", sa.JSON(), nullable=False),
        sa.Column("sha256_before", sa.String(), nullable=False),
        sa.Column("sha256_after", sa.String(), nullable=False),
        sa.Column("amended_at", Instant(), nullable=False),
        sa.Column("amended_by_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_call_amendment_procurement_id")
        ),
        sa.ForeignKeyConstraint(
            ["amended_by_id"], ["person.id"], name=op.f("fk_call_amendment_amended_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_amendment")),
        sa.UniqueConstraint(
            "procurement_id", "n", name=op.f("uq_call_amendment_procurement_id_n")
        ),
    )
    op.create_index(
        op.f("ix_call_amendment_procurement_id"), "call_amendment", ["procurement_id"]
    )
    op.create_table(
        "discontinuation",
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("carried", sa.Boolean(), nullable=False),
        sa.Column("discontinued_by_id", sa.Uuid(), nullable=False),
        sa.Column("discontinued_at", Instant(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("voided_at", Instant(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_discontinuation_lot_id")),
        sa.ForeignKeyConstraint(
            ["discontinued_by_id"],
            ["person.id"],
            name=op.f("fk_discontinuation_discontinued_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["award_decision.id"], name=op.f("fk_discontinuation_decision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discontinuation")),
    )
    op.create_index(
        "uq_discontinuation_standing",
        "discontinuation",
        ["lot_id"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
    op.create_table(
        "remedy",
        sa.Column("procurement_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("settled_reason", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('correction_request', 'appeal')", name=op.f("ck_remedy_kind")),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_remedy_procurement_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_remedy_lot_id")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["award_decision.id"], name=op.f("fk_remedy_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_remedy_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["person.id"], name=op.f("fk_remedy_settled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remedy")),
    )
    op.create_index(op.f("ix_remedy_procurement_id"), "remedy", ["procurement_id"])
    op.create_index("ix_remedy_lot_id_state", "remedy", ["lot_id", "state"])
    op.create_table(
        "remedy_file",
        sa.Column("remedy_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("blob_id", sa.Uuid(), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["remedy_id"], ["remedy.id"], name=op.f("fk_remedy_file_remedy_id")),
        sa.ForeignKeyConstraint(
            ["blob_id"], ["sealed_blob.id"], name=op.f("fk_remedy_file_blob_id")
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name=op.f("fk_remedy_file_added_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remedy_file")),
    )
    op.create_index(op.f("ix_remedy_file_remedy_id"), "remedy_file", ["remedy_id"])


def downgrade() -> None:
    """Without them."""
    for table in ("remedy_file", "remedy", "discontinuation", "call_amendment", "correction"):
        op.drop_table(table)
    op.drop_column("offer", "confirmed_amendment")
    op.drop_column("procurement", "amended")
