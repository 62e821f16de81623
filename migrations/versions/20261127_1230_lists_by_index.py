"""Indexes that hold all by which the register of cards is shown and people are counted.

Revision ID: a9plans0001
Revises: a9objects0001
"""

from __future__ import annotations

from alembic import op

revision = "a9plans0001"
down_revision = "a9objects0001"

_WIDER = {
    "ix_card_entry_kind_key": ("card_entry", ["kind", "key"], "card_id"),
    "ix_enrolment_state": ("enrolment", ["state"], "training_id", "office_id"),
}
_REGISTER = "ix_provider_card_register"


def upgrade() -> None:
    """What an index had comes first in the one that takes its place."""
    op.create_index(_REGISTER, "provider_card", ["state", "sorted_as", "id", "confirmed_on"])
    for name, (table, columns, *more) in _WIDER.items():
        op.create_index("_".join([name, *more]), table, [*columns, *more])
        op.drop_index(name, table)


def downgrade() -> None:
    """The indexes as they were."""
    for name, (table, columns, *more) in _WIDER.items():
        op.create_index(name, table, columns)
        op.drop_index("_".join([name, *more]), table)
    op.drop_index(_REGISTER, "provider_card")
