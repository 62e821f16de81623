"""One's own account."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask import session as browser_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.organisations import passwords, queries, usecases
from portal.organisations.forms import (
    ChangePasswordForm,
    CloseAccountForm,
    LanguageForm,
)
from portal.organisations.views.blueprint import bp, verified_hash
from portal.shared.errors import RuleBroken
from portal.web.forms import ButtonForm
from portal.web.language import answering_in, current_language, remember
from portal.web.pages import done, page
from portal.web.unit import TOKEN, me, now, reading, transaction


@bp.get("/account")
def account() -> ResponseReturnValue:
    """What is known of the reader, and what can be changed."""
    return _account()


@bp.post("/account/language")
def change_language() -> ResponseReturnValue:
    """Choose the language of pages and letters."""
    form = LanguageForm(prefix="language")
    if not form.validate():
        return _account(422, language_form=form)
    with transaction() as session:
        usecases.change_language(session, language=form.language.data, by=me(session), at=now())
    with answering_in(form.language.data):
        response = done(_("The language is changed."), url_for(".account"))
    remember(response, form.language.data)
    return response


@bp.post("/account/password")
def change_password() -> ResponseReturnValue:
    """Choose a new password; other browsers are logged out."""
    form = ChangePasswordForm(prefix="password")
    if form.validate():
        email = me(reading()).email
        try:
            hashed = passwords.hash_chosen(form.password.data, email)
            verified = verified_hash(email, form.old_password.data)
            with transaction() as session:
                usecases.change_password(
                    session,
                    verified=verified,
                    password_hash=hashed,
                    token=browser_session[TOKEN],
                    address=request.remote_addr,
                    by=me(session),
                    at=now(),
                )
            return done(
                _("The new password is in use. Other browsers have been logged out."),
                url_for(".account"),
            )
        except RuleBroken as broken:
            form.refuse(broken)
    return _account(422, password_form=form)


@bp.post("/account/log-out-everywhere")
def log_out_everywhere() -> ResponseReturnValue:
    """End all sessions, this one too."""
    if not ButtonForm().validate():
        return _account(422)
    with transaction() as session:
        usecases.log_out_everywhere(session, by=me(session), at=now())
    browser_session.clear()
    return done(_("You have been logged out of all browsers."), url_for("home"))


@bp.post("/account/close")
def close_own_account() -> ResponseReturnValue:
    """Close one's own account, with the password."""
    form = CloseAccountForm(prefix="close")
    if form.validate():
        try:
            verified = verified_hash(me(reading()).email, form.old_password.data)
            with transaction() as session:
                myself = me(session)
                usecases.close_account(
                    session, person=myself, by=myself, at=now(), verified=verified
                )
            browser_session.clear()
            return done(_("Your account is closed."), url_for("home"))
        except RuleBroken as broken:
            form.refuse(broken)
    return _account(422, close_form=form)


def _account(status: int = 200, **forms: Any) -> ResponseReturnValue:
    shown = {
        "language_form": LanguageForm(
            formdata=None, prefix="language", data={"language": current_language()}
        ),
        "password_form": ChangePasswordForm(formdata=None, prefix="password"),
        "close_form": CloseAccountForm(formdata=None, prefix="close"),
        "button_form": ButtonForm(formdata=None),
        **forms,
    }
    return page(
        "organisations/account.html",
        status=status,
        **shown,
        **queries.account_page(reading(), me(reading()), now()),
    )
