"""The pages of the call."""

from portal.procurement.views import (
    amending,
    calls,
    copying,
    criteria,
    drafting,
    lots,
    notices,
    openers,
    options,
    own_criteria,
    requirements,
    sounded,
)
from portal.procurement.views.blueprint import bp

__all__ = [
    "amending",
    "bp",
    "calls",
    "copying",
    "criteria",
    "drafting",
    "lots",
    "notices",
    "openers",
    "options",
    "own_criteria",
    "requirements",
    "sounded",
]
