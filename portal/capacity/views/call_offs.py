"""The list of call-offs, one call-off, and what the provider and the caller do about it."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from flask import Response, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.capacity import usecases
from portal.capacity.forms import CancelForm, ConfirmForm, CopyForm, DeclineForm, decline_form
from portal.capacity.queries.listing import CHOICES, call_offs_page
from portal.capacity.queries.shown import call_off_of, call_off_page, order_document
from portal.capacity.views.blueprint import CALL_OFF, bp, today
from portal.documents import store
from portal.shared.errors import RuleBroken
from portal.web.forms import refuse
from portal.web.pages import done, not_found_unless, page
from portal.web.unit import me, now, reading, record_read, transaction


@bp.get("/call-offs")
def index() -> ResponseReturnValue:
    """The call-offs of one's office, provider or buyer."""
    session = reading()
    found = call_offs_page(
        session,
        me(session),
        request.args.get("state"),
        request.args.get("page", 1, type=int),
        today(),
        request.args.get("sort"),
    )
    return page("capacity/index.html", found=found, states=CHOICES)


@bp.get(CALL_OFF)
def show(call_off_id: UUID) -> ResponseReturnValue:
    """One call-off."""
    return call_off_answer(call_off_id)


def call_off_answer(
    call_off_id: UUID,
    *,
    confirming: ConfirmForm | None = None,
    copying: CopyForm | None = None,
    status: int = 200,
) -> Response:
    """The page of a call-off, with whatever was typed into one of its forms."""
    session = reading()
    found = call_off_page(session, call_off_id, me(session), today())
    units = "\n".join(found.call_off.units)
    return page(
        "capacity/show.html",
        status=status,
        found=found,
        confirming=confirming or ConfirmForm(formdata=None),
        copying=copying or CopyForm(formdata=None, data={"copied_units": units}),
    )


@bp.get(f"{CALL_OFF}/order.pdf")
def order(call_off_id: UUID) -> ResponseReturnValue:
    """The order as PDF."""
    session = reading()
    call_off = call_off_of(session, call_off_id, me(session))
    stored = not_found_unless(order_document(session, call_off))
    record_read(call_off.id)
    reference = call_off.contract.reference.replace("/", "-")
    return send_file(
        BytesIO(store.content(session, stored)),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"{reference}-{call_off.n}.pdf",
        max_age=0,
    )


@bp.post(f"{CALL_OFF}/confirm")
def confirm(call_off_id: UUID) -> ResponseReturnValue:
    """The provider takes the call-off and names the first day."""
    form = ConfirmForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                usecases.confirm_call_off(
                    session,
                    call_off=call_off_of(session, call_off_id, by),
                    starts=form.day(),
                    by=by,
                    at=now(),
                )
            message = _("You have confirmed the call-off. The caller has been told.")
            return done(message, url_for(".show", call_off_id=call_off_id))
        except RuleBroken as broken:
            refuse(form, broken)
    return call_off_answer(call_off_id, confirming=form, status=422)


@bp.get(f"{CALL_OFF}/decline")
def ask_decline(call_off_id: UUID) -> ResponseReturnValue:
    """On which ground, and why."""
    return _ending("decline_call_off", call_off_id, decline_form(empty=True))


@bp.post(f"{CALL_OFF}/decline")
def decline(call_off_id: UUID) -> ResponseReturnValue:
    """The provider does not take the call-off."""
    form = decline_form(empty=False)
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                usecases.decline_call_off(
                    session,
                    call_off=call_off_of(session, call_off_id, by),
                    reason=form.reason.data,
                    ground=form.chosen_ground(),
                    by=by,
                    at=now(),
                )
            message = _("You have declined the call-off. The caller has been told.")
            return done(message, url_for(".show", call_off_id=call_off_id))
        except RuleBroken as broken:
            refuse(form, broken)
    return _ending("decline_call_off", call_off_id, form, 422)


@bp.get(f"{CALL_OFF}/cancel")
def ask_cancel(call_off_id: UUID) -> ResponseReturnValue:
    """Whether cancelling is meant, and why."""
    return _ending("cancel_call_off", call_off_id, CancelForm(formdata=None))


@bp.post(f"{CALL_OFF}/cancel")
def cancel(call_off_id: UUID) -> ResponseReturnValue:
    """The caller takes the call-off back."""
    form = CancelForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                usecases.cancel_call_off(
                    session,
                    call_off=call_off_of(session, call_off_id, by),
                    reason=form.reason.data,
                    by=by,
                    at=now(),
                )
            message = _("The call-off has been cancelled. The provider has been told.")
            return done(message, url_for(".show", call_off_id=call_off_id))
        except RuleBroken as broken:
            refuse(form, broken)
    return _ending("cancel_call_off", call_off_id, form, 422)


def _ending(
    act: str, call_off_id: UUID, form: CancelForm | DeclineForm, status: int = 200
) -> Response:
    session = reading()
    found = call_off_page(session, call_off_id, me(session), today())
    return page("capacity/end.html", status=status, found=found, form=form, act=act)
