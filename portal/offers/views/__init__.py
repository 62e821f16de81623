"""The pages of the offers: writing, attaching, submitting, withdrawing, opening."""

from portal.offers.views import (
    attaching,
    holders,
    opening,
    papers,
    reusing,
    sheet,
    submitting,
    writing,
)
from portal.offers.views.blueprint import bp

__all__ = [
    "attaching",
    "bp",
    "holders",
    "opening",
    "papers",
    "reusing",
    "sheet",
    "submitting",
    "writing",
]
