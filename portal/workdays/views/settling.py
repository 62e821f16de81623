"""The records of a training, and what the sponsor does with one: accept it, or dispute it."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.enrolments.views.needs import say_need
from portal.shared.errors import RuleBroken
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, transaction
from portal.workdays import queries, usecases
from portal.workdays.access import sponsors_training
from portal.workdays.forms.records import AcceptForm, DisputeForm
from portal.workdays.queries.needs import RECORDS_TO_ACCEPT
from portal.workdays.views.blueprint import MONTH, TRAINING, bp

say_need(
    RECORDS_TO_ACCEPT,
    lambda need: ngettext(
        "%(num)s record of workdays to accept", "%(num)s records of workdays to accept", need.count
    ),
    lambda need: url_for("workdays.records", training_id=need.training_id),
)


@bp.get(TRAINING)
def records(training_id: UUID) -> ResponseReturnValue:
    """All records of a training."""
    return _records_page(training_id, AcceptForm(formdata=None))


@bp.post(f"{MONTH}/accept")
def accept(training_id: UUID, period: str) -> ResponseReturnValue:
    """Accept what waits of the month."""
    form = AcceptForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                usecases.accept_workdays(
                    session,
                    training=sponsors_training(session, training_id, by),
                    period=period,
                    seen=_seen(form.record.data),
                    by=by,
                    at=now(),
                )
            return done(
                _("The record has been accepted."), url_for(".records", training_id=training_id)
            )
        except RuleBroken as broken:
            form.refuse(broken)
    return _records_page(training_id, form, 422)


def _seen(text: str | None) -> UUID:
    """The record that was in sight. Raises ``changed_meanwhile`` for what is no key."""
    try:
        return UUID(text or "")
    except ValueError as fault:
        raise RuleBroken("changed_meanwhile") from fault


def _records_page(training_id: UUID, form: AcceptForm, status: int = 200) -> Response:
    session = reading()
    found = queries.records_page(session, training_id, me(session))
    return page("workdays/records.html", status=status, found=found, form=form)


@bp.get(f"{MONTH}/dispute")
def ask_dispute(training_id: UUID, period: str) -> ResponseReturnValue:
    """What is disputed, and why."""
    return _dispute_page(training_id, period, DisputeForm(formdata=None))


@bp.post(f"{MONTH}/dispute")
def dispute(training_id: UUID, period: str) -> ResponseReturnValue:
    """Dispute what waits of the month."""
    form = DisputeForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                usecases.dispute_workdays(
                    session,
                    training=sponsors_training(session, training_id, by),
                    period=period,
                    reason=form.reason.data,
                    seen=_seen(form.record.data),
                    by=by,
                    at=now(),
                )
            return done(
                _("The record has been disputed. The trainer records the month anew."),
                url_for(".records", training_id=training_id),
            )
        except RuleBroken as broken:
            form.refuse(broken)
    return _dispute_page(training_id, period, form, 422)


def _dispute_page(training_id: UUID, period: str, form: DisputeForm, status: int = 200) -> Response:
    session = reading()
    found = queries.settle_page(session, training_id, period, me(session))
    return page("workdays/dispute.html", status=status, found=found, form=form)
