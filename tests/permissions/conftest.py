"""The world of two sides, built once a worker."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

import pytest

from portal.config import Settings
from portal.database import Database
from portal.organisations.models import Person
from tests.conftest import SettableClock
from tests.kept import keep, put_back
from tests.page import Browser
from tests.permissions.world import NOW, World, build

Entering = Callable[[str, str], Browser]


@pytest.fixture(scope="session")
def _built() -> list[tuple[bytes, World]]:
    """The world as it was built, so that a worker builds it once."""
    return []


@pytest.fixture
def world(
    database: Database,
    settings: Settings,
    clock: SettableClock,
    _built: list[tuple[bytes, World]],
) -> World:
    """Both sides in the database, in September."""
    clock.at = NOW
    if _built:
        content, world = _built[0]
        put_back(database, "world", content)
    else:
        world = build(database, settings)
        _built.append((keep(database, "world"), deepcopy(world)))
    return deepcopy(world)


@pytest.fixture
def person_of(database: Database, world: World) -> Callable[[str, str], Person | None]:
    """A reader by side and label, detached; the visitor is nobody."""

    def find(side: str, label: str) -> Person | None:
        if label == "visitor":
            return None
        with database.transaction() as session:
            session.expire_on_commit = False
            return session.get_one(Person, world.people[side][label])

    return find
