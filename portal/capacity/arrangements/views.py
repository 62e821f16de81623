"""The pages of rankings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.capacity.arrangements import usecases
from portal.capacity.arrangements.forms import (
    ArrangementForm,
    BidForm,
    CallDownForm,
    arrangement_form,
    bid_form,
    call_down_form,
)
from portal.capacity.arrangements.models import Arrangement
from portal.capacity.arrangements.queries import (
    arrangement_of,
    arrangement_page,
    arrangements_page,
    contracts_to_rank,
    fields_of,
    need_of,
    need_page,
)
from portal.capacity.arrangements.rules import Mode
from portal.contracts.models import Contract
from portal.organisations.models import Organisation, Person
from portal.permissions import Role
from portal.shared.errors import NotFound, RuleBroken
from portal.training_forms.queries import forms_of
from portal.training_forms.words import form_text
from portal.web.filters import add_status_texts
from portal.web.forms import ButtonForm
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, transaction

bp = Blueprint("arrangements", __name__, url_prefix="/rankings")

add_status_texts(
    {
        "ranking": _l("Down the ranking"),
        "competition": _l("A competition each time"),
        "bidding": _l("Waits for bids"),
        "placed": _l("Called off"),
        "exhausted": _l("Nobody took it"),
        "called": _l("Called off"),
        "no_capacity": _l("Passed over: not enough capacity left"),
        "call_off_reserved": _l("Waits for the provider"),
        "call_off_confirmed": _l("Confirmed"),
        "call_off_declined": _l("Declined"),
        "call_off_cancelled": _l("Taken back"),
    }
)


@bp.get("")
def index() -> ResponseReturnValue:
    """The rankings that the reader may see."""
    session = reading()
    person = me(session)
    return page(
        "arrangements/index.html",
        rows=arrangements_page(session, person),
        may_set_up=person.holds({Role.PROCUREMENT_OFFICER}),
    )


@bp.get("/new")
def new() -> ResponseReturnValue:
    """An empty form."""
    session = reading()
    return _new_page(arrangement_form(contracts_to_rank(session, me(session)), formdata=None))


@bp.post("/new")
def set_up() -> ResponseReturnValue:
    """Put contracts into a ranking."""
    session = reading()
    form = arrangement_form(contracts_to_rank(session, me(session)))
    if form.validate():
        try:
            with transaction() as writing:
                contracts = [writing.get_one(Contract, key) for key in form.order()]
                made = usecases.set_up_arrangement(
                    writing,
                    buyer=writing.get_one(Organisation, contracts[0].buyer_id),
                    title=form.title.data,
                    mode=Mode(form.mode.data),
                    contracts=contracts,
                    by=me(writing),
                    at=now(),
                )
                key = made.id
            return done(_("The ranking is set up."), url_for(".show", arrangement_id=key))
        except RuleBroken as broken:
            form.refuse(broken)
    return _new_page(form, 422)


def _new_page(form: ArrangementForm, status: int = 200) -> Response:
    return page("arrangements/new.html", status=status, form=form)


@bp.get("/<uuid:arrangement_id>")
def show(arrangement_id: UUID) -> ResponseReturnValue:
    """One ranking and its needs."""
    session = reading()
    n = request.args.get("page", 1, type=int)
    return page(
        "arrangements/show.html",
        found=arrangement_page(session, me(session), arrangement_id, n),
    )


@bp.get("/<uuid:arrangement_id>/call")
def call(arrangement_id: UUID) -> ResponseReturnValue:
    """The form for a need."""
    session = reading()
    arrangement = arrangement_of(session, me(session), arrangement_id)
    return _call_page(arrangement, _call_form(session, arrangement, me(session), formdata=None))


@bp.post("/<uuid:arrangement_id>/call")
def do_call(arrangement_id: UUID) -> ResponseReturnValue:
    """Call off from whose turn it is, or open the competition."""
    session = reading()
    arrangement = arrangement_of(session, me(session), arrangement_id)
    form = _call_form(session, arrangement, me(session))
    if form.validate():
        given: dict[str, Any] = form.data
        try:
            with transaction() as writing:
                by = me(writing)
                office_id = form.chosen_office()
                need = usecases.call_down(
                    writing,
                    arrangement=arrangement_of(writing, by, arrangement_id),
                    office=None if office_id is None else writing.get(Organisation, office_id),
                    form=given["form"],
                    field=given["field"],
                    workdays=given["workdays"],
                    places=given["places"],
                    workplaces_confirmed=given["workplaces_confirmed"] or 0,
                    reason=given["reason"] or "",
                    gain=given["gain"] or "",
                    due=given.get("due"),
                    key=form.once.key(),
                    by=by,
                    at=now(),
                )
                key = need.id
            return done(_("The need is on its way."), url_for(".need", need_id=key))
        except RuleBroken as broken:
            form.refuse(broken)
    return _call_page(arrangement, form, 422)


def _call_form(
    session: Session, arrangement: Arrangement, person: Person, **given: object
) -> CallDownForm:
    return call_down_form(
        fields_of(session, arrangement),
        person.organisations_as(Role.COURSE_SPONSOR),
        arrangement.mode,
        {key: form_text(key) for key in forms_of(session)},
        **given,
    )


def _call_page(arrangement: Arrangement, form: CallDownForm, status: int = 200) -> Response:
    return page("arrangements/call.html", status=status, arrangement=arrangement, form=form)


@bp.get("/needs/<uuid:need_id>")
def need(need_id: UUID) -> ResponseReturnValue:
    """A need and what came of it with each provider."""
    return _need_page(need_id)


@bp.post("/needs/<uuid:need_id>/pass-on")
def pass_on(need_id: UUID) -> ResponseReturnValue:
    """Call off from the next in turn."""
    return _placed(need_id, usecases.pass_on)


@bp.post("/needs/<uuid:need_id>/settle")
def settle(need_id: UUID) -> ResponseReturnValue:
    """Call off from the best bid."""
    return _placed(need_id, usecases.settle_competition)


def _placed(need_id: UUID, act: Callable[..., object]) -> ResponseReturnValue:
    form = ButtonForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                called = act(session, need=need_of(session, by, need_id), by=by, at=now())
            said = (
                _("No provider is left. The need was placed with nobody.")
                if called is None
                else _("The need is called off from the next provider.")
            )
            return done(said, url_for(".need", need_id=need_id))
        except RuleBroken as broken:
            form.refuse(broken)
    return _need_page(need_id, button_form=form, status=422)


@bp.post("/needs/<uuid:need_id>/bid")
def bid(need_id: UUID) -> ResponseReturnValue:
    """Bid, or replace one's bid."""
    session = reading()
    found = need_page(session, me(session), need_id, now())
    if not found.biddable:
        raise NotFound
    form = bid_form(_own_contracts(session, found.biddable))
    if form.validate():
        given: dict[str, Any] = form.data
        try:
            with transaction() as writing:
                by = me(writing)
                usecases.bid(
                    writing,
                    need=need_of(writing, by, need_id),
                    contract=writing.get_one(Contract, UUID(given["contract"])),
                    price=given["price"],
                    starts=given["starts"],
                    by=by,
                    at=now(),
                )
            return done(
                _("Your bid is in. It can be replaced until the deadline."),
                url_for(".need", need_id=need_id),
            )
        except RuleBroken as broken:
            form.refuse(broken)
    return _need_page(need_id, form=form, status=422)


def _need_page(
    need_id: UUID,
    *,
    form: BidForm | None = None,
    button_form: ButtonForm | None = None,
    status: int = 200,
) -> Response:
    session = reading()
    at: datetime = now()
    found = need_page(session, me(session), need_id, at)
    if form is None and found.biddable:
        form = bid_form(_own_contracts(session, found.biddable), formdata=None)
    return page(
        "arrangements/need.html",
        status=status,
        found=found,
        form=form,
        button_form=button_form or ButtonForm(formdata=None),
    )


def _own_contracts(session: Session, keys: list[UUID]) -> list[tuple[UUID, str]]:
    return [(key, session.get_one(Contract, key).reference) for key in keys]
