"""Whether the process lives, and whether it can do its work."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, make_response
from sqlalchemy import and_, func, or_, select
from sqlalchemy.exc import SQLAlchemyError

from portal.jobs.models import Job
from portal.migrate import is_current
from portal.web.unit import now, services

bp = Blueprint("health", __name__)

# Anybody may read this page, and what a sealed offer asked for would tell that there is one.
_UNTOLD = ("offer_receipt:", "mail:offer_", "mail:call_amended")


@bp.get("/healthz")
def process() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
def ready() -> Response:
    """The database answers, is at the newest migration, and how long the oldest job has waited.

    Late jobs are told but do not take the pages away from their readers.
    """
    checks: dict[str, Any] = {"database": False, "migrations": False}
    try:
        with services().database.reading() as session:
            oldest = session.scalar(
                select(func.min(Job.due_at)).where(
                    Job.state == "waiting",
                    Job.due_at <= now(),
                    or_(
                        Job.once.is_(None),
                        and_(*(~Job.once.startswith(text, autoescape=True) for text in _UNTOLD)),
                    ),
                )
            )
            checks["database"] = True
            checks["oldest_job_seconds"] = (
                int((now() - oldest).total_seconds()) if oldest is not None else 0
            )
        checks["migrations"] = is_current(services().database)
    except SQLAlchemyError:
        pass
    is_ready = checks["database"] and checks["migrations"]
    answer = jsonify(status="ready" if is_ready else "not ready", **checks)
    return make_response(answer, 200 if is_ready else 503)
