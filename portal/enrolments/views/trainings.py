"""The list of trainings, one training, and the counts of its groups."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.enrolments import usecases
from portal.enrolments.forms import BackgroundForm
from portal.enrolments.queries.trainings import (
    training_of,
    training_page,
    trainings_page,
)
from portal.enrolments.views.blueprint import TRAINING, bp, today
from portal.organisations.models import Person
from portal.web.acting import acted
from portal.web.pages import page
from portal.web.unit import me, now, reading


@bp.get("/trainings")
def index() -> ResponseReturnValue:
    """The trainings of the provider, the buyer and the named coach."""
    session = reading()
    found = trainings_page(
        session,
        me(session),
        request.args.get("state"),
        request.args.get("page", 1, type=int),
        request.args.get("sort"),
    )
    return page("enrolments/index.html", found=found)


@bp.get(TRAINING)
def training(training_id: UUID) -> ResponseReturnValue:
    """One training, with its people for those who may see them."""
    session = reading()
    found = training_page(
        session, training_id, me(session), request.args.get("page", 1, type=int), today()
    )
    return page("enrolments/training.html", found=found)


@bp.get(f"{TRAINING}/background")
def ask_background(training_id: UUID) -> ResponseReturnValue:
    """How many of those who started belong to which group."""
    return _background_page(training_id, BackgroundForm(formdata=None))


@bp.post(f"{TRAINING}/background")
def report_background(training_id: UUID) -> ResponseReturnValue:
    """Keep the counts for the training."""
    form = BackgroundForm()

    def act(session: Session, by: Person) -> str:
        typed: dict[str, Any] = form.data
        usecases.report_background(
            session,
            training=training_of(session, training_id, by),
            immigrants=typed["immigrants"],
            minorities=typed["minorities"],
            disabled=typed["disabled"],
            other_disadvantaged=typed["other_disadvantaged"],
            by=by,
            at=now(),
        )
        return url_for(".training", training_id=training_id)

    answer = acted(form, act, _("The counts are kept for the training."))
    return answer or _background_page(training_id, form, 422)


def _background_page(training_id: UUID, form: BackgroundForm, status: int = 200) -> Response:
    session = reading()
    found = training_page(session, training_id, me(session), 1, today())
    return page("enrolments/background.html", status=status, found=found, form=form)
