"""The pages of soundings; those of needs have a blueprint of their own."""

from portal.soundings.views import needs
from portal.soundings.views.soundings import bp

__all__ = ["bp", "needs"]
