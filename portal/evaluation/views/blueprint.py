"""The blueprint of the room, where its pages are, and what its views share."""

from __future__ import annotations

from flask import Blueprint

from portal.shared.errors import RuleBroken
from portal.web.forms import PortalForm
from portal.web.forms import refuse as refuse_beside

bp = Blueprint("evaluation", __name__)

PROCUREMENT = "/procurements/<uuid:procurement_id>"
OFFER = f"{PROCUREMENT}/offers/<uuid:offer_id>"
# A lot's key may be any text, a slash included.
LOT = f"{PROCUREMENT}/evaluation/lots/<path:lot_key>"

SHUT_OUT = frozenset({"not_permitted", "interests_undeclared", "conflict_of_interest"})


def refuse(form: PortalForm, broken: RuleBroken) -> None:
    """Say why beside the form; whoever may not see the page at all gets the refusal alone."""
    refuse_beside(form, broken, alone=SHUT_OUT)
