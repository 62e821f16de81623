"""The pages of the criteria bank, for everybody to read."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from portal.criteria.queries import bank_page, criterion_page, set_page
from portal.web.pages import page
from portal.web.unit import reading

bp = Blueprint("criteria", __name__, url_prefix="/criteria")


@bp.get("")
def index() -> ResponseReturnValue:
    """The bank."""
    return page("criteria/index.html", found=bank_page())


@bp.get("/<key>")
def show(key: str) -> ResponseReturnValue:
    """One criterion, in its latest version or in the one asked for."""
    found = criterion_page(reading(), key, request.args.get("version", type=int))
    return page("criteria/show.html", found=found)


@bp.get("/sets/<key>")
def show_set(key: str) -> ResponseReturnValue:
    """One set, in its latest version or in the one asked for."""
    return page("criteria/set.html", found=set_page(key, request.args.get("version", type=int)))
