"""The page of a person's after-guidance."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.enrolments.guidance import queries, usecases
from portal.enrolments.guidance.forms import AgreementForm, GuidanceForm, TakeBackForm
from portal.enrolments.people import enrolment_in_guidance
from portal.organisations.models import Person
from portal.shared.clock import day_in_helsinki
from portal.web.acting import acted
from portal.web.filters import add_status_texts
from portal.web.pages import page
from portal.web.unit import me, now, reading

bp = Blueprint("guidance", __name__, url_prefix="/participants/<uuid:enrolment_id>/guidance")

add_status_texts(
    {
        "guidance_offered": _l("Offered"),
        "guidance_accepted": _l("Accepted"),
        "guidance_used": _l("Used"),
    }
)


@bp.get("")
def show(enrolment_id: UUID) -> ResponseReturnValue:
    """What was offered, accepted and used, what is left, and until when."""
    return _page(enrolment_id)


@bp.post("")
def record(enrolment_id: UUID) -> ResponseReturnValue:
    """Add a line."""
    form = GuidanceForm()

    def act(session: Session, by: Person) -> str:
        usecases.record_guidance(
            session,
            enrolment=enrolment_in_guidance(session, enrolment_id, by),
            day=form.data["day"],
            state=form.state.data,
            hours=form.hours.data,
            key=form.once.key(),
            by=by,
            at=now(),
        )
        return _home(enrolment_id)

    answer = acted(form, act, _("The after-guidance is recorded."))
    return answer or _page(enrolment_id, 422, form=form)


@bp.get("/lines/<uuid:line_id>/take-back")
def ask_taking_back(enrolment_id: UUID, line_id: UUID) -> ResponseReturnValue:
    """Whether it is meant."""
    return _take_back_page(enrolment_id, line_id, TakeBackForm(formdata=None))


@bp.post("/lines/<uuid:line_id>/take-back")
def take_back(enrolment_id: UUID, line_id: UUID) -> ResponseReturnValue:
    """Take a line back."""
    form = TakeBackForm()

    def act(session: Session, by: Person) -> str:
        enrolment = enrolment_in_guidance(session, enrolment_id, by)
        usecases.take_back_guidance(
            session,
            enrolment=enrolment,
            line=queries.line_of(enrolment, line_id),
            reason=form.reason.data,
            by=by,
            at=now(),
        )
        return _home(enrolment_id)

    answer = acted(form, act, _("The line is taken back."))
    return answer or _take_back_page(enrolment_id, line_id, form, 422)


@bp.post("/agreement")
def agree(enrolment_id: UUID) -> ResponseReturnValue:
    """Note how the hours are used."""
    form = AgreementForm()

    def act(session: Session, by: Person) -> str:
        usecases.agree_guidance(
            session,
            enrolment=enrolment_in_guidance(session, enrolment_id, by),
            text=form.text.data,
            by=by,
            at=now(),
        )
        return _home(enrolment_id)

    answer = acted(form, act, _("The agreement is noted."))
    return answer or _page(enrolment_id, 422, agreement=form)


def _home(enrolment_id: UUID) -> str:
    return url_for(".show", enrolment_id=enrolment_id)


def _page(
    enrolment_id: UUID,
    status: int = 200,
    form: GuidanceForm | None = None,
    agreement: AgreementForm | None = None,
) -> Response:
    session, today = reading(), day_in_helsinki(now())
    found = queries.guidance_page(session, enrolment_id, me(session), today)
    return page(
        "guidance/show.html",
        status=status,
        found=found,
        form=form or GuidanceForm(formdata=None, data={"day": today}),
        agreement=agreement or AgreementForm(formdata=None),
    )


def _take_back_page(
    enrolment_id: UUID, line_id: UUID, form: TakeBackForm, status: int = 200
) -> Response:
    session = reading()
    enrolment = enrolment_in_guidance(session, enrolment_id, me(session))
    line = queries.line_of(enrolment, line_id)
    return page("guidance/take_back.html", status=status, enrolment=enrolment, line=line, form=form)
