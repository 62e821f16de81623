"""No personal data in addresses, logs, mails, names of files or the audit record (row 37)."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry, ReadEntry
from portal.database import Database
from portal.jobs.models import Job, OutgoingMail
from portal.waiting.daily import DAILY
from portal.web.unit import Services
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.page import Browser
from tests.privacy.planted import WRITTEN, Planted
from tests.promises.figures import leave, times

NAMES = ("KANARIA", "Ann Aalto", "Ann%20Aalto", "Ben Berg", "131052-308T")
Browse = Callable[..., Browser]


def found_in(text: str) -> list[str]:
    """The planted texts that stand in it, as they are or as an address writes them."""
    return [name for name in NAMES if name in text or name in unquote(text)]


def _walk(browser: Browser, start: str, most: int) -> tuple[set[str], list[str]]:
    """Every page within reach that is not left by it; all addresses seen, and names of files."""
    seen, waiting, files = {start}, [start], []
    opened = 0
    while waiting and opened < most:
        address = waiting.pop(0)
        response = browser.client.get(address)
        opened += 1
        assert response.status_code < 500, address
        files.append(response.headers.get("Content-Disposition", ""))
        if response.mimetype != "text/html":
            continue
        for link in re.findall(r'(?:href|action|hx-[a-z]+)="([^"#]+)', response.get_data(True)):
            whole = urlsplit(urljoin(f"http://localhost{address}", link.replace("&amp;", "&")))
            further = whole.path + (f"?{whole.query}" if whole.query else "")
            if whole.netloc == "localhost" and further not in seen:
                seen.add(further)
                if "/static/" not in further and "/language" not in further:
                    waiting.append(further)
    return seen, files


@pytest.mark.trust
def test_no_address_log_line_or_file_name_tells_who_is_meant(
    browse: Browse,
    cast: Cast,
    here: Planted,
    clock: SettableClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock.at = WRITTEN
    caplog.set_level(logging.DEBUG)
    addresses: set[str] = set()
    files: list[str] = []
    most = times(6, 2000)
    for reader in (cast.kaisa, cast.tuula, here.official, cast.olli):
        browser = browse(reader)
        for start in (f"/participants/{here.ann}", f"/personal-data/participants/{here.ann}", "/"):
            seen, named = _walk(browser, start, most)
            addresses |= seen
            files += named
    lines = [f"{one.getMessage()} {vars(one)}" for one in caplog.records]
    assert len(addresses) > 50
    assert not [one for one in addresses if found_in(one)]
    assert not [one for one in files if found_in(one)]
    assert not [one for one in lines if "sqlalchemy" not in one and found_in(one)]
    leave(
        "no_names_outside",
        "addresses and logs",
        {"addresses": len(addresses), "log lines": len(lines), "hits": 0},
    )


@pytest.mark.trust
def test_no_mail_job_or_record_names_anybody(
    browse: Browse,
    database: Database,
    services: Services,
    cast: Cast,
    here: Planted,
    clock: SettableClock,
) -> None:
    clock.at = WRITTEN
    browser = browse(cast.kaisa)
    browser.get(f"/participants/{here.ann}")
    refused = {"reason": "Koskee 131052-308T"}
    browse(here.official).post(f"/personal-data/holds/participant/{here.ann}", refused, 422)
    for days in (0, 1, 40, 95, 190):
        for work in DAILY:
            with database.transaction() as session:
                work(session, WRITTEN + timedelta(days=days))
    with database.reading() as session:
        mails = [
            f"{one.letter} {json.dumps(one.facts)} {one.calendar} {one.address}"
            for one in session.scalars(select(OutgoingMail))
        ]
        jobs = [
            f"{one.kind} {one.arguments} {one.once} {one.fault}"
            for one in session.scalars(select(Job))
        ]
        acts = [f"{one.act} {one.facts} {one.rule}" for one in session.scalars(select(AuditEntry))]
    with services.reads_database.reading() as session:
        reads = [f"{one.page} {one.subject}" for one in session.scalars(select(ReadEntry))]
    assert mails
    assert acts
    assert reads
    assert not [one for one in (*mails, *jobs, *acts, *reads) if found_in(one)]
    leave(
        "no_names_outside",
        "mails, jobs and records",
        {"mails": len(mails), "jobs": len(jobs), "entries": len(acts) + len(reads), "hits": 0},
    )


def test_the_walk_would_find_a_name() -> None:
    assert found_in("/participants?name=Ann%20Aalto") == ["Ann Aalto", "Ann%20Aalto"]
