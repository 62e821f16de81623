"""The pages of groups that several offices fill."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.capacity.groups.forms import ApprovalForm, JoinForm, join_form
from portal.capacity.groups.joining import join_group
from portal.capacity.groups.queries import group_of, join_page, last_seats
from portal.capacity.models import CallOff
from portal.capacity.queries.shown import call_off_of
from portal.capacity.usecases import approve_small_group
from portal.contracts.models import Contract
from portal.organisations.models import Organisation, Person
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import NotFound, RuleBroken
from portal.web.acting import acted
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, services, transaction

bp = Blueprint("last_seats", __name__, url_prefix="/last-seats")


@bp.get("")
def index() -> ResponseReturnValue:
    """Groups that are a few people short and close soon."""
    session = reading()
    settings = services().settings
    rows = last_seats(
        session,
        me(session),
        day_in_helsinki(now()),
        most=settings.last_seats_most,
        days=settings.last_seats_days,
    )
    return page("last_seats/index.html", rows=rows, settings=settings)


@bp.get("/<uuid:call_off_id>")
def join(call_off_id: UUID) -> ResponseReturnValue:
    """What joining means, and the form for it."""
    return _join_page(call_off_id, None)


@bp.post("/<uuid:call_off_id>")
def do_join(call_off_id: UUID) -> ResponseReturnValue:
    """Call off into the group."""
    session = reading()
    found = join_page(session, me(session), call_off_id, day_in_helsinki(now()))
    form = join_form(found.contracts, found.offices)
    if form.validate():
        given: dict[str, Any] = form.data
        try:
            with transaction() as writing:
                by = me(writing)
                office_id = form.chosen_office()
                contract = writing.get(Contract, form.chosen_contract())
                host = writing.get(CallOff, call_off_id)
                if contract is None or host is None:
                    raise NotFound
                join_group(
                    writing,
                    host=host,
                    contract=contract,
                    office=None if office_id is None else writing.get(Organisation, office_id),
                    workdays=given["workdays"],
                    places=given["places"],
                    gain=given["gain"] or "",
                    key=form.once.key(),
                    by=by,
                    at=now(),
                )
            return done(
                _("Your places are called off into the group. The provider confirms it as one."),
                url_for(".index"),
            )
        except RuleBroken as broken:
            form.refuse(broken)
    return _join_page(call_off_id, form, 422)


def _join_page(call_off_id: UUID, form: JoinForm | None, status: int = 200) -> Response:
    session = reading()
    found = join_page(session, me(session), call_off_id, day_in_helsinki(now()))
    if form is None:
        form = join_form(found.contracts, found.offices, formdata=None)
    return page("last_seats/join.html", status=status, found=found, form=form)


@bp.get("/<uuid:call_off_id>/small-group")
def ask_approval(call_off_id: UUID) -> ResponseReturnValue:
    """What letting a small group go on means, and why it is done."""
    return _approval_page(call_off_id, ApprovalForm(formdata=None))


@bp.post("/<uuid:call_off_id>/small-group")
def approve(call_off_id: UUID) -> ResponseReturnValue:
    """Let the group go on under the minimum."""
    form = ApprovalForm()

    def act(session: Session, by: Person) -> str:
        approve_small_group(
            session,
            call_off=call_off_of(session, call_off_id, by),
            reason=form.reason.data or "",
            by=by,
            at=now(),
        )
        return url_for("capacity.show", call_off_id=call_off_id)

    return acted(
        form, act, _("The group goes on under the minimum. The provider can confirm it.")
    ) or _approval_page(call_off_id, form, 422)


def _approval_page(call_off_id: UUID, form: ApprovalForm, status: int = 200) -> Response:
    session = reading()
    call_off = call_off_of(session, call_off_id, me(session))
    return page(
        "last_seats/approve.html",
        status=status,
        call_off=call_off,
        group=group_of(session, call_off),
        form=form,
    )
