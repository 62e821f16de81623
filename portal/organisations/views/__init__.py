"""The pages of organisations, people and log-ins."""

from portal.organisations.views import account, joining, log_in, opener_key, outbox, register
from portal.organisations.views.blueprint import bp

__all__ = ["account", "bp", "joining", "log_in", "opener_key", "outbox", "register"]
