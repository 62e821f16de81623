"""The demonstration in a house of its own, for the samples that run with the suite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.everyone.house import House, served
from tests.fuzz.conftest import stage
from tests.fuzz.stage import Stage, quick_passwords

__all__ = ["stage"]


@pytest.fixture(scope="session")
def _house(chromium: Browser, stage: Stage) -> Iterator[House]:
    """Served once a worker."""
    with served(chromium, stage) as house, quick_passwords():
        yield house


@pytest.fixture
def house(_house: House) -> Iterator[House]:
    """The house as it was played, with nobody in it; so it is left, too."""
    yield _house
    _house.send_home()
    _house.put_back()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A window that moves on while a picture is being sent leaves its file to be closed later."""
    for item in items:
        if "tests/everyone" in str(item.path):
            item.add_marker(
                pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
            )
