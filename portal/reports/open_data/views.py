"""The pages of open data, for everybody."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, make_response, request
from flask.typing import ResponseReturnValue

from portal.reports.open_data.queries import packages_of, published_page
from portal.web.pages import page
from portal.web.unit import now, reading

bp = Blueprint("open_data", __name__, url_prefix="/open-data")


@bp.get("")
def index() -> ResponseReturnValue:
    """Every published procurement with its packages."""
    found = published_page(reading(), request.args.get("page", 1, type=int), now())
    return page("open_data/index.html", found=found)


@bp.get("/<uuid:procurement_id>/releases.json")
def releases(procurement_id: UUID) -> ResponseReturnValue:
    """All releases of a procurement."""
    return _json(packages_of(reading(), procurement_id, now()).releases)


@bp.get("/<uuid:procurement_id>/record.json")
def record(procurement_id: UUID) -> ResponseReturnValue:
    """The record of a procurement: its releases and what they add up to."""
    return _json(packages_of(reading(), procurement_id, now()).record)


def _json(content: bytes) -> Response:
    return make_response(content, {"Content-Type": "application/json"})
