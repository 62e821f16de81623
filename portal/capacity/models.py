"""Tables of the capacity: the ledger, call-offs, trainings."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import DDL, CheckConstraint, ForeignKey, Index, Table, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.contracts.models import Contract
from portal.database import Base, Keyed
from portal.organisations.models import Organisation, Person


class ContractUser(Keyed, Base):
    """An employment office that may call off from a contract.

    A contract that names none may be used by every employment office.
    """

    __tablename__ = "contract_user"
    __table_args__ = (UniqueConstraint("contract_id", "office_id"),)

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"))
    office_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    added_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
    office: Mapped[Organisation] = relationship(lazy="joined")


class CapacityLedger(Base):
    """Where a contract's capacity stands: the replay of its entries, kept beside them.

    The row is locked by whoever adds an entry; what is left is never below zero. Amounts are in
    the lot's unit.
    """

    __tablename__ = "capacity_ledger"

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), primary_key=True)
    maximum: Mapped[Decimal]
    reserved: Mapped[Decimal]
    committed: Mapped[Decimal]
    delivered: Mapped[Decimal]
    entries: Mapped[int]


class LedgerEntry(Keyed, Base):
    """One movement of capacity, never changed: what, how much, who, when, why.

    ``kind`` is one of `rules.EntryKind`; ``field`` the field of training it was for.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (UniqueConstraint("contract_id", "n"),)

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"))
    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"))
    n: Mapped[int]
    kind: Mapped[str]
    amount: Mapped[Decimal]
    call_off_id: Mapped[UUID | None] = mapped_column(ForeignKey("call_off.id"), index=True)
    field: Mapped[str | None]
    reason: Mapped[str] = mapped_column(default="")
    by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


_REFUSAL = "ledger entries are only added"
LEDGER_GUARD: dict[str, tuple[str, ...]] = {
    "sqlite": tuple(
        f"CREATE TRIGGER ledger_entry_no_{act} BEFORE {act.upper()} ON ledger_entry"
        f" BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        for act in ("update", "delete")
    ),
    "postgresql": (
        f"""CREATE OR REPLACE FUNCTION ledger_entry_only_added() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$""",
        """CREATE TRIGGER ledger_entry_only_added BEFORE UPDATE OR DELETE ON ledger_entry
        FOR EACH ROW EXECUTE FUNCTION ledger_entry_only_added()""",
    ),
}
"""The database's own guard, set when the table is made: entries are never changed nor deleted.

A migration that makes the table anew (SQLite does so for a changed column) sets it again.
"""


def _guard() -> None:
    table = LedgerEntry.__table__
    assert isinstance(table, Table)
    for dialect, statements in LEDGER_GUARD.items():
        for statement in statements:
            ddl = DDL(statement)  # type: ignore[no-untyped-call]  # the library has no types here
            event.listen(table, "after_create", ddl.execute_if(dialect=dialect))


_guard()


class Training(Keyed, Base):
    """A training that runs: what a confirmed call-off becomes, or several that were pooled."""

    __tablename__ = "training"
    __table_args__ = (
        UniqueConstraint("contract_id", "n"),
        CheckConstraint("state IN ('open', 'closed')", name="state"),
    )

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    n: Mapped[int]
    form: Mapped[str]
    field: Mapped[str]
    places: Mapped[int]
    starts: Mapped[date]
    ends: Mapped[date | None]
    state: Mapped[str] = mapped_column(default="open")
    started_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))

    contract: Mapped[Contract] = relationship(lazy="joined")
    call_offs: Mapped[list[CallOff]] = relationship(
        lazy="selectin", order_by="CallOff.called_at", back_populates="training"
    )
    sponsors: Mapped[list[TrainingSponsor]] = relationship(
        lazy="selectin", order_by="TrainingSponsor.named_at", cascade="all, delete-orphan"
    )
    coaches: Mapped[list[TrainingCoach]] = relationship(
        lazy="selectin", order_by="TrainingCoach.named_at", cascade="all, delete-orphan"
    )


class TrainingSponsor(Keyed, Base):
    """A course sponsor named for a training, in the name of an office."""

    __tablename__ = "training_sponsor"
    __table_args__ = (UniqueConstraint("training_id", "person_id"),)

    training_id: Mapped[UUID] = mapped_column(ForeignKey("training.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    office_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    named_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    named_at: Mapped[datetime]
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined")


class TrainingCoach(Keyed, Base):
    """A coach, of any provider, who sees and records in this training only."""

    __tablename__ = "training_coach"
    __table_args__ = (UniqueConstraint("training_id", "person_id"),)

    training_id: Mapped[UUID] = mapped_column(ForeignKey("training.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    named_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    named_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined")


class CallOff(Keyed, Base):
    """Places or amounts called off from a contract (tilaus), by an office or the buyer itself.

    ``amount`` is in the lot's unit; ``office_id`` is empty where the buyer's officer called off.
    ``start_by`` is the last day of the two-week clock. ``gain`` is the real gain in employability
    that it is for, ``price`` that of its bid where it came of a competition. A group under the
    minimum carries the reason and who approved it.
    """

    __tablename__ = "call_off"
    __table_args__ = (
        UniqueConstraint("contract_id", "n"),
        Index("ix_call_off_open", "contract_id", "state"),
        CheckConstraint(
            "state IN ('reserved', 'confirmed', 'declined', 'cancelled')", name="state"
        ),
    )

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    n: Mapped[int]
    office_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    form: Mapped[str]
    field: Mapped[str]
    units: Mapped[list[str]] = mapped_column(default=list)
    amount: Mapped[Decimal]
    places: Mapped[int]
    workplaces_confirmed: Mapped[int] = mapped_column(default=0)
    gain: Mapped[str] = mapped_column(default="")
    small_group_reason: Mapped[str] = mapped_column(default="")
    small_group_approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    copy_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("call_off.id"))
    called_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    called_at: Mapped[datetime]
    called_on: Mapped[date]
    price: Mapped[Decimal | None]
    start_by: Mapped[date]
    state: Mapped[str] = mapped_column(default="reserved")
    starts: Mapped[date | None]
    settled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]
    ground: Mapped[str | None]
    settled_reason: Mapped[str] = mapped_column(default="")
    training_id: Mapped[UUID | None] = mapped_column(ForeignKey("training.id"), index=True)

    contract: Mapped[Contract] = relationship(lazy="joined")
    office: Mapped[Organisation | None] = relationship(lazy="joined")
    called_by: Mapped[Person] = relationship(foreign_keys=[called_by_id], lazy="joined")
    small_group_approved_by: Mapped[Person | None] = relationship(
        foreign_keys=[small_group_approved_by_id]
    )
    settled_by: Mapped[Person | None] = relationship(foreign_keys=[settled_by_id])
    training: Mapped[Training | None] = relationship(back_populates="call_offs", lazy="select")
