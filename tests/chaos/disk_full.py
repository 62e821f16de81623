"""No room at any place where something is written: a clear answer, nothing by half, no repair.

A submission, a call-off, an upload and an opening are tried with room for no page, for one, for
two and so on, until there is enough. What stops them is, on SQLite, the limit of the file's pages
(``PRAGMA max_page_count``, refused as a full disk is) and the limit of a file's size
(RLIMIT_FSIZE: each write to the log beyond it fails); on PostgreSQL, and where a file system may be
mounted on SQLite too, a file system that is really full.

    python -m tests.chaos.disk_full --database both
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from pypdf import PdfWriter
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from portal.audit.record import faults
from portal.config import Settings
from portal.offers.usecases import open_offers
from portal.organisations.models import Person
from portal.procurement.models import Procurement
from portal.unit_of_work import unit_of_work
from tests.chaos import ground as grounds
from tests.chaos.command import Asked, Figures, run
from tests.chaos.ground import OPENS, Ground
from tests.chaos.pages import Reader, let_go, portal_on, services_of
from tests.chaos.processes import Tell, fork
from tests.evaluation.conftest import rows
from tests.offers.conftest import AFTER
from tests.underway import CALLED

# A frame of SQLite's log: a page and its head.
FRAME = 4096 + 24
PAGE = 8192
# Nothing that is tried writes more than this.
CLOSELY, MOST = 24, 600
REFERENCE = re.compile(r"<code>[0-9a-f]{32}</code>")


class Trying:
    """The acts that are tried, each once more whenever it is asked for."""

    def __init__(self, app: Flask, ground: Ground, seed: int) -> None:
        self.app, self.ground, self.random = app, ground, Random(seed)
        self.database = services_of(app).database
        self.at = OPENS
        services_of(app).clock = lambda: self.at
        self.roope = Reader(app, self.database, ground.cast.roope, OPENS)
        self.kaisa = Reader(app, self.database, ground.cast.kaisa, OPENS)

    def acts(self) -> dict[str, Callable[[], bool]]:
        """Each with what answers whether it was done; the opening is the last."""
        return {
            "submission": self.submission(),
            "call-off": self.call_off,
            "upload": self.upload(),
            "opening": self.opening,
        }

    def submission(self) -> Callable[[], bool]:
        """Of a new draft."""
        content = grounds.content_of(str(self.random.random()))
        grounds.keep_draft(self.database, self.ground, content)
        return lambda: self._answered(self.roope.submit(self.ground, content.hash()))

    def call_off(self) -> bool:
        """By the page's form."""
        self.at = CALLED
        try:
            data = {
                "field": "kiinteistöpalvelut",
                "places": "1",
                "workdays": "10",
                "workplaces_confirmed": "1",
                "gain": "Saa työpaikan.",
            }
            url = f"/contracts/{self.ground.contract}/call-off/unit_toppis"
            return self._answered(self.kaisa.post(url, data))
        finally:
            self.at = OPENS

    def upload(self) -> Callable[[], bool]:
        """Of a file that no other is like."""
        writer, out = PdfWriter(), BytesIO()
        writer.add_blank_page(200, 200)
        writer.add_metadata({"/Keywords": self.random.randbytes(50_000).hex()})
        writer.write(out)
        content = out.getvalue()

        def attach() -> bool:
            file = (BytesIO(content), "kuvaus.pdf", "application/pdf")
            url = f"/procurements/{self.ground.call}/offer/files"
            return self._answered(self.roope.post(url, {"file": file}))

        return attach

    def opening(self) -> bool:
        """By the verb, since its page asks for more than this is about."""
        try:
            with unit_of_work(self.database) as session:
                open_offers(
                    session,
                    procurement=session.get_one(Procurement, self.ground.call),
                    with_=session.get_one(Person, self.ground.cast.olli.id),
                    by=session.get_one(Person, self.ground.cast.aino.id),
                    phrases=self.ground.cast.phrases,
                    at=AFTER,
                )
        except OperationalError:
            return False
        return True

    @staticmethod
    def _answered(answer: Any) -> bool:
        if answer.status_code == 303:
            return True
        told = answer.get_data(as_text=True)
        assert answer.status_code == 503, f"{answer.status_code}: {_summary(told)}"
        assert answer.headers["Retry-After"]
        assert REFERENCE.search(told), "no reference number"
        return False


def _summary(html: str) -> str:
    """What the page says was wrong."""
    _head, _sign, rest = html.partition('id="error-summary"')
    return " ".join(re.sub("<[^>]*>", " ", rest or html).split())[:500]


Limit = Callable[[int | None], None]


def _sweep(trying: Trying, limit: Limit, step: int = 1) -> Counter[str]:
    """How often each act was stopped before there was room enough for it."""
    stopped: Counter[str] = Counter()
    for name, act in trying.acts().items():
        before = rows(trying.database)
        # Every place at first, then the long rest of what is large in steps.
        for room in (*range(0, CLOSELY, step), *range(CLOSELY, MOST, 8)):
            limit(room)
            done = act()
            limit(None)
            if done:
                break
            stopped[name] += 1
            assert rows(trying.database) == before, f"{name} was done by half with room for {room}"
        else:
            raise AssertionError(f"{name} was never done")
        assert rows(trying.database) != before
    return stopped


def few_pages(
    settings: Settings, asked: Asked, app: Flask | None = None, step: int = 1
) -> Counter[str]:
    """SQLite: the file may grow by so many pages and no more."""
    trying = _trying(settings, asked, app)
    engine, most = trying.database.engine, [2**30]

    def grow_by(room: int | None) -> None:
        let_go(trying.app)
        with engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        most[0] = 2**30 if room is None else pages + room
        engine.dispose()

    @event.listens_for(engine, "connect")
    def limit(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {most[0]}")

    return _checked(trying, _sweep(trying, grow_by, step))


def short_file(settings: Settings, asked: Asked, tell: Tell) -> None:
    """SQLite: no file may grow beyond so many frames of the log; in a process of its own."""
    trying = _trying(settings, asked, None)
    log = Path(f"{make_url(settings.database_url).database}-wal")

    def allow(room: int | None) -> None:
        # The log is begun anew when nobody has it open.
        let_go(trying.app)
        used = log.stat().st_size if log.exists() else 0
        most = resource.RLIM_INFINITY if room is None else used + 32 + room * FRAME
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

    tell(**_checked(trying, _sweep(trying, allow, step=3)))


def _trying(settings: Settings, asked: Asked, app: Flask | None) -> Trying:
    app = app or portal_on(settings, lambda: OPENS)
    return Trying(app, grounds.lay_ground(settings), asked.seed)


def _checked(trying: Trying, stopped: Counter[str]) -> Counter[str]:
    """The database is sound and the record whole, without anybody having repaired anything."""
    with trying.database.reading() as session:
        assert faults(session) == []
    if trying.database.url.startswith("sqlite"):
        with trying.database.engine.connect() as connection:
            told = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
            assert told == ["ok"]
    let_go(trying.app)
    return stopped


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path | None]:
    """A file system of its own that is soon full; None where none may be mounted."""
    folder = Path(tempfile.mkdtemp(prefix="portal-small-"))
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mounting, capture_output=True).returncode != 0:
        folder.rmdir()
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
        folder.rmdir()


def _full_disk(trying: Trying, disk: Path) -> Counter[str]:
    """Fill the file system but for so many pages, in turn."""
    ballast = disk / "ballast"

    def leave(room: int | None) -> None:
        let_go(trying.app)
        ballast.unlink(missing_ok=True)
        if room is None:
            return
        free = shutil.disk_usage(disk).free
        with ballast.open("wb") as file:
            file.write(b"\0" * max(0, free - room * PAGE))

    return _checked(trying, _sweep(trying, leave, step=1))


def on_full_disk(settings: Settings, asked: Asked) -> Counter[str] | None:
    """The whole database on a file system that is really full; None where none may be mounted."""
    with small_disk(64) as disk:
        if disk is None:
            return None
        if settings.database_url.startswith("sqlite"):
            file = Path(str(make_url(settings.database_url).database))
            shutil.copy(file, disk / "portal.sqlite")
            there = {"database_url": f"sqlite:///{disk}/portal.sqlite"}
            return _full_disk(_trying(settings.model_copy(update=there), asked, None), disk)
        with _tablespace(settings.database_url, disk) as database:
            there = {"database_url": database}
            return _full_disk(_trying(settings.model_copy(update=there), asked, None), disk)


@contextmanager
def _tablespace(url: str, disk: Path) -> Iterator[str]:
    """A copy of the database whose tables, but not the server's log, are on that file system."""
    shutil.chown(disk, "postgres")
    address = make_url(url)
    small = f"{address.database}_small"
    maintenance = create_engine(
        address.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    with maintenance.connect() as connection:
        connection.execute(text(f"CREATE TABLESPACE \"{small}\" LOCATION '{disk}'"))
        connection.execute(
            text(f'CREATE DATABASE "{small}" TEMPLATE "{address.database}" TABLESPACE "{small}"')
        )
    try:
        yield address.set(database=small).render_as_string(hide_password=False)
    finally:
        with maintenance.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{small}" WITH (FORCE)'))
            connection.execute(text(f'DROP TABLESPACE "{small}"'))


def trial(settings: Settings, asked: Asked) -> Figures:
    """Every way of having no room that there is on this machine and database."""
    found: Figures = {}
    full = on_full_disk(settings, asked)
    found |= {f"full disk, {name}": n for name, n in (full or {"could not be mounted": 0}).items()}
    if settings.database_url.startswith("sqlite"):
        with grounds.opened() as another:
            (told,) = fork(lambda tell: short_file(another, asked, tell)).wait()
            found |= {f"short file, {name}": n for name, n in told.items()}
        pages = few_pages(settings, asked)
        found |= {f"few pages, {name}": n for name, n in pages.items()}
    return {**found, "done by half": 0, "repaired by hand": 0}


def main() -> int:
    """The long trial."""
    return run("disk_full_is_safe", "disk_full", trial, times=1)


if __name__ == "__main__":
    sys.exit(main())
