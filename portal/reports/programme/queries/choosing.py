"""What a selection can be made from, and the trainings that it comes to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased

from portal.capacity.models import Training
from portal.contracts.models import Contract
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Lot, Procurement
from portal.reports.programme.access import contracts_reported_to
from portal.reports.programme.rules import Selection
from portal.shared.names import DEFAULT_LANGUAGE
from portal.training_forms.queries import form_name

CHOICES_SHOWN = 100
"""How many contracts and lots are offered at once; the other choices narrow them."""

Names = Mapping[str, str]


def trainings_of(person: Person, chosen: Selection) -> Select[UUID]:
    """The trainings of a selection, of the contracts whose figures this reader may ask for."""
    query = (
        select(Training.id)
        .join(Contract, Contract.id == Training.contract_id)
        .join(Lot, Lot.id == Contract.lot_id)
        .where(contracts_reported_to(person), *_of_contract(chosen))
    )
    return query.where(Training.form.in_(chosen.forms)) if chosen.forms else query


def _of_contract(chosen: Selection) -> list[ColumnElement[bool]]:
    given: list[tuple[Any, Collection[Any]]] = [
        (Contract.id, chosen.contracts),
        (Contract.lot_id, chosen.lots),
        (Contract.provider_id, chosen.providers),
        (Contract.buyer_id, chosen.buyers),
        (Lot.region, chosen.regions),
    ]
    return [column.in_(keys) for column, keys in given if keys]


@dataclass(frozen=True)
class Choices:
    """What a selection can be made from: each a key and what it is called.

    ``more``: there are more contracts than are offered at once.
    """

    contracts: list[tuple[str, str]]
    lots: list[tuple[str, Names]]
    providers: list[tuple[str, Names]]
    buyers: list[tuple[str, Names]]
    forms: list[tuple[str, Names]]
    regions: list[tuple[str, str]]
    more: bool

    def told(self, chosen: Selection) -> list[tuple[str, list[Names]]]:
        """What was chosen, by kind, as it is called; what was not chosen is left out."""
        found = []
        for kind in ("contracts", "lots", "providers", "buyers", "forms", "regions"):
            keys = {str(key) for key in getattr(chosen, kind)}
            called: list[Names] = [
                {DEFAULT_LANGUAGE: name} if isinstance(name, str) else dict(name)
                for key, name in getattr(self, kind)
                if key in keys
            ]
            if keys:
                found.append((kind, called))
        return found


def choices_of(session: Session, person: Person, chosen: Selection) -> Choices:
    """What this reader can choose from, in two queries.

    Contracts and lots are offered within the other choices, the newest first; those chosen are
    always among them.
    """
    provider, buyer = aliased(Organisation), aliased(Organisation)
    rows = session.execute(
        select(
            Contract.id,
            Contract.reference,
            Contract.lot_id,
            Lot.title,
            Lot.region,
            Procurement.reference.label("procurement"),
            Contract.provider_id,
            provider.name.label("provider"),
            Contract.buyer_id,
            buyer.name.label("buyer"),
        )
        .join(Lot, Lot.id == Contract.lot_id)
        .join(Procurement, Procurement.id == Contract.procurement_id)
        .join(provider, provider.id == Contract.provider_id)
        .join(buyer, buyer.id == Contract.buyer_id)
        .where(contracts_reported_to(person))
        .order_by(Contract.in_force_at.desc(), Contract.reference)
    ).all()
    within = [
        row
        for row in rows
        if (not chosen.providers or row.provider_id in chosen.providers)
        and (not chosen.buyers or row.buyer_id in chosen.buyers)
        and (not chosen.regions or row.region in chosen.regions)
    ]
    picked = [row for row in rows if row.id in chosen.contracts or row.lot_id in chosen.lots]
    offered = list({row.id: row for row in [*picked, *within[:CHOICES_SHOWN]]}.values())
    lots = {
        str(row.lot_id): {
            language: f"{row.procurement}: {title}" for language, title in row.title.items()
        }
        for row in offered
    }
    forms = session.scalars(
        select(Training.form)
        .join(Contract, Contract.id == Training.contract_id)
        .where(contracts_reported_to(person))
        .distinct()
        .order_by(Training.form)
    )
    return Choices(
        contracts=[(str(row.id), row.reference) for row in offered],
        lots=list(lots.items()),
        providers=_named((row.provider_id, row.provider) for row in rows),
        buyers=_named((row.buyer_id, row.buyer) for row in rows),
        forms=[(key, form_name(session, key)) for key in forms],
        regions=[(one, one) for one in sorted({row.region for row in rows})],
        more=len(within) > CHOICES_SHOWN,
    )


def _named(pairs: Iterable[tuple[UUID, Names]]) -> list[tuple[str, Names]]:
    found = {str(key): name for key, name in pairs}
    return sorted(found.items(), key=lambda pair: (pair[1].get(DEFAULT_LANGUAGE, ""), pair[0]))
