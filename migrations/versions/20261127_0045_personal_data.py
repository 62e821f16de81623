"""How long data about people is kept, what holds it, and what has gone.

Revision ID: a7privacy0001
Revises: a7audit0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Instant

revision = "a7privacy0001"
down_revision = "a7audit0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """personal data"""
    op.create_table(
        "removed_document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("removed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removed_document")),
        sa.UniqueConstraint(
            "kind", "subject", "language", name=op.f("uq_removed_document_kind_subject_language")
        ),
    )
    op.create_index("ix_removed_document_sha256", "removed_document", ["sha256"], unique=False)
    op.create_table(
        "retention_period",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("set_by_id", sa.Uuid(), nullable=True),
        sa.Column("set_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('participants', 'feedback', 'logins')",
            name=op.f("ck_retention_period_kind"),
        ),
        sa.CheckConstraint("months > 0", name=op.f("ck_retention_period_months")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_retention_period_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["person.id"], name=op.f("fk_retention_period_set_by_id_person")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "kind", name=op.f("pk_retention_period")),
    )
    op.create_table(
        "hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("placed_by_id", sa.Uuid(), nullable=False),
        sa.Column("placed_at", Instant(), nullable=False),
        sa.Column("released_by_id", sa.Uuid(), nullable=True),
        sa.Column("released_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('participant', 'training', 'contract', 'procurement')",
            name=op.f("ck_hold_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_hold_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["placed_by_id"], ["person.id"], name=op.f("fk_hold_placed_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["person.id"], name=op.f("fk_hold_released_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    op.create_index("ix_hold_subject", "hold", ["subject"], unique=False)
    op.create_index(op.f("ix_hold_organisation_id"), "hold", ["organisation_id"], unique=False)
    op.create_table(
        "anonymised_person",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_anonymised_person_enrolment_id_enrolment"),
        ),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk_anonymised_person")),
    )
    op.create_table(
        "anonymised_training",
        sa.Column("training_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["training_id"],
            ["training.id"],
            name=op.f("fk_anonymised_training_training_id_training"),
        ),
        sa.PrimaryKeyConstraint("training_id", "part", name=op.f("pk_anonymised_training")),
    )
    op.create_table(
        "anonymisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("training_id", sa.Uuid(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["training_id"],
            ["training.id"],
            name=op.f("fk_anonymisation_training_id_training"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anonymisation")),
    )
    op.create_index(op.f("ix_anonymisation_at"), "anonymisation", ["at"], unique=False)
    op.create_index(
        op.f("ix_anonymisation_training_id"), "anonymisation", ["training_id"], unique=False
    )


def downgrade() -> None:
    """personal data"""
    op.drop_table("anonymisation")
    op.drop_table("anonymised_training")
    op.drop_table("anonymised_person")
    op.drop_table("hold")
    op.drop_table("retention_period")
    op.drop_table("removed_document")
