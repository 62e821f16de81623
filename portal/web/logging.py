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

from flask import Flask, Response, current_app, g, has_request_context, request

from portal.shared.references import current_reference, new_reference

HEADER = "X-Request-ID"
REFERENCE = "portal.reference"
"""Where the server's environment of a request keeps its reference."""

# As servers in front make them; nobody's name or personal identity code looks so.
_SANE = re.compile(r"[0-9a-f-]{16,64}")
_EXTRA = (
    "request",
    "sent_as",
    "method",
    "route",
    "status",
    "ms",
    "person",
    "job",
    "kind",
    "task",
    "count",
)
_OURS = "portal"
_MOST_CAUSES = 5

log = logging.getLogger("portal.requests")


class JsonLines(logging.Formatter):
    """One JSON object a line, with the fields that are known to be harmless and no others."""

    def format(self, record: logging.LogRecord) -> str:
        """Exceptions as their type and the lines of code they came through."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            # What others put into their messages we cannot know.
            "message": record.getMessage() if _is_ours(record.name) else str(record.msg),
        }
        if has_request_context():
            line |= of_request()
        elif (reference := current_reference()) is not None:
            line["reference"] = reference
        line |= {name: getattr(record, name) for name in _EXTRA if hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None:
            fault = record.exc_info[1]
            line["fault"] = type(fault).__name__
            if causes := _causes(fault):
                line["caused_by"] = causes
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


def _is_ours(logger: str) -> bool:
    return logger == _OURS or logger.startswith(f"{_OURS}.")


def _causes(fault: BaseException) -> list[str]:
    """The types of what it came from, the nearest first."""
    found: list[str] = []
    cause = fault.__cause__ or fault.__context__
    while cause is not None and len(found) < _MOST_CAUSES:
        found.append(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    return found


def request_id() -> str:
    """The reference of this request. Never the sender's: two faults could be given one name."""
    given: str = request.environ.setdefault(REFERENCE, new_reference())
    return given


def _sent_id() -> str | None:
    """What a server in front calls this request, to find it in both logs."""
    sent = request.headers.get(HEADER, "")
    return sent if _SANE.fullmatch(sent) else None


def seconds_taken() -> float | None:
    """How long the request took; unknown where it failed before it had begun."""
    started = g.get("portal_started")
    return None if started is None else time.perf_counter() - started


def _milliseconds() -> float | None:
    took = seconds_taken()
    return None if took is None else round(took * 1000, 1)


def of_request() -> dict[str, str]:
    """By what every line about this request is found."""
    sent = _sent_id()
    return {"request": request_id()} | ({} if sent is None else {"sent_as": sent})


def route_told() -> str | None:
    """The route of this request where it may be told, as for `install`."""
    unlogged: frozenset[str] = current_app.extensions["portal_unlogged"]
    return None if request.endpoint in unlogged else request.endpoint


def install(app: Flask, unlogged: frozenset[str] = frozenset()) -> None:
    """Log every request but those for files and ``unlogged`` endpoints, and give its id back.

    Of the latter only what failed is told, without method, route and reader: their lines would
    tell whoever keeps the log what nobody may know of, as that a provider has offered.
    """
    app.extensions["portal_unlogged"] = unlogged

    @app.before_request
    def start() -> None:
        g.portal_started = time.perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers[HEADER] = request_id()
        if request.endpoint in unlogged:
            if response.status_code >= 500:
                log.info("request", extra={**of_request(), "status": response.status_code})
        elif request.endpoint != "static":
            reader = g.get("portal_reader")
            log.info(
                "request",
                extra={
                    **of_request(),
                    "method": request.method,
                    "route": request.endpoint,
                    "status": response.status_code,
                    "ms": _milliseconds(),
                    "person": str(reader) if reader is not None else None,
                },
            )
        return response
