"""Whether the process lives, and whether it can do its work."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any, NamedTuple

from flask import Blueprint, Response, jsonify, make_response
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.jobs.mail import JOB as SEND_MAIL
from portal.jobs.models import Job
from portal.migrate import is_current
from portal.shared.clock import SteadyClock
from portal.web.unit import clock_offset_ms, now, services

log = logging.getLogger("portal.health")
bp = Blueprint("health", __name__)

# Anybody may read this page, and what a sealed offer asked for would tell that there is one.
_UNTOLD = ("offer_receipt:", "mail:offer_", "mail:call_amended")


@bp.get("/healthz")
def process() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/clock")
def clock() -> Response:
    """What time it is by the clock that deadlines are held to."""
    answer = jsonify(now=now().isoformat())
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/readyz")
def ready() -> Response:
    """Whether the database answers at the newest migration, and what somebody has to look at.

    ``alarms`` names what is amiss and does not take the pages away from their readers: ``clock``,
    where the database server's is another or this one has been set; ``mail``, where a letter has
    not been sent for too long. Letters that would tell of a sealed offer are not looked at.
    """
    checks: dict[str, Any] = {"database": False, "migrations": False, "alarms": []}
    try:
        with services().database.reading() as session:
            ages = oldest(session, now())
            checks["oldest_job_seconds"] = ages.job
            checks["oldest_letter_seconds"] = ages.letter
            checks["clock_offset_ms"] = clock_offset_ms(session)
            checks["database"] = True
        checks["migrations"] = is_current(services().database)
        checks["alarms"] = _alarms(checks)
    except SQLAlchemyError:
        pass
    is_ready = checks["database"] and checks["migrations"]
    answer = jsonify(status="ready" if is_ready else "not ready", **checks)
    return make_response(answer, 200 if is_ready else 503)


class Oldest(NamedTuple):
    """How many seconds the oldest of each has waited; 0 where none waits."""

    job: int
    letter: int


def oldest(session: Session, at: datetime) -> Oldest:
    """Of the jobs that are due and of the letters, without those that tell of a sealed offer."""
    letters = (Job.kind == SEND_MAIL, Job.created_at <= at)
    return Oldest(
        job=_waited(session, at, Job.due_at, Job.due_at <= at),
        letter=_waited(session, at, Job.created_at, *letters),
    )


def _waited(
    session: Session,
    at: datetime,
    since: InstrumentedAttribute[datetime],
    *which: ColumnElement[bool],
) -> int:
    told = or_(
        Job.once.is_(None),
        and_(*(~Job.once.startswith(text, autoescape=True) for text in _UNTOLD)),
    )
    first = session.scalar(select(func.min(since)).where(Job.state == "waiting", told, *which))
    return int((at - first).total_seconds()) if first is not None else 0


def _alarms(checks: dict[str, Any]) -> list[str]:
    settings = services().settings
    alarms = []
    clock = services().clock
    jumped = isinstance(clock, SteadyClock) and clock.has_jumped()
    if jumped or abs(checks["clock_offset_ms"]) > settings.clock_alarm_ms:
        alarms.append("clock")
    if checks["oldest_letter_seconds"] > settings.mail_alarm_minutes * 60:
        alarms.append("mail")
    if alarms:
        log.warning("alarm: %s", ", ".join(alarms))
    return alarms
