"""the contract in full: what it was made from, its moves, a new one after a refusal"""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from portal.database import Instant

revision = "a3contract0001"
down_revision = "a3papers0001"
branch_labels = None
depends_on = None

STANDING = sa.text("state NOT IN ('refused', 'void')")
CONTRACT = sa.table(
    "contract",
    sa.column("id", sa.Uuid()),
    sa.column("buyer_id", sa.Uuid()),
    sa.column("provider_id", sa.Uuid()),
    sa.column("made_from", sa.JSON()),
)
ORGANISATION = sa.table(
    "organisation",
    sa.column("id", sa.Uuid()),
    sa.column("name", sa.JSON()),
    sa.column("business_id", sa.String()),
)
APPROVAL = sa.table(
    "approval",
    sa.column("id", sa.Uuid()),
    sa.column("contract_id", sa.Uuid()),
    sa.column("side", sa.String()),
    sa.column("person_id", sa.Uuid()),
    sa.column("approved_at", Instant()),
    sa.column("sha256", sa.String()),
)

# The clauses of every contract concluded before this migration: the first versions of them all.
FIRST_CLAUSES = {
    "order_of_documents": "4c82ad1e28bc1b3184a385ba5f1760d4c9caf6e56ea95f3e725a59a2bfdfb597",
    "period": "55743e7542c27e19033289fb7a9a499994502cb58fc1358ab248491b3f50b43e",
    "start_up_meeting": "8866872bb33d921e63e7f9dc6947f59fc8cf96561e26887f4eea943a4fda90bc",
    "call_off": "85a7ec6ca307bdf7e734bee9e57e8952bf2df8126335d1985abc968bc663c8fd",
    "staff": "533505398b651e3dfd8e6fe62cee20eaddf4579d8b721c4a936b6f6962b5fe3e",
    "reporting": "4d07ab144fd69db39cd5070c8351298a8a8493cd1ffc2ab3179b3a1a463ba3ae",
    "invoicing": "890b1d6eaf5ed299c53554746e624f1f47deb65c80df50156ea8cb7978c244d1",
    "quality": "daa77b8e24b13b546f4cf81346bc0b203e4606e23fb6b5d62f8cb140451bb9d5",
    "personal_data": "821bdf293b56d0418c1d7faacf7a34bceb6fb499596929b151a6c1caee365e8f",
    "confidentiality": "d3a85ac941e5456661d93f1e809de42e07c1a5fbd3e96c70c02bdb3edfc424ea",
    "defects": "ff272cbbce7bd3c6883bd94702c940b25343e98bc32371a84a8c5348e3d7e0f7",
    "changes": "d888b40c287d4f3fb66fdbe4099d2cf3eb0d35e46722f98b3967f7f016ecddf7",
    "termination": "4a67b4ca97d533d88ee1648811d10ad6e2c9ab5f169e0e11c5fd2e27ff7c22e7",
    "disputes": "6e0c568eb5e76c3ec7fef560a809b04925eb9a7b16e2617e02e5c02a657fd77f",
}


def upgrade() -> None:
    """the contract in full"""
    op.add_column(
        "contract", sa.Column("made_from", sa.JSON(), nullable=False, server_default="{}")
    )
    _say_what_they_were_made_from()
    _with_approvals_aside(_let_another_stand_after_a_refusal)
    op.create_index(
        "uq_contract_standing",
        "contract",
        ["award_id"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
    op.create_table(
        "contract_move",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "act IN ('hold_contract', 'release_contract', 'refuse_contract', 'void_contracts')",
            name=op.f("ck_contract_move_act"),
        ),
        sa.CheckConstraint("side IN ('buyer', 'provider')", name=op.f("ck_contract_move_side")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_move_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_contract_move_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_move")),
        sa.UniqueConstraint("contract_id", "n", name=op.f("uq_contract_move_contract_id_n")),
    )


def downgrade() -> None:
    """Back to one contract of an award: those refused or void, and all moves, are given up."""
    op.drop_table("contract_move")
    op.execute(
        "DELETE FROM approval WHERE contract_id IN "
        "(SELECT id FROM contract WHERE state IN ('refused', 'void'))"
    )
    op.execute("DELETE FROM contract WHERE state IN ('refused', 'void')")
    op.execute("UPDATE contract SET state = 'awaiting_approval' WHERE state = 'on_hold'")
    op.drop_index("uq_contract_standing", table_name="contract")
    _with_approvals_aside(_one_for_each_award)


def _let_another_stand_after_a_refusal() -> None:
    with op.batch_alter_table("contract") as batch:
        batch.drop_constraint(op.f("uq_contract_award_id"), type_="unique")
        batch.alter_column("made_from", existing_type=sa.JSON(), server_default=None)


def _one_for_each_award() -> None:
    with op.batch_alter_table("contract") as batch:
        batch.create_unique_constraint(op.f("uq_contract_award_id"), ["award_id"])
        batch.drop_column("made_from")


def _with_approvals_aside(change: Callable[[], None]) -> None:
    # SQLite makes the contracts' table anew, which it may not while rows refer to it.
    connection = op.get_bind()
    approvals = [dict(row) for row in connection.execute(sa.select(APPROVAL)).mappings()]
    connection.execute(sa.delete(APPROVAL))
    change()
    if approvals:
        connection.execute(sa.insert(APPROVAL), approvals)


def _say_what_they_were_made_from() -> None:
    connection = op.get_bind()
    parties = {
        row.id: {"name": row.name, "business_id": row.business_id}
        for row in connection.execute(sa.select(ORGANISATION))
    }
    for row in connection.execute(sa.select(CONTRACT)).all():
        made_from = {
            "form": 1,
            "clauses": [
                {"key": key, "version": 1, "sha256": sha256}
                for key, sha256 in FIRST_CLAUSES.items()
            ],
            "parameters": {"start_within_days": 14},
            "buyer": parties[row.buyer_id],
            "provider": parties[row.provider_id],
            "portal_address": None,
        }
        connection.execute(
            sa.update(CONTRACT).where(CONTRACT.c.id == row.id).values(made_from=made_from)
        )
