"""sealing: a key per procurement in the hands of its openers

Procurements published before have no key and go on as they were.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Instant

revision = "a7seal0001"
down_revision = "a7privacy0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keys of openers and of procurements, and data keys for each blob of an offer."""
    op.create_table(
        "opener_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("closed_private", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("replaced_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_opener_key_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opener_key")),
    )
    op.create_index(
        "ix_opener_key_standing",
        "opener_key",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.create_table(
        "named_opener",
        sa.Column("procurement_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["procurement_id"],
            ["procurement.id"],
            name=op.f("fk_named_opener_procurement_id_procurement"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_named_opener_person_id_person")
        ),
        sa.PrimaryKeyConstraint("procurement_id", "person_id", name=op.f("pk_named_opener")),
    )
    op.create_table(
        "own_key",
        sa.Column("owner", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.Uuid(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "holder", name=op.f("pk_own_key")),
    )
    op.create_table(
        "sealing_key",
        sa.Column("owner", sa.Uuid(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_sealing_key")),
    )
    op.create_table(
        "sealing_part",
        sa.Column("owner", sa.Uuid(), nullable=False),
        sa.Column("outer_id", sa.Uuid(), nullable=False),
        sa.Column("inner_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"], ["sealing_key.owner"], name=op.f("fk_sealing_part_owner_sealing_key")
        ),
        sa.ForeignKeyConstraint(
            ["outer_id"], ["opener_key.id"], name=op.f("fk_sealing_part_outer_id_opener_key")
        ),
        sa.ForeignKeyConstraint(
            ["inner_id"], ["opener_key.id"], name=op.f("fk_sealing_part_inner_id_opener_key")
        ),
        sa.PrimaryKeyConstraint("owner", "outer_id", "inner_id", name=op.f("pk_sealing_part")),
    )
    op.create_table(
        "peeled_part",
        sa.Column("owner", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("inner_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"], ["sealing_key.owner"], name=op.f("fk_peeled_part_owner_sealing_key")
        ),
        sa.ForeignKeyConstraint(
            ["inner_id"], ["opener_key.id"], name=op.f("fk_peeled_part_inner_id_opener_key")
        ),
        sa.PrimaryKeyConstraint("owner", "stage", "inner_id", name=op.f("pk_peeled_part")),
    )
    op.create_table(
        "resealing",
        sa.Column("procurement_id", sa.Uuid(), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("first_at", Instant(), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["procurement_id"],
            ["procurement.id"],
            name=op.f("fk_resealing_procurement_id_procurement"),
        ),
        sa.ForeignKeyConstraint(
            ["first_id"], ["person.id"], name=op.f("fk_resealing_first_id_person")
        ),
        sa.PrimaryKeyConstraint("procurement_id", name=op.f("pk_resealing")),
    )
    op.add_column("sealed_blob", sa.Column("holder", sa.Uuid(), nullable=True))
    op.add_column("sealed_blob", sa.Column("purpose", sa.String(), nullable=True))
    for name in ("for_openers", "for_holder", "for_portal"):
        op.add_column("sealed_blob", sa.Column(name, sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """What is sealed to openers cannot be read by what stood before, so nothing may be."""
    sealed = op.get_bind().scalar(
        sa.text("SELECT count(*) FROM sealed_blob WHERE holder IS NOT NULL")
    )
    if sealed:
        raise RuntimeError(f"{sealed} sealed contents cannot be read without their keys")
    for name in ("for_portal", "for_holder", "for_openers", "purpose", "holder"):
        op.drop_column("sealed_blob", name)
    op.drop_table("resealing")
    for table in ("peeled_part", "sealing_part", "sealing_key", "own_key", "named_opener"):
        op.drop_table(table)
    op.drop_index("ix_opener_key_standing", table_name="opener_key")
    op.drop_table("opener_key")
