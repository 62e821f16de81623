"""The blueprint of the room, and where its pages are."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("offers", __name__)

OFFER = "/procurements/<uuid:procurement_id>/offer"
OPENING = "/procurements/<uuid:procurement_id>/opening"
