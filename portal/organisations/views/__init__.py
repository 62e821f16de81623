"""The pages of organisations, people and log-ins."""

from portal.organisations.views import (
    account,
    confirming,
    going_on,
    joining,
    log_in,
    log_ins,
    opener_key,
    outbox,
    provider,
    register,
    second_factor,
)
from portal.organisations.views.blueprint import bp

__all__ = [
    "account",
    "bp",
    "confirming",
    "going_on",
    "joining",
    "log_in",
    "log_ins",
    "opener_key",
    "outbox",
    "provider",
    "register",
    "second_factor",
]
