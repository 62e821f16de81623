"""What is done with organisations, people and log-ins."""

from portal.organisations.usecases.account import (
    change_language,
    change_password,
    close_account,
    request_reset,
    reset_password,
)
from portal.organisations.usecases.joining import (
    accept_invitation,
    confirm_email,
    invite_person,
    sign_up_provider,
)
from portal.organisations.usecases.log_in import (
    begin_session,
    log_in,
    log_out,
    log_out_everywhere,
    note_try,
)
from portal.organisations.usecases.register import (
    add_organisation,
    register_organisation,
    register_person,
)

__all__ = [
    "accept_invitation",
    "add_organisation",
    "begin_session",
    "change_language",
    "change_password",
    "close_account",
    "confirm_email",
    "invite_person",
    "log_in",
    "log_out",
    "log_out_everywhere",
    "note_try",
    "register_organisation",
    "register_person",
    "request_reset",
    "reset_password",
    "sign_up_provider",
]
