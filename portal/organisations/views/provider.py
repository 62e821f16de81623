"""Logging in by the installation's OpenID Connect provider.

It is begun by a link and not by a form, so that the policy of the pages need not let forms lead
out of the portal. What the answer has to fit is kept in the browser's signed session, for once.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import request, url_for
from flask import session as browser_session
from flask.typing import ResponseReturnValue

from portal.organisations import provider as client
from portal.organisations import usecases
from portal.organisations.views.blueprint import (
    bp,
    keep_token,
    next_step,
    provider_name,
    renew_token,
    session_lasts,
)
from portal.shared.errors import NotFound, RuleBroken
from portal.web.addresses import safe_address
from portal.web.pages import onwards, page
from portal.web.unit import TOKEN, current_person, me, now, services, transaction

_KEPT = "provider"
_ANSWERED_WITHIN = timedelta(minutes=15)


@bp.get("/login/provider")
def provider() -> ResponseReturnValue:
    """Off to the provider; somebody logged in is asked there once more who they are."""
    _configured()
    wanted = safe_address(request.args.get("next"))
    again = current_person() is not None
    try:
        asked = client.ask(services().settings, _return_address(), again=again)
    except RuleBroken as broken:
        return _refused(broken, wanted)
    browser_session[_KEPT] = {
        "state": asked.state,
        "nonce": asked.nonce,
        "verifier": asked.verifier,
        "next": wanted,
        "at": now().timestamp(),
        "again": again,
    }
    return onwards(asked.url)


@bp.get("/login/provider/answer")
def provider_answer() -> ResponseReturnValue:
    """Back from the provider."""
    _configured()
    kept = browser_session.pop(_KEPT, None)
    wanted = safe_address(kept["next"] if kept else None)
    try:
        claims = _claims(kept)
    except RuleBroken as broken:
        return _refused(broken, wanted)
    again = bool(kept["again"])
    old_token = browser_session.get(TOKEN) if again else None
    try:
        with transaction() as session:
            token = usecases.log_in_by_provider(
                session,
                issuer=str(services().settings.oidc_issuer),
                claims=claims,
                address=request.remote_addr,
                agent=request.user_agent.string,
                lasts=session_lasts(),
                instead_of=old_token,
                by=me(session) if again else None,
                at=now(),
            )
    except RuleBroken as broken:
        return _refused(broken, wanted, noted=True)
    # Who only shows once more who they are may have forms standing open.
    (renew_token if again else keep_token)(token)
    return onwards(next_step(wanted))


def _claims(kept: dict[str, Any] | None) -> client.Claims:
    state = request.args.get("state", "")
    if (
        kept is None
        or not hmac.compare_digest(kept["state"].encode(), state.encode())
        or "error" in request.args
    ):
        raise RuleBroken("provider_refused")
    asked_at = datetime.fromtimestamp(kept["at"], UTC)
    if now() - asked_at > _ANSWERED_WITHIN:
        raise RuleBroken("provider_refused")
    return client.claims_for(
        services().settings,
        _return_address(),
        code=request.args.get("code", ""),
        nonce=kept["nonce"],
        verifier=kept["verifier"],
        since=asked_at if kept["again"] else None,
        at=now(),
    )


def _return_address() -> str:
    return services().settings.base_url + url_for("organisations.provider_answer")


def _configured() -> None:
    if provider_name() is None:
        raise NotFound


def _refused(broken: RuleBroken, wanted: str, *, noted: bool = False) -> ResponseReturnValue:
    if not noted:
        try:
            with transaction() as session:
                usecases.note_provider_refusal(session, rule=broken.rule, by=None, at=now())
        except RuleBroken as kept:
            broken = kept
    return page(
        "organisations/provider_refused.html",
        status=422,
        text=services().refusal_text(broken),
        provider=provider_name(),
        wanted=wanted,
        again=current_person() is not None,
    )
