"""finding: the words by which things are found, and participants by their number"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.finding.rules import terms_of

revision = "a8finding0001"
down_revision = "a8everyone0001"
branch_labels = None
depends_on = None

_TOGETHER = 500
_NAMES: dict[str, tuple[str, tuple[str, ...]]] = {
    "procurement": ("procurement", ("reference", "title")),
    "contract": ("contract", ("reference",)),
    "call_off": ("call_off", ("field",)),
    "training": ("training", ("field",)),
    "organisation": ("organisation", ("name", "business_id")),
    "sounding": ("sounding", ("title",)),
}
_IN_LANGUAGES = ("title", "name")


def upgrade() -> None:
    """The words of what there is are written at once."""
    terms = op.create_table(
        "search_term",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column(
            "term",
            sa.String().with_variant(sa.String(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "term", "key", name=op.f("pk_search_term")),
    )
    op.create_index("ix_search_term_key", "search_term", ["key"])
    op.create_index("ix_enrolment_external_key", "enrolment", ["external_key"])
    connection = op.get_bind()
    for table, (kind, columns) in _NAMES.items():
        known = sa.table(
            table,
            sa.column("id", sa.Uuid()),
            *(sa.column(one, sa.JSON() if one in _IN_LANGUAGES else sa.String()) for one in columns),
        )
        every = connection.execute(sa.select(known)).all()
        for first in range(0, len(every), _TOGETHER):
            rows = [
                {"kind": kind, "term": term, "key": key}
                for key, *names in every[first : first + _TOGETHER]
                for term in terms_of(_texts(names))
            ]
            if rows:
                connection.execute(sa.insert(terms), rows)


def _texts(names: list[Any]) -> list[str]:
    texts: list[str] = []
    for name in names:
        texts += name.values() if isinstance(name, dict) else [name]
    return [text for text in texts if text]


def downgrade() -> None:
    """Without the search."""
    op.drop_index("ix_enrolment_external_key", table_name="enrolment")
    op.drop_index("ix_search_term_key", table_name="search_term")
    op.drop_table("search_term")
