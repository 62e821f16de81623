"""The table of words by which things are found."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, Keyed

SIGN_BY_SIGN = String().with_variant(String(collation="C"), "postgresql")
"""Text compared sign by sign, as SQLite compares all: beginnings are then ranges of an index."""


class SearchTerm(Base):
    """A word by which a thing of a kind is found; ``key`` is the thing's own.

    Nothing that is only somebody's to see is shown by it: what is found passes the room's own rule.
    """

    __tablename__ = "search_term"
    __table_args__ = (Index("ix_search_term_key", "key"),)

    kind: Mapped[str] = mapped_column(primary_key=True)
    term: Mapped[str] = mapped_column(SIGN_BY_SIGN, primary_key=True)
    key: Mapped[UUID] = mapped_column(primary_key=True)


class SavedView(Keyed, Base):
    """A filter and an order of a list under a name of somebody's own.

    ``asked`` are the arguments of the list's address, by name: codes alone, never what was typed.
    ``opens`` is the view with which the list opens.
    """

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("person_id", "page", "name"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    page: Mapped[str]
    name: Mapped[str]
    asked: Mapped[dict[str, str]]
    opens: Mapped[bool] = mapped_column(default=False)
    saved_at: Mapped[datetime]
