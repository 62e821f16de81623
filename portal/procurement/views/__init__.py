"""The pages of the call."""

from portal.procurement.views import (
    calls,
    copying,
    criteria,
    drafting,
    lots,
    notices,
    options,
    own_criteria,
    requirements,
)
from portal.procurement.views.blueprint import bp

__all__ = [
    "bp",
    "calls",
    "copying",
    "criteria",
    "drafting",
    "lots",
    "notices",
    "options",
    "own_criteria",
    "requirements",
]
