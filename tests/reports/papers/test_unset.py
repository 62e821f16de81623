"""Where no certificate is set, nothing is sealed, and the page says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from portal.config import Settings
from portal.database import Database
from tests.cast import Cast
from tests.conftest import SettableClock, settings_on
from tests.evaluation.conftest import Evaluating
from tests.offers.conftest import AFTER
from tests.page import Browser
from tests.reports.papers.test_pages import kept


@pytest.fixture
def settings(_empty: str, tmp_path: Path) -> Settings:
    return settings_on(_empty, tmp_path)


def test_nothing_is_sealed_without_a_certificate(
    browse: Callable[..., Browser],
    cast: Cast,
    call: UUID,
    evaluating: Evaluating,
    clock: SettableClock,
    database: Database,
) -> None:
    clock.at = AFTER
    evaluating.until("declared")
    address, document = f"/procurements/{call}/documents", kept(database, call)
    page = browse(cast.olli).get(address)
    assert "Nothing is sealed here" in page.text
    assert not page.has("main form")
    refused = browse(cast.olli).post(f"{address}/{document}/seal", status=422)
    assert refused.errors == ["This installation has no certificate to seal documents with."]
