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

TYPED: dict[str, dict[str, str]] = {
    "bidder": {
        "member-0-name": "Forest College",
        "member-0-business_id": "2000001-6",
        "member-0-part": "The northern municipalities",
        "subcontractor-0-name": "Premises Ltd",
        "subcontractor-0-part": "Rooms for group days",
    },
    "declarations": {"holds-0": "yes", "holds-1": "no", "note-1": "A tax debt, being paid."},
    "prices": {"price-sea": "58.50", "fee-sea": "1,200"},
    "answer-0": {
        "answer": "A trainer and a coach work as a pair. Their names are Ann and Bo.",
        "secret-0-passage": "Their names are Ann and Bo.",
        "secret-0-reason": "The names are a trade secret.",
    },
    "answer-1": {
        "answer": "We start within a week.",
        "promise-0-text": "The group starts within five days.",
    },
}
"""What is typed into each step."""
OWN_ANSWER = TYPED["answer-1"]["answer"]


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
    """Write and save every step of an offer; ends on the last one."""

    def save(browser: Browser, **values: Any) -> Page:
        for place, typed in TYPED.items():
            page = write_step(browser, url, place, {**typed, **values.pop(place, {})})
        assert not values
        return page

    return save


def write_step(browser: Browser, url: str, place: str, values: dict[str, Any]) -> Page:
    """Write and save one step, and stay on it."""
    browser.get(f"{url}/steps/{place}")
    browser.submit("#offer", values)
    return browser.follow()


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
