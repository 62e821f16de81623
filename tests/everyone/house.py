"""The demonstration served to real browsers, and put back as it was after every change."""

from __future__ import annotations

import hashlib
import logging
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy.pool import QueuePool
from werkzeug.serving import make_server

from portal.demonstration import load_demonstration
from portal.installation import Installation
from portal.organisations.models import LoginSession
from portal.organisations.rules import hash_of
from portal.paths import ROOT
from portal.web.language import COOKIE
from portal.web.unit import TOKEN
from tests.conftest import compile_catalogues
from tests.fuzz.stage import NOBODY, Reader, Stage, set_up, take_down

PLAYED = ROOT / "build" / "everyone"
WIDE, NARROW, NARROWEST = 1280, 360, 320
"""A desktop's width, a telephone's, and that of WCAG 1.4.10, in CSS pixels."""


def plainly(installation: Installation, at: datetime) -> None:
    """The demonstration with the words that it has."""
    for _account in load_demonstration(installation, at):
        pass


@dataclass
class House:
    """The portal at an address, and everybody's windows."""

    stage: Stage
    address: str
    chromium: Browser
    windows: dict[tuple[str, str, int, bool], BrowserContext] = field(default_factory=dict)

    def window(
        self,
        reader: Reader,
        language: str = "fi",
        width: int = WIDE,
        *,
        javascript: bool = True,
        logged_in: bool = True,
    ) -> Page:
        """The reader's window of that width, logged in or not; the same one each time."""
        key = (reader.name, language, width, javascript)
        if key not in self.windows:
            context = self.chromium.new_context(
                base_url=self.address,
                viewport={"width": width, "height": 800},
                java_script_enabled=javascript,
                reduced_motion="reduce",
            )
            name = self.stage.app.config["SESSION_COOKIE_NAME"]
            cookies = [(COOKIE, language)]
            if logged_in and reader.person is not None:
                cookies.append((name, self._cookie(reader)))
            context.add_cookies(
                [{"name": key, "value": value, "url": self.address} for key, value in cookies]
            )
            self.windows[key] = context
            context.new_page()
        pages = self.windows[key].pages
        return pages[0] if pages else self.windows[key].new_page()

    def free_window(self, language: str, width: int, *, javascript: bool) -> Page:
        """A window in which nobody is logged in; the same one each time, as at a shared machine.

        It has the portal's style sheets and scripts already, which a new one would fetch again.
        """
        page = self.window(NOBODY, language, width, javascript=javascript, logged_in=False)
        page.context.clear_cookies()
        page.context.add_cookies([{"name": COOKIE, "value": language, "url": self.address}])
        return page

    def close(self, reader: Reader) -> None:
        """The reader has seen enough."""
        for key in [key for key in self.windows if key[0] == reader.name]:
            self.windows.pop(key).close()

    def send_home(self) -> None:
        """Everybody has seen enough; the windows that anybody may use stay, and show nothing."""
        for key in list(self.windows):
            if key[0] != NOBODY.name:
                self.windows.pop(key).close()
        for context in self.windows.values():
            for page in context.pages:
                page.goto("about:blank")

    def empty(self) -> None:
        """Everybody has seen enough."""
        for context in self.windows.values():
            context.close()
        self.windows.clear()

    def put_back(self) -> None:
        """The portal as it was played, with everybody still logged in.

        A page that is still being answered is waited for: its file must not be changed under it.
        """
        pool = self.stage.services.database.engine.pool
        for _turn in range(200):
            if not isinstance(pool, QueuePool) or not pool.checkedout():
                break
            time.sleep(0.1)
        self.stage.put_back()
        self.let_in()

    def let_in(self) -> None:
        """Everybody's log-in, in the database."""
        at = self.stage.clock()
        with self.stage.services.database.transaction() as session:
            for reader in self.stage.readers:
                if reader.person is not None:
                    session.add(_log_in(reader, at))

    def _cookie(self, reader: Reader) -> str:
        client = self.stage.app.test_client()
        with client.session_transaction() as kept:
            kept["csrf_token"] = reader.secret
            kept[TOKEN] = _token(reader)
        cookie = client.get_cookie(self.stage.app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        return cookie.value


def _token(reader: Reader) -> str:
    return hashlib.sha256(f"log-in of {reader.name}".encode()).hexdigest()


def _log_in(reader: Reader, at: datetime) -> LoginSession:
    """A log-in that lasts, stays fresh, and has given its second factor."""
    assert reader.person is not None
    return LoginSession(
        token_hash=hash_of(_token(reader)),
        person_id=reader.person,
        started_at=at,
        ends_at=at + timedelta(days=3650),
        confirmed_at=at + timedelta(days=3650),
        second_factor_at=at,
    )


@contextmanager
def served(chromium: Browser, stage: Stage) -> Iterator[House]:
    """The stage at an address of its own."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, stage.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    # Whoever logs in here has a password and no telephone.
    offered = stage.services.settings.model_copy(update={"second_factor": "offered"})
    stage.services.database._carried["settings"] = offered
    house = House(stage, f"http://127.0.0.1:{server.server_port}", chromium)
    house.let_in()
    try:
        yield house
    finally:
        house.empty()
        server.shutdown()
        thread.join()
        server.server_close()


def played_stage(folder: Path = PLAYED, *, as_played: bool = False) -> Stage:
    """The demonstration, played once and kept; anew where the code that plays it is newer.

    ``as_played`` takes what is there whatever has been changed since.
    """
    if not as_played:
        forget_older(folder)
    compile_catalogues()
    return set_up(folder, plainly)


def forget_older(folder: Path) -> None:
    """Whatever was played into the folder by older code than this is played anew."""
    done = folder / "played.done"
    newest = max(
        file.stat().st_mtime
        for place in ("portal", "tests/cases", "tests/fuzz", "tests/permissions")
        for file in (ROOT / place).rglob("*")
        if file.suffix in {".py", ".yaml"}
    )
    if done.exists() and done.stat().st_mtime < newest:
        shutil.rmtree(folder)


__all__ = [
    "NARROW",
    "NARROWEST",
    "PLAYED",
    "WIDE",
    "House",
    "forget_older",
    "plainly",
    "played_stage",
    "served",
    "take_down",
]
