"""Ways of going through the pages of an evaluation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.documents.store import JOB, TASK, Builder, register
from portal.evaluation.documents import DOCUMENTS
from portal.jobs.models import Job
from portal.jobs.queue import do
from portal.web.unit import Services
from tests.conftest import SettableClock
from tests.evaluation.conftest import KEYS, Evaluating
from tests.offers.conftest import AFTER
from tests.page import Browser

Browse = Callable[..., Browser]


@pytest.fixture
def url(call: UUID) -> str:
    """The address of the procurement."""
    return f"/procurements/{call}"


@pytest.fixture
def lot_url(url: str) -> str:
    """The address of the only lot's evaluation."""
    return f"{url}/evaluation/lots/sea"


@pytest.fixture
def after(clock: SettableClock) -> SettableClock:
    """A clock that stands at the opening."""
    clock.at = AFTER
    return clock


def typed(values: Sequence[int | None], reason: str = "It shows in the offer.") -> dict[str, str]:
    """The fields of a form for points."""
    fields = {f"reason-{key}": reason for key in KEYS}
    given = zip(KEYS, values, strict=True)
    return fields | {f"points-{key}": str(value) for key, value in given if value is not None}


def make_documents(
    services: Services, evaluating: Evaluating, documents: Mapping[str, Builder] = DOCUMENTS
) -> None:
    """Do the work of the worker for the documents of a room, by default this one's."""
    for kind, builder in documents.items():
        register(kind, builder)
    with services.database.reading() as session:
        jobs = session.scalars(select(Job).where(Job.kind == JOB, Job.state == "waiting"))
        waiting = [job.id for job in jobs if job.arguments["kind"] in documents]
    assert waiting
    for job_id in waiting:
        assert do(services.database, {JOB: TASK}, job_id, evaluating.at)
