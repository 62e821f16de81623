"""The course sponsor's page."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.enrolments.queries.mine import my_trainings
from portal.enrolments.views.blueprint import bp, today
from portal.enrolments.views.needs import need_text, need_url
from portal.web.pages import page
from portal.web.unit import me, reading


@bp.get("/my-trainings")
def mine() -> ResponseReturnValue:
    """All of the sponsor's trainings on one screen, with what needs them first at the top."""
    session = reading()
    found = my_trainings(
        session,
        me(session),
        request.args.get("state"),
        request.args.get("needs", 1, type=int),
        request.args.get("page", 1, type=int),
        today(),
    )
    return page(
        "enrolments/mine.html", found=found, need_text=need_text, need_url=need_url, today=today()
    )
