"""Who the reader is, once more, before an act that asks for a fresh log-in."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, make_response, request, url_for
from flask import session as browser_session
from flask.typing import ResponseReturnValue

from portal.organisations import usecases
from portal.organisations.forms import ConfirmForm
from portal.organisations.views.blueprint import (
    bp,
    provider_name,
    renew_token,
    verified_code,
    verified_hash,
)
from portal.shared.errors import RuleBroken
from portal.web.addresses import nearest_page, safe_address, wanted_page
from portal.web.htmx import is_htmx, leave_for, swap_main
from portal.web.pages import onwards, page
from portal.web.unit import TOKEN, me, now, present, reading, services, transaction

PREFIX = "confirm"
_NOT_TYPED = {"csrf_token", f"{PREFIX}-password", f"{PREFIX}-code"}


@bp.route("/login/confirm", methods=["GET", "POST"])
def confirm() -> ResponseReturnValue:
    """Show once more who one is, and go on."""
    wanted = safe_address(request.values.get("next"))
    form = ConfirmForm(prefix=PREFIX)
    if form.validate_on_submit() and _confirmed(form):
        return onwards(wanted)
    if request.method == "GET" and is_fresh():
        return onwards(wanted)
    return _asked(form, url_for(".confirm"), wanted, [("next", wanted)])


def is_fresh() -> bool:
    """Whether the reader has shown who they are within the minutes that the setting says."""
    log_in = present()
    minutes = timedelta(minutes=services().settings.fresh_minutes)
    return log_in is not None and now() - log_in.confirmed_at <= minutes


def confirm_first() -> ResponseReturnValue | None:
    """What stands before an act that asks for a fresh log-in; None where nothing does.

    A page is led to by way of the confirmation. What a form has sent is kept in the confirmation,
    and goes on with it to where it was sent, so that nothing that was typed is lost.
    """
    if is_fresh():
        return None
    if request.method in ("GET", "HEAD"):
        url = url_for("organisations.confirm", next=wanted_page())
        return leave_for(url, make_response("")) if is_htmx() else onwards(url)
    form = ConfirmForm(prefix=PREFIX)
    sent = form.password.name in request.form
    if sent and form.validate() and _confirmed(form):
        return None
    typed = [
        (name, value) for name, value in request.form.items(multi=True) if name not in _NOT_TYPED
    ]
    answer = _asked(form, request.full_path.rstrip("?"), nearest_page(request.path), typed)
    return swap_main(answer) if is_htmx() else answer


def _confirmed(form: ConfirmForm) -> bool:
    try:
        verified = verified_hash(me(reading()).email, form.password.data or "")
        log_in = present()
        needs_code = log_in is not None and log_in.has_factor
        code = verified_code(form.code.data or "") if needs_code and verified else ""
        with transaction() as session:
            token = usecases.confirm_log_in(
                session,
                token=browser_session[TOKEN],
                verified=verified,
                code=code,
                address=request.remote_addr,
                by=me(session),
                at=now(),
            )
    except RuleBroken as broken:
        form.refuse(broken)
        return False
    renew_token(token)
    return True


def _asked(form: ConfirmForm, action: str, wanted: str, typed: list[tuple[str, str]]) -> Response:
    log_in = present()
    return page(
        "organisations/confirm.html",
        status=422 if request.method == "POST" else 200,
        refused=bool(form.problems()),
        form=form,
        action=action,
        typed=typed,
        wanted=wanted,
        replayed=action != url_for("organisations.confirm"),
        asks_code=log_in is not None and log_in.has_factor,
        provider=provider_name(),
    )
