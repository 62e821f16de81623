"""the database lets nobody change or delete an entry of the ledger"""

from __future__ import annotations

from alembic import op

revision = "a5ledger0001"
down_revision = "a5groups0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """set the guard"""
    refusal = "ledger entries are only added"
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER ledger_entry_no_{act} BEFORE {act.upper()} ON ledger_entry"
                f" BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION ledger_entry_only_added() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{refusal}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER ledger_entry_only_added BEFORE UPDATE OR DELETE ON ledger_entry"
        " FOR EACH ROW EXECUTE FUNCTION ledger_entry_only_added()"
    )


def downgrade() -> None:
    """take the guard away"""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER ledger_entry_no_{act}")
        return
    op.execute("DROP TRIGGER ledger_entry_only_added ON ledger_entry")
    op.execute("DROP FUNCTION ledger_entry_only_added()")
