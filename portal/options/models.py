"""Tables of what changes a contract in force."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.contracts.models import Contract
from portal.database import Base, Keyed
from portal.organisations.models import Person
from portal.procurement.models import OptionClause


class OptionExercise(Keyed, Base):
    """An option used, the ``n``-th time; ``evidence`` is what its page showed then."""

    __tablename__ = "option_exercise"
    __table_args__ = (UniqueConstraint("contract_id", "option_id", "n"),)

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    option_id: Mapped[UUID] = mapped_column(ForeignKey("option_clause.id"))
    n: Mapped[int]
    amount: Mapped[Decimal]
    reason: Mapped[str]
    evidence: Mapped[dict[str, Any]]
    ends_before: Mapped[date | None]
    ends_after: Mapped[date | None]
    exercised_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    exercised_at: Mapped[datetime]

    contract: Mapped[Contract] = relationship(lazy="joined")
    option: Mapped[OptionClause] = relationship(lazy="joined")
    exercised_by: Mapped[Person] = relationship(lazy="joined")
