"""the database lets nobody change or delete what is on record; reads have a chain; heads are signed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Instant

revision = "a7audit0001"
down_revision = "a7login0001"
branch_labels = None
depends_on = None

ENTRIES = ("audit_entry", "read_entry", "read_link", "audit_head", "audit_stamp")
ONLY_ADDED = "entries of the record are only added"
ONLY_GROWS = "the head of a chain only moves on"
MOVES_ON = (
    "NEW.chain = OLD.chain AND (NEW.length = OLD.length + 1"
    " OR (OLD.chain = 'reads' AND NEW.length > OLD.length))"
)


def upgrade() -> None:
    """make the tables and set the guard"""
    op.create_table(
        "read_link",
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("read_id", sa.Uuid(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["read_id"], ["read_entry.id"], name=op.f("fk_read_link_read_id")),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_read_link")),
        sa.UniqueConstraint("read_id", name=op.f("uq_read_link_read_id")),
    )
    op.create_table(
        "audit_head",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "audit_stamp",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.Column("fault", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["audit_head.number"], name=op.f("fk_audit_stamp_number")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_stamp")),
    )
    op.create_index(op.f("ix_audit_stamp_number"), "audit_stamp", ["number"])
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"])
    op.create_index(op.f("ix_read_entry_at"), "read_entry", ["at"])
    _set_guard()


def _set_guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in ENTRIES:
            for act in ("update", "delete"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{ONLY_ADDED}'); END"
                )
        op.execute(
            "CREATE TRIGGER audit_chain_no_delete BEFORE DELETE ON audit_chain"
            f" BEGIN SELECT RAISE(ABORT, '{ONLY_GROWS}'); END"
        )
        op.execute(
            f"CREATE TRIGGER audit_chain_grows BEFORE UPDATE ON audit_chain WHEN NOT ({MOVES_ON})"
            f" BEGIN SELECT RAISE(ABORT, '{ONLY_GROWS}'); END"
        )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION record_only_added() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{ONLY_ADDED}'; END $$"
    )
    op.execute(
        "CREATE OR REPLACE FUNCTION head_only_grows() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN IF TG_OP = 'UPDATE' THEN IF {MOVES_ON} THEN RETURN NEW; END IF; END IF;"
        f" RAISE EXCEPTION '{ONLY_GROWS}'; END $$"
    )
    for table in ENTRIES:
        op.execute(
            f"CREATE TRIGGER {table}_only_added BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION record_only_added()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION record_only_added()"
        )
    op.execute(
        "CREATE TRIGGER audit_chain_grows BEFORE UPDATE OR DELETE ON audit_chain"
        " FOR EACH ROW EXECUTE FUNCTION head_only_grows()"
    )
    op.execute(
        "CREATE TRIGGER audit_chain_not_emptied BEFORE TRUNCATE ON audit_chain"
        " FOR EACH STATEMENT EXECUTE FUNCTION head_only_grows()"
    )


def downgrade() -> None:
    """take the guard away, and the tables"""
    if op.get_bind().dialect.name == "sqlite":
        for table in ENTRIES:
            for act in ("update", "delete"):
                op.execute(f"DROP TRIGGER {table}_no_{act}")
        op.execute("DROP TRIGGER audit_chain_no_delete")
        op.execute("DROP TRIGGER audit_chain_grows")
    else:
        for table in ENTRIES:
            op.execute(f"DROP TRIGGER {table}_only_added ON {table}")
            op.execute(f"DROP TRIGGER {table}_not_emptied ON {table}")
        op.execute("DROP TRIGGER audit_chain_grows ON audit_chain")
        op.execute("DROP TRIGGER audit_chain_not_emptied ON audit_chain")
        op.execute("DROP FUNCTION record_only_added()")
        op.execute("DROP FUNCTION head_only_grows()")
    op.drop_index(op.f("ix_audit_entry_at"), table_name="audit_entry")
    op.drop_index(op.f("ix_read_entry_at"), table_name="read_entry")
    op.drop_index(op.f("ix_audit_stamp_number"), table_name="audit_stamp")
    op.drop_table("audit_stamp")
    op.drop_table("audit_head")
    op.drop_table("read_link")
    # What stays has no head of the reads.
    op.execute("DELETE FROM audit_chain WHERE chain = 'reads'")
