"""The room's blueprint, and what several of its views do alike."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, request
from flask import session as browser_session
from flask.blueprints import BlueprintSetupState

from portal.organisations import passwords, queries, usecases
from portal.web.unit import TOKEN, now, reading, services, transaction

bp = Blueprint("organisations", __name__)


@bp.record_once
def _keep_cookie_as_long_as_session(state: BlueprintSetupState) -> None:
    hours = state.app.extensions["portal"].settings.session_hours
    state.app.permanent_session_lifetime = timedelta(hours=hours)


def verified_hash(email: str, password: str) -> str | None:
    """The kept hash that the password matches, if it does; the try counts as a wrong one.

    Raises RuleBroken ``log_in_wait`` when there have been too many.
    """
    with transaction() as session:
        usecases.note_try(session, email=email, address=request.remote_addr, at=now())
    kept = queries.password_hash_of(reading(), email)
    return kept if passwords.matches(kept, password) else None


def keep_token(token: str) -> None:
    """The browser's session holds the token and nothing from before."""
    browser_session.clear()
    browser_session[TOKEN] = token
    browser_session.permanent = True


def invitation_lives() -> timedelta:
    """How long an invitation or a confirmation can be used."""
    return timedelta(days=services().settings.invitation_days)
