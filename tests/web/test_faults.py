from __future__ import annotations

import errno
import json
import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from portal.database import Database
from portal.jobs.mail import send_mail
from portal.shared.clock import now
from portal.web.logging import JsonLines
from portal.web.security import CONTENT_SECURITY_POLICY
from tests.cast import Cast
from tests.conftest import ON_POSTGRESQL, SettableClock
from tests.page import Browser


def lines(records: list[logging.LogRecord]) -> list[dict[str, object]]:
    return [json.loads(JsonLines().format(record)) for record in records]


def test_a_fault_is_told_by_a_reference_and_nothing_else(
    app: Flask,
    reader: Browser,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    caplog.set_level(logging.INFO, "portal")
    page = reader.get(f"/sample/fault/{uuid4()}", status=500)
    assert "a secret of the database" not in page.html
    assert "Traceback" not in page.html
    assert reader.response is not None
    assert page.one("code").get_text() == reader.response.headers["X-Request-ID"]
    logged = json.dumps(lines(caplog.records))
    assert "a secret of the database" not in logged
    assert "RuntimeError" in logged


def test_a_request_is_logged_by_its_route_and_never_by_its_address(
    reader: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "portal")
    key = "00000000-0000-0000-0000-000000000000"
    reader.get(f"/sample/fault/{key}", status=404, headers={"X-Request-ID": "abcdef-123"})
    (line,) = lines(caplog.records)
    assert line["route"] == "sample.fault"
    assert line["status"] == 404
    assert key not in json.dumps(line)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("0f8fad5b-d9cb-469f-a165-70867728950e", True),
        ("abcdef-123", False),
        ("010190-123D", False),
        ("Kaisa Kaisla", False),
        ("a" * 99, False),
    ],
)
def test_a_reference_is_never_chosen_by_the_sender_whose_own_may_stand_beside_it(
    reader: Browser, caplog: pytest.LogCaptureFixture, sent: str, told: bool
) -> None:
    caplog.set_level(logging.INFO, "portal")
    given = []
    for _time in range(2):
        reader.get("/sample", headers={"X-Request-ID": sent})
        assert reader.response is not None
        given.append(reader.response.headers["X-Request-ID"])
    assert sent not in given
    assert given[0] != given[1]
    logged = lines(caplog.records)
    assert [line["request"] for line in logged] == given
    assert [line.get("sent_as") for line in logged] == [sent if told else None] * 2


def test_the_content_policy_allows_nothing_from_elsewhere_or_inline() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert "data:" not in CONTENT_SECURITY_POLICY
    assert "frame-ancestors 'none'" in CONTENT_SECURITY_POLICY


def test_files_carry_the_headers_too(reader: Browser) -> None:
    reader.get("/static/css/portal.css")


def test_the_process_is_alive_without_its_database(reader: Browser) -> None:
    reader.get("/healthz")
    assert reader.response is not None
    assert reader.response.json == {"status": "ok"}


@pytest.mark.parametrize(("current", "status"), [(True, 200), (False, 503)])
def test_ready_means_database_and_migrations(
    reader: Browser, monkeypatch: pytest.MonkeyPatch, current: bool, status: int
) -> None:
    monkeypatch.setattr("portal.web.health.is_current", lambda _database: current)
    reader.get("/readyz", status=status)
    assert reader.response is not None
    assert reader.response.json["oldest_job_seconds"] == 0


@pytest.mark.parametrize(
    "fault",
    [
        OperationalError("INSERT a secret of the database", {}, Exception("disk is full")),
        InterfaceError("SELECT a secret of the database", {}, Exception("connection is closed")),
        NoConnection("a secret of the database"),
        OSError(errno.ENOSPC, "a secret of the database"),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_a_database_that_cannot_be_reached_or_is_full_is_told_as_what_passes(
    app: Flask, reader: Browser, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def fail() -> None:
        raise fault

    monkeypatch.setitem(app.view_functions, "sample.form", fail)
    page = reader.get("/sample", status=503)
    assert reader.response is not None
    assert reader.response.headers["Retry-After"] == "10"
    assert page.one("code").get_text() == reader.response.headers["X-Request-ID"]
    assert "a secret of the database" not in page.html


def test_any_other_fault_of_the_machine_stays_a_fault(
    app: Flask, reader: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise PermissionError(errno.EACCES, "may not")

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(app.view_functions, "sample.form", fail)
    reader.get("/sample", status=500)


def readiness(reader: Browser, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    monkeypatch.setattr("portal.web.health.is_current", lambda _database: True)
    reader.get("/readyz")
    assert reader.response is not None
    told: dict[str, object] = reader.response.json
    return told


def test_a_letter_unsent_for_more_than_an_hour_raises_an_alarm(
    reader: Browser,
    database: Database,
    cast: Cast,
    clock: SettableClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The clock of these tests is not the database server's.
    monkeypatch.setattr("portal.web.health.clock_offset_ms", lambda _session: 0)
    with database.transaction() as session:
        facts = {"path": "/x", "hours": 2}
        send_mail(session, to=cast.roope, letter="reset_password", facts=facts, at=clock())
    clock.move(minutes=60)
    assert readiness(reader, monkeypatch)["alarms"] == []
    clock.move(seconds=1)
    told = readiness(reader, monkeypatch)
    assert (told["alarms"], told["oldest_letter_seconds"]) == (["mail"], 3601)


def test_a_letter_of_a_sealed_offer_raises_none(
    reader: Browser,
    database: Database,
    cast: Cast,
    clock: SettableClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("portal.web.health.clock_offset_ms", lambda _session: 0)
    before = readiness(reader, monkeypatch)
    with database.transaction() as session:
        facts = {"path": "/x", "procurement": "ESIM/1/2026"}
        send_mail(session, to=cast.roope, letter="offer_withdrawn", facts=facts, at=clock())
    clock.move(hours=5)
    assert readiness(reader, monkeypatch) == before


@pytest.mark.trust
@pytest.mark.parametrize(("ahead_ms", "alarm"), [(0, False), (-450, False), (600, True)])
def test_a_clock_that_is_not_the_database_servers_raises_an_alarm(
    reader: Browser,
    clock: SettableClock,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    ahead_ms: int,
    alarm: bool,
) -> None:
    if not ON_POSTGRESQL:
        # There the database has no clock but this one.
        assert readiness(reader, monkeypatch)["clock_offset_ms"] == 0
        return
    monkeypatch.setattr(
        SettableClock, "__call__", lambda _clock: now() + timedelta(milliseconds=ahead_ms)
    )
    told = readiness(reader, monkeypatch)
    assert ("clock" in told["alarms"]) is alarm  # type: ignore[operator]
    assert abs(told["clock_offset_ms"] + ahead_ms) < 50  # type: ignore[operator]
