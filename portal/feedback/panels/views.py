"""The pages of client panels."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.capacity.models import Training
from portal.feedback.panels import queries, usecases
from portal.feedback.panels.forms import ClosingForm, DoneForm, OwnProposalForm, PanelForm
from portal.organisations.models import Person
from portal.permissions import may
from portal.web.acting import acted
from portal.web.fields import choices
from portal.web.pages import page
from portal.web.unit import me, now, reading

bp = Blueprint("panels", __name__, url_prefix="/panels")


@bp.get("")
def index() -> ResponseReturnValue:
    """The rounds that the reader sees."""
    session = reading()
    person = me(session)
    n = request.args.get("page", 1, type=int)
    found = queries.panels_page(session, person, n, may_open=may(person, "open_panel"))
    return page("panels/index.html", found=found)


@bp.get("/new")
def new() -> ResponseReturnValue:
    """The form of a new round."""
    return _new_page(_panel_form(PanelForm(formdata=None)))


def _panel_form(form: PanelForm) -> PanelForm:
    session = reading()
    form.trainings.choices = choices(queries.trainings_to_choose(session, me(session)))
    return form


def _new_page(form: PanelForm, status: int = 200) -> Response:
    return page("panels/new.html", status=status, form=form)


@bp.post("/new")
def open_round() -> ResponseReturnValue:
    """Open a round."""
    form = _panel_form(PanelForm())

    def act(session: Session, by: Person) -> str:
        made = usecases.open_panel(
            session,
            name=form.name.data,
            first_day=form.first_day.data,
            last_day=form.last_day.data,
            trainings=[session.get_one(Training, UUID(key)) for key in form.trainings.data],
            by=by,
            at=now(),
        )
        return url_for(".show", panel_id=made.id)

    answer = acted(form, act, _("The round has been opened."))
    return answer or _new_page(form, 422)


@bp.get("/<uuid:panel_id>")
def show(panel_id: UUID) -> ResponseReturnValue:
    """One round."""
    return _panel_page(panel_id)


def _panel_page(
    panel_id: UUID,
    own: OwnProposalForm | None = None,
    closing: ClosingForm | None = None,
    status: int = 200,
) -> Response:
    session = reading()
    return page(
        "panels/show.html",
        status=status,
        found=queries.panel_page(session, panel_id, me(session)),
        own=own or OwnProposalForm(formdata=None),
        closing=closing or ClosingForm(formdata=None),
    )


@bp.post("/<uuid:panel_id>/proposals")
def add(panel_id: UUID) -> ResponseReturnValue:
    """Write down what the panel itself proposes."""
    form = OwnProposalForm()

    def act(session: Session, by: Person) -> str:
        panel = queries.panel_of(session, panel_id, by)
        usecases.add_panel_proposal(session, panel=panel, text=form.text.data, by=by, at=now())
        return url_for(".show", panel_id=panel_id)

    answer = acted(form, act, _("The proposal has been written down."))
    return answer or _panel_page(panel_id, own=form, status=422)


@bp.get("/proposals/<uuid:proposal_id>")
def ask_answer(proposal_id: UUID) -> ResponseReturnValue:
    """The form of what was done."""
    return _answer_page(proposal_id, DoneForm(formdata=None))


@bp.post("/proposals/<uuid:proposal_id>")
def answer(proposal_id: UUID) -> ResponseReturnValue:
    """Say what was done about the panel's own proposal."""
    form = DoneForm()

    def act(session: Session, by: Person) -> str:
        found = queries.panel_proposal_of(session, proposal_id, by)
        usecases.answer_panel_proposal(
            session, proposal=found, text=form.text.data, by=by, at=now()
        )
        return url_for(".show", panel_id=found.panel_id)

    answer = acted(form, act, _("The proposal has been answered."))
    return answer or _answer_page(proposal_id, form, 422)


def _answer_page(proposal_id: UUID, form: DoneForm, status: int = 200) -> Response:
    session = reading()
    found = queries.panel_proposal_of(session, proposal_id, me(session))
    return page("panels/answer.html", status=status, proposal=found, form=form)


@bp.post("/<uuid:panel_id>/close")
def close(panel_id: UUID) -> ResponseReturnValue:
    """Close the round with its summary."""
    form = ClosingForm()

    def act(session: Session, by: Person) -> str:
        panel = queries.panel_of(session, panel_id, by)
        usecases.close_panel(session, panel=panel, summary=form.summary.data, by=by, at=now())
        return url_for(".show", panel_id=panel_id)

    answer = acted(form, act, _("The round has been closed."))
    return answer or _panel_page(panel_id, closing=form, status=422)
