"""Amending a published call from its page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.database import Database
from portal.documents.store import JOB, TASK, register
from portal.jobs.models import Job
from portal.jobs.queue import do
from portal.procurement.documents import DOCUMENTS
from portal.web.unit import Services
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.documents.reading import text_of
from tests.page import Browser
from tests.procurement.calls import DUE, NOW, put_call

Browse = Callable[..., Browser]
CHANGES = {
    "offers_due-day": "13/02/2026",
    "capacity_maximum-0": "2,500",
    "reason": "More people need training.",
}


@pytest.fixture
def url(database: Database, cast: Cast) -> str:
    """The address of a published call."""
    return f"/procurements/{put_call(database, cast, published=True)}"


def test_an_officer_amends_a_call_and_everybody_sees_what_changed(
    browse: Browse, cast: Cast, url: str, with_htmx: bool
) -> None:
    olli = browse(cast.olli, htmx=with_htmx)
    link = olli.get(url).one(f'a[href="{url}/amend"]')
    olli.get(str(link["href"]))
    olli.submit("#amend", CHANGES)
    page = olli.follow()
    assert page.flashes == [
        "The call has been amended. Every provider with an offer has been told."
    ]
    for reader in (None, cast.roope, cast.paula):
        for language in ("fi", "sv", "en"):
            shown = browse(reader, language).get(url)
            rows = [row.get_text(" ", strip=True) for row in shown.all("#amendments tbody tr")]
            assert len(rows) == 2
            assert "More people need training." in shown.one("#amendments").get_text()
    text = browse(None).get(url).one("#amendments").get_text(" ", strip=True)
    assert "Deadline for offers 06/02/2026 12:00 13/02/2026 12:00" in " ".join(text.split())
    assert "2,000 2,500" in " ".join(text.split())


def test_what_was_typed_stays_when_it_is_refused(browse: Browse, cast: Cast, url: str) -> None:
    olli = browse(cast.olli)
    olli.get(f"{url}/amend")
    page = olli.submit("#amend", {"capacity_maximum-0": "1", "reason": "Less."}, 422)
    assert page.errors[0].startswith("The capacity must be in order:")
    assert page.value("capacity_maximum-0") == "1"
    assert page.value("reason") == "Less."
    page = olli.submit("#amend", {"reason": ""}, 422)
    assert "Give a reason." in page.errors
    page = olli.submit("#amend", {"capacity_maximum-0": "2,000", "reason": "Nothing."}, 422)
    assert page.errors == ["Nothing has been changed."]


def test_only_the_buyer_s_officer_amends_and_only_before_the_deadline(
    browse: Browse, cast: Cast, url: str, clock: SettableClock
) -> None:
    for person in (cast.paula, cast.roope, cast.ada):
        browse(person).get(f"{url}/amend", 403)
    browse(cast.eva).get(f"{url}/amend", 404)
    clock.at = DUE + timedelta(seconds=1)
    olli = browse(cast.olli)
    page = olli.get(f"{url}/amend", 422)
    assert "The deadline for offers has passed." in page.text
    assert not olli.get(url).has(f'a[href="{url}/amend"]')


def test_the_newest_call_document_names_the_amendment(
    browse: Browse, cast: Cast, url: str, services: Services
) -> None:
    olli = browse(cast.olli)
    olli.get(f"{url}/amend")
    olli.submit("#amend", CHANGES)
    _make(services)
    text = text_of(browse(None).download(f"{url}/documents/call/en.pdf"))
    assert "Amendments of the call" in text
    assert "More people need training." in text


def _make(services: Services) -> None:
    for kind, builder in DOCUMENTS.items():
        register(kind, builder)
    with services.database.reading() as session:
        waiting: list[UUID] = [
            job.id for job in session.scalars(select(Job).where(Job.kind == JOB))
        ]
    for job_id in waiting:
        assert do(services.database, {JOB: TASK}, job_id, NOW)
