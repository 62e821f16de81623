"""Figures for Prometheus: how requests end, and what somebody has to look at.

They are for whoever runs the portal: without the token of the settings there is no such page. No
figure tells of one room or one address, since a count of submissions would tell how many sealed
offers there are.
"""

from __future__ import annotations

import hmac
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from portal.config import Settings
from portal.jobs.models import Job
from portal.jobs.routines import routine_runs
from portal.web.health import oldest
from portal.web.logging import seconds_taken
from portal.web.unit import clock_offset_ms, now, reading, services

bp = Blueprint("metrics", __name__)
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})

# Of this process; where several serve, each writes its own into a folder that all of them read.
OWN = CollectorRegistry()
_SECONDS = Histogram(
    "portal_request_seconds",
    "How long answers took, in seconds",
    ["does"],
    registry=OWN,
    buckets=(0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30),
)
_ANSWERS = Counter("portal_answers", "Answers by their status", ["does", "status"], registry=OWN)


def install(app: Flask) -> None:
    """Count every request of the application."""

    @app.after_request
    def end(response: Response) -> Response:
        took = seconds_taken()
        does = "change" if request.method in _CHANGING else "read"
        if took is not None:
            _SECONDS.labels(does).observe(took)
        _ANSWERS.labels(does, f"{response.status_code // 100}xx").inc()
        return response


@bp.get("/metrics")
def show() -> Response:
    """All figures in the text format of Prometheus, for who has the token."""
    token = services().settings.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token is None or not hmac.compare_digest(given.encode(), token.encode()):
        abort(404)
    registry = CollectorRegistry()
    registry.register(_State())
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    counted = CollectorRegistry() if folder else OWN
    if folder:
        MultiProcessCollector(counted, path=folder)  # type: ignore[no-untyped-call]  # has no types
    body = generate_latest(counted) + generate_latest(registry)
    answer = Response(body, content_type=CONTENT_TYPE_LATEST)
    answer.headers["Cache-Control"] = "no-store"
    return answer


class _State:
    """What is asked of the database at every reading."""

    def collect(self) -> Iterator[Metric]:
        """One family for each thing that an alarm may be set on."""
        session, at = reading(), now()
        waiting = select(func.count()).where(Job.state == "failed")
        ages = oldest(session, at)
        yield _gauge("portal_oldest_job_seconds", "Age of the oldest job that waits", ages.job)
        yield _gauge("portal_oldest_letter_seconds", "Age of the oldest unsent letter", ages.letter)
        yield _gauge("portal_failed_jobs", "Jobs given up", session.scalar(waiting) or 0)
        offset = clock_offset_ms(session) / 1000
        yield _gauge("portal_clock_offset_seconds", "Database's clock ahead of this one", offset)
        yield _gauge("portal_disk_free_bytes", "Room where files are written", _room())
        since = GaugeMetricFamily(
            "portal_routine_whole_timestamp_seconds",
            "When a routine last went through whole",
            labels=["routine"],
        )
        whole = GaugeMetricFamily(
            "portal_routine_whole", "Whether its last run was whole", labels=["routine"]
        )
        for name, run in routine_runs(session).items():
            whole.add_metric([name], float(run.whole))
            if run.whole_at is not None:
                since.add_metric([name], run.whole_at.timestamp())
        yield since
        yield whole


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)


def _room() -> int:
    settings: Settings = services().settings
    url = make_url(settings.database_url)
    beside = url.drivername.startswith("sqlite") and url.database
    return shutil.disk_usage(Path(beside).parent if beside else Path.cwd()).free
