"""The pages of the call."""

from portal.procurement.views import calls, criteria, drafting, lots, options, own_criteria, sounded
from portal.procurement.views.blueprint import bp

__all__ = ["bp", "calls", "criteria", "drafting", "lots", "options", "own_criteria", "sounded"]
