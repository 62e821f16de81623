"""Ann and Ben, whose contract ended on 8 March 2027."""

from __future__ import annotations

import pytest

from portal.database import Database
from tests.cast import Cast
from tests.privacy.planted import Planted, planted


@pytest.fixture
def here(database: Database, cast: Cast) -> Planted:
    """Ann with a canary in every text, and Ben."""
    with database.transaction() as session:
        session.expire_on_commit = False
        return planted(session, cast)
