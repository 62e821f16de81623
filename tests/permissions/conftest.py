"""The world of two sides, built once a worker."""

from __future__ import annotations

from copy import deepcopy

import pytest
from flask import Flask

from portal.config import Settings
from portal.database import Database
from portal.organisations.models import Person
from tests.conftest import SettableClock
from tests.kept import keep, put_back
from tests.permissions.going_round import Round, go_round
from tests.permissions.readers import Browse, PersonOf, readers_of
from tests.permissions.world import NOW, World, build


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
def person_of(database: Database, world: World) -> PersonOf:
    """A reader by side and label, detached; the visitor is nobody."""

    def find(side: str, label: str) -> Person | None:
        if label == "visitor":
            return None
        with database.transaction() as session:
            session.expire_on_commit = False
            return session.get_one(Person, world.people[side][label])

    return find


@pytest.fixture(scope="session")
def _gone_round() -> list[Round]:
    """Side A's own round, gone once a worker."""
    return []


@pytest.fixture
def own_round(
    app: Flask,
    world: World,
    person_of: PersonOf,
    browse: Browse,
    _gone_round: list[Round],
) -> Round:
    """What side A's own people are shown, and with which forms."""
    if not _gone_round:
        _gone_round.append(go_round(app, world, readers_of("A", person_of, browse)))
    return _gone_round[0]
