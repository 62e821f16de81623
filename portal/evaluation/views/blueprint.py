"""The blueprint of the room, where its pages are, and what its views share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, url_for

from portal.shared.errors import RuleBroken
from portal.web.forms import PortalForm
from portal.web.forms import refuse as refuse_beside

bp = Blueprint("evaluation", __name__)

PROCUREMENT = "/procurements/<uuid:procurement_id>"
OFFER = f"{PROCUREMENT}/offers/<uuid:offer_id>"
# A lot's key may be any text, a slash included.
LOT = f"{PROCUREMENT}/evaluation/lots/<path:lot_key>"

_ANY_OFFER = UUID(int=0)

SHUT_OUT = frozenset({"not_permitted", "interests_undeclared", "conflict_of_interest"})


def refuse(form: PortalForm, broken: RuleBroken) -> None:
    """Say why beside the form; whoever may not see the page at all gets the refusal alone."""
    refuse_beside(form, broken, alone=SHUT_OUT)


def address_of(endpoint: str, **place: Any) -> Callable[[UUID], str]:
    """Where a page about an offer is, by the offer's key.

    The address is built once, and only the key changed, since a lot may have hundreds of offers.
    """
    before, _, after = url_for(endpoint, offer_id=_ANY_OFFER, **place).rpartition(str(_ANY_OFFER))
    return lambda offer_id: f"{before}{offer_id}{after}"
