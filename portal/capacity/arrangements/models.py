"""Tables of ranked contracts, and of the needs that go down the ranking."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.capacity.models import CallOff
from portal.contracts.models import Contract
from portal.database import Base, Keyed
from portal.organisations.models import Organisation


class Arrangement(Keyed, Base):
    """Contracts of one buyer that stand in a ranking, each in one arrangement at most."""

    __tablename__ = "arrangement"
    __table_args__ = (CheckConstraint("mode IN ('ranking', 'competition')", name="mode"),)

    buyer_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    title: Mapped[str]
    mode: Mapped[str]
    set_up_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    set_up_at: Mapped[datetime]

    buyer: Mapped[Organisation] = relationship(lazy="joined")
    ranked: Mapped[list[RankedContract]] = relationship(
        lazy="selectin", order_by="RankedContract.rank", cascade="all, delete-orphan"
    )


class RankedContract(Base):
    """A contract's place in its arrangement, 1 first."""

    __tablename__ = "ranked_contract"
    __table_args__ = (UniqueConstraint("arrangement_id", "rank"),)

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), primary_key=True)
    arrangement_id: Mapped[UUID] = mapped_column(ForeignKey("arrangement.id"), index=True)
    rank: Mapped[int]
    contract: Mapped[Contract] = relationship(lazy="joined")


class RankedNeed(Keyed, Base):
    """What an office needs from an arrangement, until a provider takes it or none is left.

    ``due`` is the deadline for bids where a competition decides.
    """

    __tablename__ = "ranked_need"
    __table_args__ = (CheckConstraint("state IN ('bidding', 'placed', 'exhausted')", name="state"),)

    arrangement_id: Mapped[UUID] = mapped_column(ForeignKey("arrangement.id"), index=True)
    office_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    form: Mapped[str]
    field: Mapped[str]
    amount: Mapped[Decimal]
    places: Mapped[int]
    workplaces_confirmed: Mapped[int]
    reason: Mapped[str]
    gain: Mapped[str]
    state: Mapped[str]
    due: Mapped[datetime | None]
    called_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    called_at: Mapped[datetime]

    arrangement: Mapped[Arrangement] = relationship(lazy="joined")
    office: Mapped[Organisation | None] = relationship(lazy="joined")
    tries: Mapped[list[NeedTry]] = relationship(
        lazy="selectin", order_by="NeedTry.n", cascade="all, delete-orphan"
    )
    bids: Mapped[list[NeedBid]] = relationship(
        lazy="selectin", order_by="NeedBid.made_at", cascade="all, delete-orphan"
    )


class NeedTry(Keyed, Base):
    """One provider asked: the call-off made there, or why there was none."""

    __tablename__ = "need_try"
    __table_args__ = (UniqueConstraint("need_id", "n"),)

    need_id: Mapped[UUID] = mapped_column(ForeignKey("ranked_need.id"))
    n: Mapped[int]
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"))
    call_off_id: Mapped[UUID | None] = mapped_column(ForeignKey("call_off.id"), index=True)
    outcome: Mapped[str]
    at: Mapped[datetime]
    contract: Mapped[Contract] = relationship(lazy="joined")
    call_off: Mapped[CallOff | None] = relationship(lazy="joined")


class NeedBid(Keyed, Base):
    """A provider's bid in a competition; a later one replaces it until the deadline."""

    __tablename__ = "need_bid"
    __table_args__ = (UniqueConstraint("need_id", "contract_id"),)

    need_id: Mapped[UUID] = mapped_column(ForeignKey("ranked_need.id"))
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"))
    price: Mapped[Decimal]
    starts: Mapped[date]
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    contract: Mapped[Contract] = relationship(lazy="joined")
