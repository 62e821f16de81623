"""Logging in and out, and a new password for who has forgotten the old one."""

from __future__ import annotations

from datetime import timedelta

from flask import request, url_for
from flask import session as browser_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.organisations import passwords, queries, usecases
from portal.organisations.forms import AskResetForm, LogInForm, NewPasswordForm
from portal.organisations.rules import Purpose
from portal.organisations.views.blueprint import (
    bp,
    keep_token,
    next_step,
    provider_name,
    session_lasts,
    verified_hash,
)
from portal.shared.errors import RuleBroken
from portal.web.addresses import safe_address
from portal.web.forms import ButtonForm
from portal.web.pages import done, onwards, page
from portal.web.unit import TOKEN, me, now, present, reading, services, transaction


@bp.route("/login", methods=["GET", "POST"])
def log_in() -> ResponseReturnValue:
    """Log in and go on to where the reader wanted to be."""
    wanted = safe_address(request.values.get("next"))
    if request.method == "GET" and present() is not None:
        return onwards(next_step(wanted))
    form = LogInForm()
    if form.validate_on_submit():
        try:
            verified = verified_hash(form.email.data, form.password.data)
            with transaction() as session:
                token = usecases.log_in(
                    session,
                    email=form.email.data,
                    verified=verified,
                    address=request.remote_addr,
                    agent=request.user_agent.string,
                    lasts=session_lasts(),
                    at=now(),
                )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            keep_token(token)
            return onwards(next_step(wanted))
    return page(
        "organisations/log_in.html",
        status=422 if form.is_submitted() else 200,
        form=form,
        wanted=wanted,
        provider=provider_name(),
    )


@bp.post("/logout")
def log_out() -> ResponseReturnValue:
    """End this browser's session."""
    if ButtonForm().validate():
        with transaction() as session:
            usecases.log_out(
                session,
                token=browser_session[TOKEN],
                by=me(session, half_way=True),
                at=now(),
            )
        browser_session.clear()
    return done(_("You have logged out."), url_for("home"))


@bp.route("/reset", methods=["GET", "POST"])
def request_reset() -> ResponseReturnValue:
    """Ask for a link by which a new password can be chosen."""
    form = AskResetForm()
    if form.validate_on_submit():
        with transaction() as session:
            usecases.request_reset(
                session,
                email=form.email.data,
                link_lives=timedelta(hours=services().settings.reset_hours),
                at=now(),
            )
        return onwards(url_for(".reset_sent"))
    return page(
        "organisations/request_reset.html", status=422 if form.is_submitted() else 200, form=form
    )


@bp.get("/reset/sent")
def reset_sent() -> ResponseReturnValue:
    """The same for every address, known or not."""
    return page("organisations/reset_sent.html")


@bp.route("/reset/<token>", methods=["GET", "POST"])
def reset_password(token: str) -> ResponseReturnValue:
    """Choose a new password; looking at the page leaves the link as it is."""
    person = queries.link_in_force(reading(), token, Purpose.RESET, now())
    if person is None:
        return page("organisations/link_expired.html", status=410)
    email = person.email
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            hashed = passwords.hash_chosen(form.password.data, email)
            with transaction() as session:
                usecases.reset_password(session, token=token, password_hash=hashed, at=now())
            browser_session.clear()
            return done(_("The new password is in use. Log in with it."), url_for(".log_in"))
        except RuleBroken as broken:
            form.refuse(broken)
    return page(
        "organisations/new_password.html",
        status=422 if form.is_submitted() else 200,
        form=form,
        token=token,
        email=email,
    )
