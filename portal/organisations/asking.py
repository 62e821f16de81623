"""Statements about their reader, made once for all readers of the same roles.

To make the statement of a page costs more than to carry it out: its conditions ask where the
reader holds which role, over all rooms. They ask the same for everybody of the same roles, with
other keys; so the statement is made with places for the keys, and kept.

A condition is made of `AnyReader` as it would be of a person. One that looks at a key itself, and
not only asks the database for it, cannot be: there is none to look at, and it raises.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import BindParameter, Uuid, bindparam

from portal.organisations.models import Person
from portal.permissions import Role

MOST_KEPT = 512
"""Statements kept in a process; few sets of roles are held by somebody."""

Statement = TypeVar("Statement")
Shape = tuple[tuple[str, ...], ...]
"""The roles in each organisation, for as many organisations as the reader holds one in."""


@dataclass(frozen=True)
class Place:
    """An organisation of some reader; its key is given when the statement is carried out."""

    id: BindParameter[UUID]
    roles: tuple[str, ...]


class AnyReader:
    """Stands in a statement for every reader who holds these roles."""

    def __init__(self, shape: Shape) -> None:
        self.id = bindparam("reader", type_=Uuid())
        self._places = [
            Place(bindparam(f"organisation_{n}", type_=Uuid()), roles)
            for n, roles in enumerate(shape)
        ]

    def holds(self, roles: Iterable[Role]) -> bool:
        """Any of the roles, in some organisation."""
        wanted = set(roles)
        return any(role in wanted for place in self._places for role in place.roles)

    def organisations_as(self, *roles: Role) -> list[Place]:
        """Where one of the roles is held."""
        return [place for place in self._places if set(roles).intersection(place.roles)]


def statement_for(
    person: Person, make: Callable[..., Statement], *parts: Hashable
) -> tuple[Statement, dict[str, Any]]:
    """What ``make`` makes of a reader and these parts, and the keys to carry it out with.

    ``make`` is a function of a module, and what it makes must follow from its arguments alone.
    Times and other values that are seldom the same twice belong into the keys.
    """
    held: dict[UUID, list[str]] = {}
    for membership in person.memberships:
        held.setdefault(membership.organisation_id, []).append(membership.role)
    # The same roles in the same order, whatever the organisations' keys are.
    places = sorted((tuple(sorted(roles)), key) for key, roles in held.items())
    keys = {f"organisation_{n}": key for n, (_roles, key) in enumerate(places)}
    statement = _made(make, tuple(roles for roles, _key in places), parts)
    return cast("Statement", statement), {"reader": person.id, **keys}


@lru_cache(maxsize=MOST_KEPT)
def _made(make: Callable[..., Any], shape: Shape, parts: tuple[Hashable, ...]) -> Any:
    return make(cast("Person", AnyReader(shape)), *parts)
