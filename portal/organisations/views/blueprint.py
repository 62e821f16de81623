"""The room's blueprint, and what several of its views do alike."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, request, url_for
from flask import session as browser_session
from flask.blueprints import BlueprintSetupState

from portal.organisations import codes, passwords, queries, usecases
from portal.web.unit import TOKEN, me, now, present, reading, services, transaction

bp = Blueprint("organisations", __name__)


@bp.record_once
def _keep_cookie_as_long_as_session(state: BlueprintSetupState) -> None:
    # The server knows when a log-in ends; the cookie says a day longer whose it was, so that what
    # is sent too late can be kept for its sender.
    settings = state.app.extensions["portal"].settings
    hours = max(settings.session_hours, settings.session_most_hours)
    state.app.permanent_session_lifetime = timedelta(hours=hours + 24)


def verified_hash(email: str, password: str) -> str | None:
    """The kept hash that the password matches, if it does; the try counts as a wrong one.

    Raises RuleBroken ``log_in_wait`` when there have been too many.
    """
    with transaction() as session:
        usecases.note_try(session, email=email, address=request.remote_addr, at=now())
    kept = queries.password_hash_of(reading(), email)
    return kept if passwords.matches(kept, password) else None


def verified_code(code: str) -> str:
    """The code as typed, which counts as a wrong one until it turns out right.

    Raises RuleBroken ``code_wait`` when there have been too many.
    """
    with transaction() as session:
        usecases.note_code_try(
            session,
            recovery=not codes.is_of_application(codes.bare(code)),
            by=me(session, half_way=True),
            at=now(),
        )
    return code


def keep_token(token: str) -> None:
    """The browser's session holds the token and nothing from before."""
    browser_session.clear()
    renew_token(token)


def renew_token(token: str) -> None:
    """The same log-in goes on with another token, and the forms that stand open stay good."""
    browser_session[TOKEN] = token
    browser_session.permanent = True


def next_step(wanted: str) -> str:
    """Where whoever has given the password goes: to what is still owed, or to what they wanted."""
    log_in = present()
    if log_in is None or log_in.whole:
        return wanted
    step = "give_code" if log_in.has_factor else "enrol"
    return url_for(f"organisations.{step}", next=wanted)


def session_lasts() -> timedelta:
    """How long a log-in lasts."""
    return timedelta(hours=services().settings.session_hours)


def invitation_lives() -> timedelta:
    """How long an invitation or a confirmation can be used."""
    return timedelta(days=services().settings.invitation_days)


def provider_name() -> str | None:
    """What the OpenID Connect provider is called, where the installation has one."""
    settings = services().settings
    return settings.oidc_name if settings.oidc_issuer and settings.oidc_client_id else None
