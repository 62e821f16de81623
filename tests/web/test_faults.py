from __future__ import annotations

import json
import logging
from uuid import uuid4

import pytest
from flask import Flask

from portal.web.logging import JsonLines
from portal.web.security import CONTENT_SECURITY_POLICY
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
