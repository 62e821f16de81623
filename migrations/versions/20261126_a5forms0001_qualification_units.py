"""qualification units: what offices add to the fields of training"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Instant

revision = "a5forms0001"
down_revision = "a5waiting0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """qualification units"""
    op.create_table(
        "qualification_unit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("example", sa.JSON(), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("withdrawn_by_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name=op.f("fk_qualification_unit_added_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_qualification_unit_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"],
            ["person.id"],
            name=op.f("fk_qualification_unit_withdrawn_by_id_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualification_unit")),
    )
    op.create_index(
        "ix_qualification_unit_field",
        "qualification_unit",
        ["field", "withdrawn_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_qualification_unit_organisation_id"),
        "qualification_unit",
        ["organisation_id"],
        unique=False,
    )


def downgrade() -> None:
    """qualification units"""
    op.drop_index(op.f("ix_qualification_unit_organisation_id"), table_name="qualification_unit")
    op.drop_index("ix_qualification_unit_field", table_name="qualification_unit")
    op.drop_table("qualification_unit")
