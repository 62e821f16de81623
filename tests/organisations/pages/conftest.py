"""Somebody who can log in."""

from __future__ import annotations

import pytest

from portal.database import Database
from portal.organisations.models import Person
from tests.cast import Cast
from tests.organisations.pages.browsing import HASH


@pytest.fixture
def roope(database: Database, cast: Cast) -> Person:
    """Roope with a password."""
    with database.transaction() as session:
        session.get_one(Person, cast.roope.id).password_hash = HASH
    return cast.roope
