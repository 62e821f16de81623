"""The pages of the call."""

from portal.procurement.views import (
    amending,
    calls,
    criteria,
    drafting,
    lots,
    options,
    own_criteria,
    requirements,
)
from portal.procurement.views.blueprint import bp

__all__ = [
    "amending",
    "bp",
    "calls",
    "criteria",
    "drafting",
    "lots",
    "options",
    "own_criteria",
    "requirements",
]
