"""Ways of going through the pages of an offer."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.documents.store import JOB, TASK, register
from portal.jobs.models import Job
from portal.jobs.queue import do
from portal.offers.documents import DOCUMENTS
from portal.web.unit import Services
from tests.conftest import SettableClock
from tests.page import Browser, Page

TYPED = {
    "price-sea": "58.50",
    "fee-sea": "1,200",
    "answer-staff_competence": "A trainer and a coach work as a pair.",
    "answer-own": "We start within a week.",
    "promise-0-criterion": "own",
    "promise-0-text": "The group starts within five days.",
    "secret-staff_competence": "The salaries are a trade secret.",
}


@pytest.fixture
def url(call: UUID) -> str:
    """The address of the own offer."""
    return f"/procurements/{call}/offer"


@pytest.fixture
def opening_url(call: UUID) -> str:
    """The address of the opening."""
    return f"/procurements/{call}/opening"


@pytest.fixture
def write(url: str) -> Callable[..., Page]:
    """Write and save a whole offer."""

    def save(browser: Browser, **values: Any) -> Page:
        browser.get(url)
        browser.submit("#offer", {**TYPED, **values})
        return browser.follow()

    return save


@pytest.fixture
def submit(url: str, write: Callable[..., Page]) -> Callable[..., Page]:
    """Write, save, check and submit a whole offer; ends on the receipt."""

    def submitted(browser: Browser, **values: Any) -> Page:
        write(browser, **values)
        browser.get(f"{url}/check")
        browser.submit("#submit")
        return browser.follow()

    return submitted


def upload(browser: Browser, url: str, content: bytes, name: str, status: int = 303) -> Page:
    """Send one file."""
    return browser.post(f"{url}/files", {"file": (BytesIO(content), name)}, status)


def make_documents(services: Services, clock: SettableClock) -> None:
    """Do the work of the worker for the documents of this room."""
    for kind, builder in DOCUMENTS.items():
        register(kind, builder)
    with services.database.reading() as session:
        jobs = session.scalars(select(Job).where(Job.kind == JOB, Job.state == "waiting"))
        waiting = [job.id for job in jobs if job.arguments["kind"] in DOCUMENTS]
    assert waiting
    for job_id in waiting:
        assert do(services.database, {JOB: TASK}, job_id, clock())
