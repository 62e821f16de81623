"""What whoever runs the portal reads of it, and that nobody else does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from portal.database import Database
from portal.jobs.queue import enqueue
from portal.jobs.routines import Routine, note_run, routine_runs
from tests.conftest import SettableClock
from tests.page import Browser

TOKEN = "a token that only the reader has"


@pytest.fixture
def read_by_token(app: Flask) -> Iterator[None]:
    services = app.extensions["portal"]
    settings = services.settings.model_copy(update={"metrics_token": TOKEN})
    app.extensions["portal"] = replace(services, settings=settings)
    yield
    app.extensions["portal"] = services


def figures(app: Flask) -> dict[str, float]:
    answer = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return {
        sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.get_data(as_text=True))
        for sample in family.samples
    }


def test_without_the_token_there_is_no_such_page(reader: Browser) -> None:
    reader.get("/metrics", status=404)


@pytest.mark.usefixtures("read_by_token")
def test_another_token_finds_no_page_either(reader: Browser) -> None:
    reader.get("/metrics", status=404, headers={"Authorization": "Bearer another"})


@pytest.mark.usefixtures("read_by_token")
def test_answers_are_counted_by_how_they_end_and_by_nothing_else(app: Flask) -> None:
    before = figures(app)
    app.test_client().get("/procurements")
    app.test_client().get("/nowhere")
    after = figures(app)
    grown = {name for name, value in after.items() if value > before.get(name, 0)}
    assert "portal_answers_total read 4xx" in grown
    assert "portal_request_seconds_count read" in grown
    assert not any("procurement" in name for name in after)


@pytest.mark.usefixtures("read_by_token")
def test_what_waits_and_what_has_run_is_told(
    app: Flask, database: Database, clock: SettableClock
) -> None:
    with database.transaction() as session:
        enqueue(session, "anything", {}, at=clock())
        note_run(session, Routine.BACKUP, whole=True, at=clock())
    ran = clock().timestamp()
    clock.move(hours=2)
    with database.transaction() as session:
        note_run(session, Routine.BACKUP, whole=False, at=clock())
    told = figures(app)
    assert told["portal_oldest_job_seconds"] == 7200
    assert told["portal_routine_whole backup"] == 0
    assert told["portal_routine_whole_timestamp_seconds backup"] == ran
    assert told["portal_disk_free_bytes"] > 0


@pytest.mark.usefixtures("read_by_token")
def test_what_a_sealed_offer_asks_for_is_not_among_the_figures(
    app: Flask, database: Database, clock: SettableClock
) -> None:
    with database.transaction() as session:
        enqueue(session, "document", {}, at=clock(), once="offer_receipt:1")
    clock.move(hours=2)
    assert figures(app)["portal_oldest_job_seconds"] == 0


def test_a_run_that_was_not_whole_leaves_the_day_of_the_last_whole_one(
    database: Database, clock: SettableClock
) -> None:
    at = clock()
    with database.transaction() as session:
        note_run(session, Routine.DAILY, whole=True, at=at)
        note_run(session, Routine.DAILY, whole=False, at=at + timedelta(days=1))
    with database.reading() as session:
        run = routine_runs(session)["daily"]
        assert (run.whole, run.whole_at, run.ran_at) == (False, at, at + timedelta(days=1))
