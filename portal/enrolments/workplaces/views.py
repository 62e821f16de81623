"""The pages of workplaces."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.contracts.models import Contract
from portal.enrolments.workplaces import queries, usecases
from portal.enrolments.workplaces.forms import (
    ConfirmForm,
    EndForm,
    LastDayForm,
    PlacementForm,
    WorkplaceForm,
    placement_form,
    workplace_form,
)
from portal.organisations.models import Organisation, Person
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken
from portal.web.acting import acted
from portal.web.filters import add_status_texts
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, transaction

bp = Blueprint("workplaces", __name__, url_prefix="/workplaces")

add_status_texts(
    {
        "workplace_found": _l("Found"),
        "workplace_confirmed": _l("Confirmed"),
        "workplace_ended": _l("No longer to be had"),
    }
)


@bp.get("")
def index() -> ResponseReturnValue:
    """The workplaces of one's own office or provider, and how many are free for a call-off."""
    session = reading()
    found = queries.workplaces_page(
        session,
        me(session),
        request.args.get("state"),
        request.args.get("page", 1, type=int),
        day_in_helsinki(now()),
    )
    return page("workplaces/index.html", found=found)


@bp.get("/new")
def new() -> ResponseReturnValue:
    """An empty form."""
    session = reading()
    return _new_page(workplace_form(queries.purposes_of(session, me(session))))


@bp.post("/new")
def record() -> ResponseReturnValue:
    """Record a workplace that has been found."""
    session = reading()
    purposes = queries.purposes_of(session, me(session))
    form = workplace_form(purposes)
    if form.validate():
        purpose = purposes.chosen(form.purpose.data)
        try:
            with transaction() as session:
                workplace = usecases.record_workplace(
                    session,
                    contract=session.get_one(Contract, purpose.contract_id),
                    office=session.get_one(Organisation, form.chosen_office(purposes)),
                    field=purpose.field,
                    terms=form.terms(),
                    by=me(session),
                    at=now(),
                )
                key = workplace.id
            return done(
                _("The workplace is recorded. Confirm it once the employer has agreed."),
                _home(key),
            )
        except RuleBroken as broken:
            form.refuse(broken)
    return _new_page(form, 422)


def _new_page(form: WorkplaceForm, status: int = 200) -> Response:
    return page("workplaces/new.html", status=status, form=form)


@bp.get("/<uuid:workplace_id>")
def show(workplace_id: UUID) -> ResponseReturnValue:
    """One workplace."""
    return _page(workplace_id)


@bp.post("/<uuid:workplace_id>/confirm")
def confirm(workplace_id: UUID) -> ResponseReturnValue:
    """The employer has agreed."""
    form = ConfirmForm()

    def act(session: Session, by: Person) -> str:
        usecases.confirm_workplace(
            session,
            workplace=queries.workplace_seen(session, workplace_id, by),
            day=form.data["day"],
            by=by,
            at=now(),
        )
        return _home(workplace_id)

    answer = acted(form, act, _("The workplace is confirmed."))
    return answer or _page(workplace_id, 422, confirm=form)


@bp.post("/<uuid:workplace_id>/placements")
def place(workplace_id: UUID) -> ResponseReturnValue:
    """Place a participant there."""
    session = reading()
    form = placement_form(queries.workplace_page(session, workplace_id, me(session)).candidates)

    def act(session: Session, by: Person) -> str:
        workplace = queries.workplace_seen(session, workplace_id, by)
        key = UUID(form.participant.data)
        usecases.place_participant(
            session,
            workplace=workplace,
            enrolment=queries.candidate(session, workplace, by, key),
            starts=form.data["starts"],
            ends=form.data["ends"],
            subsidy_decision=form.subsidy_decision.data or "",
            by=by,
            at=now(),
        )
        return _home(workplace_id)

    answer = acted(form, act, _("The participant is placed at the workplace."))
    return answer or _page(workplace_id, 422, place=form)


@bp.post("/<uuid:workplace_id>/placements/<uuid:placement_id>/end")
def end_placement(workplace_id: UUID, placement_id: UUID) -> ResponseReturnValue:
    """Set the last day of a placement."""
    form = LastDayForm(prefix=str(placement_id))

    def act(session: Session, by: Person) -> str:
        workplace = queries.workplace_seen(session, workplace_id, by)
        usecases.end_placement(
            session,
            placement=queries.placement_seen(session, workplace, placement_id, by),
            ends=form.data["ends"],
            by=by,
            at=now(),
        )
        return _home(workplace_id)

    answer = acted(form, act, _("The last day is set."))
    return answer or _page(workplace_id, 422, ended={placement_id: form})


@bp.get("/<uuid:workplace_id>/end")
def ask_end(workplace_id: UUID) -> ResponseReturnValue:
    """Whether it is meant."""
    return _end_page(workplace_id, EndForm(formdata=None))


@bp.post("/<uuid:workplace_id>/end")
def end(workplace_id: UUID) -> ResponseReturnValue:
    """The workplace is no longer to be had."""
    form = EndForm()

    def act(session: Session, by: Person) -> str:
        usecases.end_workplace(
            session,
            workplace=queries.workplace_seen(session, workplace_id, by),
            reason=form.reason.data,
            by=by,
            at=now(),
        )
        return _home(workplace_id)

    answer = acted(form, act, _("The workplace is ended."))
    return answer or _end_page(workplace_id, form, 422)


def _end_page(workplace_id: UUID, form: EndForm, status: int = 200) -> Response:
    session = reading()
    workplace = queries.workplace_seen(session, workplace_id, me(session))
    return page("workplaces/end.html", status=status, workplace=workplace, form=form)


def _home(workplace_id: UUID) -> str:
    return url_for(".show", workplace_id=workplace_id)


def _page(
    workplace_id: UUID,
    status: int = 200,
    confirm: ConfirmForm | None = None,
    place: PlacementForm | None = None,
    ended: dict[UUID, LastDayForm] | None = None,
) -> Response:
    session, today = reading(), day_in_helsinki(now())
    found = queries.workplace_page(session, workplace_id, me(session))
    ends = {
        row.id: LastDayForm(formdata=None, prefix=str(row.id), data={"ends": row.ends})
        for row in found.placed
        if row.name
    }
    return page(
        "workplaces/show.html",
        status=status,
        found=found,
        confirm=confirm or ConfirmForm(formdata=None, data={"day": today}),
        place=place or placement_form(found.candidates, empty=True),
        ends=ends | (ended or {}),
    )
