"""The pages as several people ask for them at once, without a look at each page's HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from portal.app import build_app, open_services
from portal.config import Settings
from portal.database import Database
from portal.organisations.models import Person
from portal.web.unit import Services
from tests.chaos.ground import Ground
from tests.conftest import log_in
from tests.page import Browser


def portal_on(settings: Settings, clock: Callable[[], datetime]) -> Flask:
    """The application on the installation's database; a fault of it is raised here."""
    return build_app(open_services(settings, clock), testing=True)


def services_of(app: Flask) -> Services:
    """What the application stands on."""
    found: Services = app.extensions["portal"]
    return found


def let_go(app: Flask) -> None:
    """Close its connections: none may be shared with a process that is forked now."""
    services_of(app).database.engine.dispose()
    services_of(app).reads_database.engine.dispose()


class Reader:
    """Somebody who is logged in for as long as the trial takes."""

    def __init__(self, app: Flask, database: Database, person: Person, at: datetime) -> None:
        self.browser = Browser(app, token=log_in(database, person, at))
        self.token = self.browser.csrf_token()

    def post(self, url: str, data: Mapping[str, Any] | None = None) -> TestResponse:
        """Send a form, whatever the answer."""
        sent = {"csrf_token": self.token, **(data or {})}
        return self.browser.client.post(url, data=sent, buffered=True)

    def submit(self, ground: Ground, seen: str) -> TestResponse:
        """Submit the draft whose hash was shown."""
        return self.post(f"/procurements/{ground.call}/offer/submit", {"seen": seen})
