"""The records of a training, and the sponsor's pages: accepting, several at once, disputing."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.enrolments.views.needs import say_need
from portal.language import formats
from portal.shared.errors import RuleBroken
from portal.web.language import current_language
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, transaction
from portal.workdays import queries, usecases
from portal.workdays.access import sponsors_training
from portal.workdays.forms.records import (
    AcceptForm,
    AcceptSeveralForm,
    DisputeForm,
    accept_several_form,
)
from portal.workdays.queries import WaitingPage
from portal.workdays.queries.needs import RECORDS_TO_ACCEPT
from portal.workdays.views.blueprint import MONTH, TRAINING, bp

say_need(
    RECORDS_TO_ACCEPT,
    lambda need: ngettext(
        "%(num)s record of workdays to accept", "%(num)s records of workdays to accept", need.count
    ),
    lambda need: url_for("workdays.records", training_id=need.training_id),
)


@bp.get("/workdays")
def index() -> ResponseReturnValue:
    """Every record that waits for this sponsor, and who has been absent much."""
    found = _waiting()
    return _waiting_page(found, accept_several_form(found, _names(found)))


@bp.post("/workdays")
def accept_several() -> ResponseReturnValue:
    """Accept the chosen records: all of them, or none."""
    found = _waiting()
    form = accept_several_form(found, _names(found))
    if form.validate():
        try:
            chosen = [UUID(key) for key in form.records.data]
            with transaction() as session:
                by = me(session)
                records = queries.records_chosen(session, by, chosen)
                if len(records) != len(chosen):
                    raise RuleBroken("changed_meanwhile")
                for training_id, period, seen in records:
                    usecases.accept_workdays(
                        session,
                        training=sponsors_training(session, training_id, by),
                        period=period,
                        seen=seen,
                        by=by,
                        at=now(),
                    )
            message = ngettext(
                "%(num)s record has been accepted.",
                "%(num)s records have been accepted.",
                len(chosen),
            )
            return done(message, url_for(".index"))
        except RuleBroken as broken:
            form.refuse(broken)
            found = _waiting()
    return _waiting_page(found, form, 422)


def _waiting() -> WaitingPage:
    session = reading()
    return queries.waiting_page(session, me(session), request.args.get("page", 1, type=int))


def _names(found: WaitingPage) -> dict[UUID, str]:
    """Each record in words, for its tick."""
    language = current_language()
    return {
        one.id: _(
            "%(contract)s, training %(n)s, %(month)s",
            contract=one.contract,
            n=one.n,
            month=f"{int(one.period[5:])}/{one.period[:4]}",
        )
        + f": {formats.number(one.total, language)}"
        for one in found.rows
    }


def _waiting_page(found: WaitingPage, form: AcceptSeveralForm, status: int = 200) -> Response:
    session = reading()
    alerts = queries.absence_alerts(session, me(session), now())
    return page("workdays/index.html", status=status, found=found, form=form, alerts=alerts)


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
