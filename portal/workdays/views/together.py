"""The sponsor's list of what waits, and accepting several: chosen, looked at, done one by one."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.language import formats
from portal.shared.errors import RuleBroken
from portal.web.language import current_language
from portal.web.pages import done, onwards, page
from portal.web.unit import me, now, reading, services, transaction
from portal.workdays import queries, usecases
from portal.workdays.access import sponsors_training
from portal.workdays.forms.records import AcceptSeveralForm, accept_several_form
from portal.workdays.queries import MOST_CHOSEN, ChosenPage, Waiting, WaitingPage
from portal.workdays.rules import RecordState
from portal.workdays.views.blueprint import bp


@bp.get("/workdays")
def index() -> ResponseReturnValue:
    """Every record that waits for this sponsor, and who has been absent much."""
    found = _waiting()
    return _waiting_page(found, accept_several_form(found, _names(found)))


@bp.post("/workdays")
def choose() -> ResponseReturnValue:
    """Choose records, and go on to what would come of accepting them."""
    found = _waiting()
    form = accept_several_form(found, _names(found))
    if form.validate():
        return onwards(url_for(".chosen", records=_keys(form.records.data)))
    return _waiting_page(found, form, 422)


@bp.get("/workdays/chosen")
def chosen() -> ResponseReturnValue:
    """What would come of accepting each record chosen, before it is done."""
    return _chosen_page(request.args.getlist("records"), AcceptSeveralForm(formdata=None))


@bp.post("/workdays/chosen")
def accept_several() -> ResponseReturnValue:
    """Accept what was shown, each record in a transaction of its own."""
    form = AcceptSeveralForm()
    sent = form.records.data or ()
    if not form.validate():
        return _chosen_page(sent, form, 422)
    n = sum([_accepted(one.record.id) for one in _chosen(sent).records])
    url = url_for(".accepted", records=_keys(sent))
    if n == 0:
        return onwards(url)
    message = ngettext(
        "%(num)s record has been accepted.", "%(num)s records have been accepted.", n
    )
    return done(message, url)


@bp.get("/workdays/accepted")
def accepted() -> ResponseReturnValue:
    """Which of the records sent are accepted, and why the others are not."""
    found = _chosen(request.args.getlist("records"))
    words = services().refusal_text
    return page("workdays/accepted.html", found=found, named=_named, refusal_text=words)


def _accepted(key: UUID) -> bool:
    """Accept one record, in a transaction of its own; whether this request has done so.

    One that is accepted is left alone, so that a second press does nothing and is no refusal. Why
    one is refused the page that follows says by how it stands; the denial is on record.
    """
    try:
        with transaction() as session:
            by = me(session)
            record = queries.chosen_record(session, by, key)
            if record is None or record.state == RecordState.ACCEPTED:
                return False
            usecases.accept_workdays(
                session,
                training=sponsors_training(session, record.training_id, by),
                period=record.period,
                seen=record.id,
                by=by,
                at=now(),
            )
            return True
    except RuleBroken:
        return False


def _keys(texts: Iterable[str]) -> list[UUID]:
    """Each key once, as many as may be chosen; what is no key is left out."""
    found: dict[UUID, None] = {}
    for text in texts:
        with suppress(ValueError):
            found[UUID(text)] = None
    return list(found)[:MOST_CHOSEN]


def _chosen(texts: Iterable[str]) -> ChosenPage:
    session = reading()
    return queries.chosen_page(session, me(session), _keys(texts))


def _chosen_page(texts: Iterable[str], form: AcceptSeveralForm, status: int = 200) -> Response:
    return page(
        "workdays/chosen.html",
        status=status,
        found=_chosen(texts),
        form=form,
        named=_named,
        refusal_text=services().refusal_text,
    )


def _named(one: Waiting) -> str:
    """A record in words: its contract, training and month."""
    month = f"{int(one.period[5:])}/{one.period[:4]}"
    return str(
        _(
            "%(contract)s, training %(n)s, %(month)s",
            contract=one.contract,
            n=one.n,
            month=month,
        )
    )


def _waiting() -> WaitingPage:
    session = reading()
    return queries.waiting_page(session, me(session), request.args.get("page", 1, type=int))


def _names(found: WaitingPage) -> dict[UUID, str]:
    """Each record in words, for its tick."""
    language = current_language()
    return {one.id: f"{_named(one)}: {formats.number(one.total, language)}" for one in found.rows}


def _waiting_page(found: WaitingPage, form: AcceptSeveralForm, status: int = 200) -> Response:
    session = reading()
    alerts = queries.absence_alerts(session, me(session), now())
    return page("workdays/index.html", status=status, found=found, form=form, alerts=alerts)
