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
from portal.organisations.usecases.kept_forms import (
    drop_form,
    drop_old_forms,
    keep_form,
    kept_form,
    person_whose_log_in_ended,
)
from portal.organisations.usecases.log_in import (
    begin_session,
    confirm_log_in,
    end_log_in,
    give_code,
    log_in,
    log_out,
    log_out_everywhere,
    renew_log_in,
)
from portal.organisations.usecases.provider import log_in_by_provider, note_provider_refusal
from portal.organisations.usecases.register import (
    add_organisation,
    register_organisation,
    register_person,
    take_role_away,
)
from portal.organisations.usecases.second_factor import (
    enrol,
    make_recovery_codes,
    reset_second_factor,
    switch_off_second_factor,
)
from portal.organisations.usecases.tries import note_code_try, note_try

__all__ = [
    "accept_invitation",
    "add_organisation",
    "begin_session",
    "change_language",
    "change_password",
    "close_account",
    "confirm_email",
    "confirm_log_in",
    "drop_form",
    "drop_old_forms",
    "end_log_in",
    "enrol",
    "give_code",
    "invite_person",
    "keep_form",
    "kept_form",
    "log_in",
    "log_in_by_provider",
    "log_out",
    "log_out_everywhere",
    "make_recovery_codes",
    "note_code_try",
    "note_provider_refusal",
    "note_try",
    "person_whose_log_in_ended",
    "register_organisation",
    "register_person",
    "renew_log_in",
    "request_reset",
    "reset_password",
    "reset_second_factor",
    "sign_up_provider",
    "switch_off_second_factor",
    "take_role_away",
]
