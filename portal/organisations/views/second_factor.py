"""The second factor: given at log-in, taken into use, and cared for in one's account."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request, url_for
from flask import session as browser_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from portal.organisations import codes, queries, usecases
from portal.organisations.forms import CodeForm, EnrolForm
from portal.organisations.views.blueprint import (
    bp,
    next_step,
    renew_token,
    verified_code,
)
from portal.shared.errors import RuleBroken
from portal.web.addresses import safe_address
from portal.web.forms import ButtonForm
from portal.web.pages import done, onwards, page
from portal.web.unit import TOKEN, me, now, present, reading, services, transaction


@bp.route("/login/code", methods=["GET", "POST"])
def give_code() -> ResponseReturnValue:
    """The second step of logging in."""
    wanted = safe_address(request.values.get("next"))
    log_in = present()
    if log_in is None or log_in.whole or not log_in.has_factor:
        return onwards(next_step(wanted))
    form = CodeForm()
    if form.validate_on_submit():
        try:
            code = verified_code(form.code.data)
            with transaction() as session:
                token = usecases.give_code(
                    session,
                    token=browser_session[TOKEN],
                    code=code,
                    by=me(session, half_way=True),
                    at=now(),
                )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            # Forms may stand open, where a log-in was confirmed at the provider.
            renew_token(token)
            return onwards(wanted)
    return page(
        "organisations/give_code.html",
        status=422 if form.is_submitted() else 200,
        form=form,
        wanted=wanted,
    )


@bp.route("/login/second-factor", methods=["GET", "POST"])
def enrol() -> ResponseReturnValue:
    """Take a second factor into use, for who cannot go on without."""
    wanted = safe_address(request.values.get("next"))
    log_in = present()
    if log_in is None or log_in.whole or log_in.has_factor:
        return onwards(next_step(wanted))
    return _enrolment(url_for(".enrol"), wanted)


@bp.get("/account/second-factor")
def second_factor() -> ResponseReturnValue:
    """What the reader's second factor is, and what can be done with it."""
    return page(
        "organisations/second_factor.html",
        form=ButtonForm(formdata=None),
        **queries.second_factor_page(reading(), me(reading())),
    )


@bp.route("/account/second-factor/device", methods=["GET", "POST"])
def new_device() -> ResponseReturnValue:
    """Take an application into use, the first or another."""
    return _enrolment(url_for(".new_device"), url_for(".second_factor"))


@bp.route("/account/second-factor/codes", methods=["GET", "POST"])
def new_codes() -> ResponseReturnValue:
    """Ten new recovery codes in the place of the old ones."""
    form = ButtonForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                made = usecases.make_recovery_codes(session, by=me(session), at=now())
            return _codes(made, url_for(".second_factor"))
        except RuleBroken as broken:
            form.refuse(broken)
    return page(
        "organisations/new_codes.html",
        status=422 if form.is_submitted() else 200,
        form=form,
    )


@bp.route("/account/second-factor/off", methods=["GET", "POST"])
def switch_off() -> ResponseReturnValue:
    """Give the second factor up, where the reader's roles let them."""
    form = ButtonForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                usecases.switch_off_second_factor(
                    session, token=browser_session[TOKEN], by=me(session), at=now()
                )
            return done(_("Two-step log-in is switched off."), url_for(".second_factor"))
        except RuleBroken as broken:
            form.refuse(broken)
    return page(
        "organisations/switch_off.html", status=422 if form.is_submitted() else 200, form=form
    )


def _enrolment(action: str, wanted: str) -> ResponseReturnValue:
    owner = me(reading(), half_way=True)
    email = owner.email
    secret = codes.offered_secret(services().settings.storage_key, browser_session[TOKEN], owner.id)
    form = EnrolForm()
    if form.validate_on_submit():
        try:
            code = verified_code(form.code.data)
            with transaction() as session:
                token, made = usecases.enrol(
                    session,
                    secret=secret,
                    code=code,
                    token=browser_session[TOKEN],
                    by=me(session, half_way=True),
                    at=now(),
                )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            renew_token(token)
            return _codes(made, wanted)
    return page(
        "organisations/enrol.html",
        status=422 if form.is_submitted() else 200,
        form=form,
        action=action,
        wanted=wanted,
        picture=Markup(codes.picture_of(secret, email)),  # noqa: S704  # drawn from a QR code
        secret=codes.secret_to_type(secret),
    )


def _codes(made: Sequence[str], wanted: str) -> ResponseReturnValue:
    return page("organisations/recovery_codes.html", codes=made, wanted=wanted)
