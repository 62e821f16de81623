"""To whom a contract may pass, and what is handed over to the next provider."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.contracts.access import OF_BUYER, OF_PROVIDER, seen_by
from portal.contracts.models import Contract
from portal.contracts.queries import contract_of
from portal.contracts.rules import ContractState
from portal.documents import store
from portal.documents.models import RemovedDocument, StoredDocument
from portal.options.access import (
    quality_of,
)
from portal.options.models import ContractPassing, Handover
from portal.options.queries.figures import Compared, compared
from portal.organisations.models import Organisation, OrganisationKind, Person
from portal.permissions import Kind, may
from portal.shared.errors import NotFound
from portal.shared.names import name_in


@dataclass(frozen=True)
class PassingPage:
    """To whom a contract may pass, and through whose hands it has gone."""

    contract: Contract
    buyers: list[tuple[UUID, str]]
    passings: list[ContractPassing]
    possible: bool


def passing_page(session: Session, contract_id: UUID, person: Person, language: str) -> PassingPage:
    """The page on which a contract passes to a new buyer. Raises NotFound."""
    contract = contract_of(session, contract_id, person)
    found = session.execute(
        select(Organisation.id, Organisation.name)
        .join(OrganisationKind, OrganisationKind.organisation_id == Organisation.id)
        .where(OrganisationKind.kind == Kind.BUYER, Organisation.id != contract.buyer_id)
    )
    named = [(organisation_id, name_in(names, language)) for organisation_id, names in found]
    passings = select(ContractPassing).where(ContractPassing.contract_id == contract.id)
    return PassingPage(
        contract=contract,
        buyers=sorted(named, key=lambda pair: (pair[1], str(pair[0]))),
        passings=list(session.scalars(passings.order_by(ContractPassing.n))),
        possible=may(person, "pass_contract", contract.buyer_id)
        and contract.state == ContractState.IN_FORCE,
    )


@dataclass(frozen=True)
class HandoversPage:
    """What has been handed over from and to a contract, and to which contracts it still may."""

    contract: Contract
    given: list[Handover]
    to_contracts: list[tuple[UUID, str]]
    possible: bool


def handovers_page(
    session: Session, contract_id: UUID, person: Person, language: str
) -> HandoversPage:
    """The handovers of a contract that this reader may see. Raises NotFound."""
    contract = contract_of(session, contract_id, person)
    possible = (
        may(person, "hand_over", contract.buyer_id) and contract.state == ContractState.IN_FORCE
    )
    given = session.scalars(
        select(Handover)
        .where(or_(Handover.contract_id == contract.id, Handover.to_contract_id == contract.id))
        .order_by(Handover.at, Handover.id)
    ).all()
    seen = [one for one in given if _may_see(session, one, person)]
    gone = {one.to_contract_id for one in given if one.contract_id == contract.id}
    following: list[tuple[UUID, str]] = []
    if possible:
        others = session.execute(
            select(Contract.id, Contract.reference, Organisation.name)
            .join(Organisation, Organisation.id == Contract.provider_id)
            .where(
                Contract.buyer_id == contract.buyer_id,
                Contract.provider_id != contract.provider_id,
                Contract.state == ContractState.IN_FORCE,
                seen_by(person),
            )
            .order_by(Contract.starts_on.desc(), Contract.reference, Contract.id)
        )
        following = [
            (key, f"{reference}, {name_in(names, language)}")
            for key, reference, names in others
            if key not in gone
        ]
    return HandoversPage(contract, seen, following, possible)


def _may_see(session: Session, handover: Handover, person: Person) -> bool:
    """The buyer's people who see the next contract, and the provider that comes."""
    to_contract = handover.to_contract
    if person.holds(OF_PROVIDER, to_contract.provider_id):
        return True
    return person.holds(OF_BUYER, to_contract.buyer_id)


@dataclass(frozen=True)
class HandoverPage:
    """A handover: what it holds in numbers, its pack for the provider that comes, and the quality
    before and after for the buyer."""

    handover: Handover
    before: Compared | None
    after: Compared | None
    pack: StoredDocument | None
    removed: RemovedDocument | None
    receives: bool


def handover_of(session: Session, handover_id: UUID, person: Person) -> Handover:
    """A handover that this reader may see. Raises NotFound."""
    handover = session.get(Handover, handover_id)
    if handover is None or not _may_see(session, handover, person):
        raise NotFound
    contract_of(session, handover.to_contract_id, person)
    return handover


def handover_page(session: Session, handover_id: UUID, person: Person) -> HandoverPage:
    """The page of a handover. Raises NotFound."""
    handover = handover_of(session, handover_id, person)
    of_buyer = person.holds(OF_BUYER, handover.to_contract.buyer_id)
    receives = person.holds(OF_PROVIDER, handover.to_contract.provider_id)
    keys = [handover.contract_id, handover.to_contract_id]
    qualities = quality_of(session, keys) if of_buyer else {}
    return HandoverPage(
        handover=handover,
        before=compared(qualities[keys[0]]) if of_buyer else None,
        after=compared(qualities[keys[1]]) if of_buyer else None,
        pack=store.find(session, "handover_pack", handover.id, handover.to_contract.language)
        if receives
        else None,
        removed=store.removed(session, "handover_pack", handover.id) if receives else None,
        receives=receives,
    )


def handover_pack(session: Session, handover_id: UUID, person: Person) -> StoredDocument | None:
    """The pack, for the provider that comes and nobody else. Raises NotFound."""
    found = handover_page(session, handover_id, person)
    if not found.receives:
        raise NotFound
    return found.pack
