"""Who may see a contract: its two parties."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, or_, select

from portal.contracts.models import Contract
from portal.evaluation.models import Conflict, InterestDeclaration
from portal.organisations.models import Person
from portal.permissions import BUYERS_HANDLERS, Role

OF_BUYER = BUYERS_HANDLERS | {Role.AUDITOR}
OF_PROVIDER = frozenset({Role.REPRESENTATIVE, Role.TRAINER})


_also: list[Callable[[Person], ColumnElement[bool]]] = []


def also_seen_by(check: Callable[[Person], ColumnElement[bool]]) -> None:
    """Hand over, at wiring, a later room's condition on the contracts that one keeps seeing."""
    if check not in _also:
        _also.append(check)


def seen_by(person: Person) -> ColumnElement[bool]:
    """A condition: the contracts that this person may see.

    They are the buyer's handlers' and auditors', unless a declared conflict shuts them out of the
    procurement, and the provider's representatives' and trainers'.
    """
    providers, buyers = _where(person, OF_PROVIDER), _where(person, OF_BUYER)
    of_provider = Contract.provider_id.in_(providers)
    of_buyer = Contract.buyer_id.in_(buyers) & Contract.procurement_id.not_in(_shut_out_of(person))
    # A way that nobody can go would be tried for every row.
    ways = ((of_provider, providers), (of_buyer, buyers))
    own = [way for way, goes in ways if goes]
    return or_(false(), *own, *[check(person) for check in _also])


def _where(person: Person, roles: frozenset[Role]) -> list[UUID]:
    return [organisation.id for organisation in person.organisations_as(*roles)]


def _shut_out_of(person: Person) -> Select[UUID]:
    return (
        select(InterestDeclaration.procurement_id)
        .join(Conflict, Conflict.declaration_id == InterestDeclaration.id)
        .where(InterestDeclaration.person_id == person.id)
    )
