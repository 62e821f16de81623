"""The pages of capacity in use: call-offs, a contract's use, the closing of a training."""

from portal.capacity.views import call_offs, calling, closing, use
from portal.capacity.views.blueprint import bp

__all__ = ["bp", "call_offs", "calling", "closing", "use"]
