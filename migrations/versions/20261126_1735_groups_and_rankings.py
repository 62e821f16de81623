"""groups that several offices fill, and contracts that are ranked"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Exact, Instant

revision = "a5groups0001"
down_revision = "a5capacity0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """groups and rankings"""
    op.create_table(
        "arrangement",
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("set_up_by_id", sa.Uuid(), nullable=False),
        sa.Column("set_up_at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("mode IN ('ranking', 'competition')", name=op.f("ck_arrangement_mode")),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["organisation.id"], name=op.f("fk_arrangement_buyer_id")
        ),
        sa.ForeignKeyConstraint(
            ["set_up_by_id"], ["person.id"], name=op.f("fk_arrangement_set_up_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrangement")),
    )
    op.create_index(op.f("ix_arrangement_buyer_id"), "arrangement", ["buyer_id"], unique=False)
    op.create_table(
        "ranked_need",
        sa.Column("arrangement_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=True),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("amount", Exact(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("workplaces_confirmed", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("gain", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due", Instant(), nullable=True),
        sa.Column("called_by_id", sa.Uuid(), nullable=False),
        sa.Column("called_at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('bidding', 'placed', 'exhausted')", name=op.f("ck_ranked_need_state")
        ),
        sa.ForeignKeyConstraint(
            ["arrangement_id"], ["arrangement.id"], name=op.f("fk_ranked_need_arrangement_id")
        ),
        sa.ForeignKeyConstraint(
            ["called_by_id"], ["person.id"], name=op.f("fk_ranked_need_called_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["organisation.id"], name=op.f("fk_ranked_need_office_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranked_need")),
    )
    op.create_index(
        op.f("ix_ranked_need_arrangement_id"), "ranked_need", ["arrangement_id"], unique=False
    )
    op.create_index(op.f("ix_ranked_need_office_id"), "ranked_need", ["office_id"], unique=False)
    op.create_table(
        "need_bid",
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("price", Exact(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_need_bid_contract_id")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_need_bid_made_by_id")),
        sa.ForeignKeyConstraint(["need_id"], ["ranked_need.id"], name=op.f("fk_need_bid_need_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_bid")),
        sa.UniqueConstraint("need_id", "contract_id", name=op.f("uq_need_bid_need_id_contract_id")),
    )
    op.create_table(
        "ranked_contract",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("arrangement_id", sa.Uuid(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["arrangement_id"], ["arrangement.id"], name=op.f("fk_ranked_contract_arrangement_id")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_ranked_contract_contract_id")
        ),
        sa.PrimaryKeyConstraint("contract_id", name=op.f("pk_ranked_contract")),
        sa.UniqueConstraint(
            "arrangement_id", "rank", name=op.f("uq_ranked_contract_arrangement_id_rank")
        ),
    )
    op.create_index(
        op.f("ix_ranked_contract_arrangement_id"),
        "ranked_contract",
        ["arrangement_id"],
        unique=False,
    )
    op.create_table(
        "joined_call_off",
        sa.Column("call_off_id", sa.Uuid(), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_off_id"], ["call_off.id"], name=op.f("fk_joined_call_off_call_off_id")
        ),
        sa.ForeignKeyConstraint(
            ["host_id"], ["call_off.id"], name=op.f("fk_joined_call_off_host_id")
        ),
        sa.PrimaryKeyConstraint("call_off_id", name=op.f("pk_joined_call_off")),
    )
    op.create_index(
        op.f("ix_joined_call_off_host_id"), "joined_call_off", ["host_id"], unique=False
    )
    op.create_table(
        "need_try",
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("call_off_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_off_id"], ["call_off.id"], name=op.f("fk_need_try_call_off_id")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_need_try_contract_id")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["ranked_need.id"], name=op.f("fk_need_try_need_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_try")),
        sa.UniqueConstraint("need_id", "n", name=op.f("uq_need_try_need_id_n")),
    )
    op.create_index(op.f("ix_need_try_call_off_id"), "need_try", ["call_off_id"], unique=False)
    op.create_table(
        "seat_offer",
        sa.Column("call_off_id", sa.Uuid(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_off_id"], ["call_off.id"], name=op.f("fk_seat_offer_call_off_id")
        ),
        sa.PrimaryKeyConstraint("call_off_id", name=op.f("pk_seat_offer")),
    )
    op.create_index(op.f("ix_seat_offer_closes_on"), "seat_offer", ["closes_on"], unique=False)
    op.add_column("call_off", sa.Column("price", Exact(), nullable=True))


def downgrade() -> None:
    """back to one office and one provider at a time"""
    op.drop_column("call_off", "price")
    op.drop_index(op.f("ix_seat_offer_closes_on"), table_name="seat_offer")
    op.drop_table("seat_offer")
    op.drop_index(op.f("ix_need_try_call_off_id"), table_name="need_try")
    op.drop_table("need_try")
    op.drop_index(op.f("ix_joined_call_off_host_id"), table_name="joined_call_off")
    op.drop_table("joined_call_off")
    op.drop_index(op.f("ix_ranked_contract_arrangement_id"), table_name="ranked_contract")
    op.drop_table("ranked_contract")
    op.drop_table("need_bid")
    op.drop_index(op.f("ix_ranked_need_office_id"), table_name="ranked_need")
    op.drop_index(op.f("ix_ranked_need_arrangement_id"), table_name="ranked_need")
    op.drop_table("ranked_need")
    op.drop_index(op.f("ix_arrangement_buyer_id"), table_name="arrangement")
    op.drop_table("arrangement")
