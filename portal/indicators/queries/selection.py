"""What the figures are of: the contracts, the form of training and the period that were chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.contracts.models import Contract
from portal.indicators.access import counted_for
from portal.indicators.queries.records import records_of
from portal.indicators.rules import Period, Records, of_form
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Lot, Procurement
from portal.training_forms.queries import forms_of

Names = Mapping[str, str]


@dataclass(frozen=True)
class Selection:
    """What was chosen; what is None narrows nothing."""

    contract: UUID | None = None
    provider: UUID | None = None
    lot: UUID | None = None
    form: str | None = None
    region: str | None = None
    first: date | None = None
    last: date | None = None

    def period(self, today: date) -> Period:
        """The period; one without a last day runs until today, and is not over."""
        return Period(self.first, self.last or today)

    def conditions(self, person: Person) -> list[ColumnElement[bool]]:
        """Conditions on Contract: those chosen, of those whose figures this person sees."""
        wanted = [counted_for(person)]
        if self.contract is not None:
            wanted.append(Contract.id == self.contract)
        if self.provider is not None:
            wanted.append(Contract.provider_id == self.provider)
        if self.lot is not None:
            wanted.append(Contract.lot_id == self.lot)
        if self.region is not None:
            wanted.append(Contract.lot_id.in_(select(Lot.id).where(Lot.region == self.region)))
        return wanted


@dataclass(frozen=True)
class ContractChoice:
    """A contract that may be chosen, with what else it may be chosen by."""

    id: UUID
    reference: str
    provider_id: UUID
    provider: Names
    lot_id: UUID
    lot: Names
    procurement: Names
    region: str


@dataclass(frozen=True)
class Choices:
    """What this person may choose from."""

    contracts: list[ContractChoice]
    forms: list[tuple[str, Names]]


def choices_for(session: Session, person: Person) -> Choices:
    """The contracts whose figures the person sees, the newest first, and the forms of training."""
    found = session.execute(
        select(
            Contract.id,
            Contract.reference,
            Contract.provider_id,
            Organisation.name,
            Contract.lot_id,
            Lot.title,
            Procurement.title,
            Lot.region,
        )
        .join(Organisation, Organisation.id == Contract.provider_id)
        .join(Lot, Lot.id == Contract.lot_id)
        .join(Procurement, Procurement.id == Contract.procurement_id)
        .where(counted_for(person))
        .order_by(Contract.in_force_at.desc(), Contract.reference)
    )
    forms = [(key, form.name) for key, form in forms_of(session).items()]
    return Choices([ContractChoice(*row) for row in found], forms)


def records_chosen(session: Session, person: Person, chosen: Selection) -> Records:
    """The records of what was chosen, in a fixed number of queries."""
    records = records_of(session, *chosen.conditions(person))
    return records if chosen.form is None else of_form(records, chosen.form)
