"""Coming to the portal: signing up, confirming the address, taking up an invitation."""

from __future__ import annotations

from flask import session as browser_session
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.organisations import passwords, queries, usecases
from portal.organisations.forms import NewPasswordForm, SignUpForm, names_of
from portal.organisations.rules import Purpose
from portal.organisations.views.blueprint import bp, invitation_lives
from portal.shared.errors import RuleBroken
from portal.web.forms import ButtonForm
from portal.web.language import current_language
from portal.web.pages import done, onwards, page
from portal.web.unit import now, reading, transaction


@bp.route("/sign-up", methods=["GET", "POST"])
def sign_up() -> ResponseReturnValue:
    """Sign a provider up."""
    form = SignUpForm()
    if form.validate_on_submit():
        try:
            hashed = passwords.hash_chosen(form.password.data, form.email.data)
            with transaction() as session:
                usecases.sign_up_provider(
                    session,
                    organisation_name=names_of(form),
                    business_id=form.business_id.data,
                    name=form.name.data,
                    email=form.email.data,
                    password_hash=hashed,
                    language=current_language(),
                    link_lives=invitation_lives(),
                    at=now(),
                )
            return onwards(url_for(".sign_up_sent"))
        except RuleBroken as broken:
            form.refuse(broken)
    return page("organisations/sign_up.html", status=422 if form.is_submitted() else 200, form=form)


@bp.get("/sign-up/sent")
def sign_up_sent() -> ResponseReturnValue:
    """The same for every address, known or not."""
    return page("organisations/sign_up_sent.html", days=invitation_lives().days)


@bp.route("/confirm/<token>", methods=["GET", "POST"])
def confirm_email(token: str) -> ResponseReturnValue:
    """Confirm the address by a button, since mail programs open links by themselves."""
    person = queries.link_in_force(reading(), token, Purpose.CONFIRM, now())
    if person is None:
        return page("organisations/link_expired.html", status=410)
    form = ButtonForm()
    if form.validate_on_submit():
        with transaction() as session:
            usecases.confirm_email(session, token=token, at=now())
        return done(_("Your e-mail address is confirmed. Log in."), url_for(".log_in"))
    return page("organisations/confirm_email.html", form=form, token=token, email=person.email)


@bp.route("/invitation/<token>", methods=["GET", "POST"])
def accept_invitation(token: str) -> ResponseReturnValue:
    """Take up an invitation with a password of one's own."""
    person = queries.link_in_force(reading(), token, Purpose.INVITATION, now())
    if person is None:
        return page("organisations/link_expired.html", status=410)
    shown = {"email": person.email, **queries.account_page(reading(), person, now())}
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            hashed = passwords.hash_chosen(form.password.data, person.email)
            with transaction() as session:
                usecases.accept_invitation(
                    session,
                    token=token,
                    password_hash=hashed,
                    language=current_language(),
                    at=now(),
                )
            browser_session.clear()
            return done(_("Your account is ready. Log in."), url_for(".log_in"))
        except RuleBroken as broken:
            form.refuse(broken)
    return page(
        "organisations/invitation.html",
        status=422 if form.is_submitted() else 200,
        form=form,
        token=token,
        **shown,
    )
