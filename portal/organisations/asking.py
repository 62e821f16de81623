"""Statements about their reader, made once for all readers of the same roles.

To make the statement of a page costs more than to carry it out: its conditions ask where the
reader holds which role, over all rooms. They ask the same for everybody of the same roles, with
other keys; so the statement is made with places for the keys, and kept.

A condition is made of `AnyReader` as it would be of a person. One that looks at a key itself, and
not only asks the database for it, raises: there is none to look at.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import BindParameter, Uuid

from portal.organisations.models import Person
from portal.permissions import Role

MOST_KEPT = 512
"""Statements kept in a process; few sets of roles are held by somebody."""

Statement = TypeVar("Statement")
Shape = tuple[tuple[str, ...], ...]
"""The roles in each organisation, for as many organisations as the reader holds one in."""


class Key(BindParameter[UUID]):
    """The place of a key in a statement. It can be held against a column, and not against a key."""

    inherit_cache = True

    def __init__(self, name: str) -> None:
        super().__init__(name, required=True, type_=Uuid())

    def operate(self, op: Any, *other: Any, **options: Any) -> Any:
        """As of any place in a statement. Raises TypeError where it is held against a key."""
        if any(isinstance(one, UUID) for one in other):
            raise TypeError("whose key it is, is known only when the statement is carried out")
        return super().operate(op, *other, **options)


@dataclass(frozen=True)
class Place:
    """An organisation of some reader."""

    id: Key
    roles: tuple[str, ...]


class AnyReader:
    """Stands in a statement for every reader who holds these roles."""

    def __init__(self, shape: Shape) -> None:
        self.id = Key("reader")
        self._places = [Place(Key(f"organisation_{n}"), roles) for n, roles in enumerate(shape)]

    def holds(self, roles: Iterable[Role]) -> bool:
        """Any of the roles, in some organisation."""
        wanted = set(roles)
        return any(role in wanted for place in self._places for role in place.roles)

    def organisations_as(self, *roles: Role) -> list[Place]:
        """Where one of the roles is held."""
        return [place for place in self._places if set(roles).intersection(place.roles)]


def statement_for(
    person: Person | None, make: Callable[..., Statement], *parts: Hashable
) -> tuple[Statement, dict[str, Any]]:
    """What ``make`` makes of a reader and these parts, and the keys to carry it out with.

    Without a reader it is what is asked for somebody who is not logged in.

    ``make`` is a function of a module, and what it makes must follow from its arguments alone.
    Times and other values that are seldom the same twice belong into the keys.
    """
    if person is None:
        return cast("Statement", _made(make, None, parts)), {}
    held: dict[UUID, list[str]] = {}
    for membership in person.memberships:
        held.setdefault(membership.organisation_id, []).append(membership.role)
    # The same roles in the same order, whatever the organisations' keys are.
    places = sorted((tuple(sorted(roles)), key) for key, roles in held.items())
    keys = {f"organisation_{n}": key for n, (_roles, key) in enumerate(places)}
    statement = _made(make, tuple(roles for roles, _key in places), parts)
    return cast("Statement", statement), {"reader": person.id, **keys}


@lru_cache(maxsize=MOST_KEPT)
def _made(make: Callable[..., Any], shape: Shape | None, parts: tuple[Hashable, ...]) -> Any:
    return make(None if shape is None else AnyReader(shape), *parts)
