"""The blueprint of the room's pages."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("finding", __name__, url_prefix="/search")
