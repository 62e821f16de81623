"""A real browser on a real server, both private to the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from portal.database import Database
from portal.organisations.models import Person
from portal.web.language import COOKIE
from portal.web.unit import TOKEN
from tests.conftest import SettableClock, log_in


@dataclass
class Visit:
    """A person's browser window, and what it complained of."""

    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)


@pytest.fixture
def visit(
    chromium: Browser, address: str, app: Flask, database: Database, clock: SettableClock
) -> Iterator[Callable[..., Visit]]:
    """Open a window for a person of the cast, logged in, with JavaScript or without."""
    opened: list[BrowserContext] = []

    def open_window(
        person: Person | None = None, *, language: str = "fi", javascript: bool = True
    ) -> Visit:
        context = chromium.new_context(base_url=address, java_script_enabled=javascript)
        opened.append(context)
        cookies = [{"name": COOKIE, "value": language, "url": address}]
        if person is not None:
            client = app.test_client()
            with client.session_transaction() as kept:
                kept[TOKEN] = log_in(database, person, clock())
            name = app.config["SESSION_COOKIE_NAME"]
            cookie = client.get_cookie(name)
            assert cookie is not None
            cookies.append({"name": name, "value": cookie.value, "url": address})
        context.add_cookies(cookies)  # type: ignore[arg-type]  # plain dicts are accepted
        page = context.new_page()
        seen = Visit(context, page)
        page.on("pageerror", lambda fault: seen.complaints.append(str(fault)))
        page.on(
            "console",
            lambda message: (
                seen.complaints.append(message.text) if message.type == "error" else None
            ),
        )
        return seen

    yield open_window
    for context in opened:
        context.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A window that moves on while a picture is being sent leaves its file to be closed later."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(
                pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
            )
