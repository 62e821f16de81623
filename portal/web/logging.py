"""JSON lines on stdout: which request, how it ended, how long it took; never what it was about.

The path is not logged, since it may name an offer or a link, nor are the words of an exception,
since they may quote what somebody wrote: the route and the place in the code are enough.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
import traceback
from datetime import UTC, datetime
from uuid import uuid4

from flask import Flask, Response, g, has_request_context, request

HEADER = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_EXTRA = ("method", "route", "status", "ms", "person", "job", "kind", "task", "count")

log = logging.getLogger("portal.requests")


class JsonLines(logging.Formatter):
    """One JSON object a line, with the fields that are known to be harmless and no others."""

    def format(self, record: logging.LogRecord) -> str:
        """Exceptions as their type and the lines of code they came through."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context():
            line["request"] = request_id()
        line |= {name: getattr(record, name) for name in _EXTRA if hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None:
            fault = record.exc_info[1]
            line["fault"] = type(fault).__name__
            line["through"] = [
                f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(fault.__traceback__)
            ]
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(level: int = logging.INFO) -> None:
    """Send the process's log to stdout as JSON lines."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Their lines hold the full path, the text of every statement, every step of a layout, or one
    # for each job done, by which the submissions of a sealed call could be counted.
    for name in ("werkzeug", "gunicorn.access", "sqlalchemy.engine", "weasyprint.progress", "huey"):
        logging.getLogger(name).setLevel(logging.WARNING)


def request_id() -> str:
    """The id of this request: the sender's, if it looks like one, else a new one."""
    if "portal_request_id" not in g:
        sent = request.headers.get(HEADER, "")
        g.portal_request_id = sent if _SANE.fullmatch(sent) else uuid4().hex
    return str(g.portal_request_id)


def install(app: Flask, unlogged: frozenset[str] = frozenset()) -> None:
    """Log every request but those for files and ``unlogged`` endpoints, and give its id back.

    Of the latter only what failed is told, without method, route and reader: their lines would
    tell whoever keeps the log what nobody may know of, as that a provider has offered.
    """

    @app.before_request
    def start() -> None:
        g.portal_started = time.perf_counter()
        request_id()

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers[HEADER] = request_id()
        if request.endpoint in unlogged:
            if response.status_code >= 500:
                log.info("request", extra={"status": response.status_code})
        elif request.endpoint != "static":
            reader = g.get("portal_reader")
            log.info(
                "request",
                extra={
                    "method": request.method,
                    "route": request.endpoint,
                    "status": response.status_code,
                    "ms": round((time.perf_counter() - g.portal_started) * 1000, 1),
                    "person": str(reader) if reader is not None else None,
                },
            )
        return response
