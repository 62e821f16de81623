"""The pages of records and invoices."""

from portal.workdays.views import invoicing, recording, settling, together
from portal.workdays.views.blueprint import bp

__all__ = ["bp", "invoicing", "recording", "settling", "together"]
