"""meetings: agenda, minutes approved, visits of verification, calendars

Revision ID: a5meetings0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Exact, Instant

revision = "a5meetings0001"
down_revision = "a5workdays0001"
branch_labels = None
depends_on = None

KINDS = "kind IN ('start_up', 'interim', 'verification', 'closing', 'tripartite'"


def upgrade() -> None:
    """meetings"""
    op.add_column("outgoing_mail", sa.Column("calendar", sa.String(), nullable=True))
    with op.batch_alter_table("meeting") as batch:
        batch.add_column(sa.Column("changed_at", Instant(), nullable=True))
        for name in ("cancel_reason", "progress", "quality", "effectiveness"):
            batch.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("gap", Exact(), nullable=True))
        batch.drop_constraint(op.f("ck_meeting_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_meeting_kind"), f"{KINDS}, 'joint_review')")
    op.add_column(
        "practice", sa.Column("position", sa.Integer(), nullable=False, server_default="0")
    )
    op.create_table(
        "agenda_line",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("clause_key", sa.String(), nullable=True),
        sa.Column("clause_version", sa.Integer(), nullable=True),
        sa.Column("criterion", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("points", Exact(), nullable=True),
        sa.Column("points_most", Exact(), nullable=True),
        sa.Column("gap", Exact(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("practice_id", sa.Uuid(), nullable=True),
        sa.Column("carried_from_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('clause', 'promise')", name=op.f("ck_agenda_line_kind")),
        sa.CheckConstraint(
            "outcome IN ('agreed', 'nothing_to_agree', 'open')",
            name=op.f("ck_agenda_line_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_agenda_line_meeting_id")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_agenda_line_contract_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_agenda_line_owner_id")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_agenda_line_practice_id")
        ),
        sa.ForeignKeyConstraint(
            ["carried_from_id"], ["agenda_line.id"], name=op.f("fk_agenda_line_carried_from_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_line")),
        sa.UniqueConstraint(
            "meeting_id", "position", name=op.f("uq_agenda_line_meeting_id_position")
        ),
        sa.UniqueConstraint("carried_from_id", name=op.f("uq_agenda_line_carried_from_id")),
    )
    op.create_index(op.f("ix_agenda_line_contract_id"), "agenda_line", ["contract_id"])
    op.create_table(
        "minutes_approval",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("approved_at", Instant(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("side IN ('buyer', 'provider')", name=op.f("ck_minutes_approval_side")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_minutes_approval_meeting_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_minutes_approval_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_approval")),
        sa.UniqueConstraint(
            "meeting_id", "side", name=op.f("uq_minutes_approval_meeting_id_side")
        ),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_table("minutes_approval")
    op.drop_index(op.f("ix_agenda_line_contract_id"), table_name="agenda_line")
    op.drop_table("agenda_line")
    op.drop_column("practice", "position")
    op.execute("UPDATE meeting SET kind = 'tripartite' WHERE kind = 'joint_review'")
    with op.batch_alter_table("meeting") as batch:
        batch.drop_constraint(op.f("ck_meeting_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_meeting_kind"), f"{KINDS})")
        for name in ("gap", "effectiveness", "quality", "progress", "cancel_reason", "changed_at"):
            batch.drop_column(name)
    op.drop_column("outgoing_mail", "calendar")
