"""The award decision: checked, issued, and read by every bidder."""

from __future__ import annotations

from uuid import UUID

from flask import Response, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.evaluation import queries, usecases
from portal.evaluation.documents import begin_draft
from portal.evaluation.forms import IssueForm
from portal.evaluation.views.blueprint import PROCUREMENT, bp, refuse
from portal.jobs.mail import Fate
from portal.legal.rules import Milestone, MovingDay, standstill_steps
from portal.offers.views.own import document
from portal.shared.errors import NotFound, RuleBroken
from portal.web.acting import acted
from portal.web.forms import ButtonForm, PortalForm
from portal.web.language import current_language
from portal.web.pages import done, onwards, page
from portal.web.unit import me, now, reading, record_read, services, transaction

DECISION = f"{PROCUREMENT}/decision"

WHY = {
    Milestone.RECEIVED: _l("The decision is received. This day is not counted."),
    Milestone.COUNTED_TO: _l("The count of days leads here."),
    Milestone.LAST_DAY: _l("The last day of the standstill."),
    Milestone.FIRST_SIGNING_DAY: _l("The first day on which the contract may be approved."),
    MovingDay.SATURDAY: _l("A Saturday, so the last day moves on."),
    MovingDay.SUNDAY: _l("A Sunday, so the last day moves on."),
    MovingDay.PUBLIC_HOLIDAY: _l("A public holiday, so the last day moves on."),
    MovingDay.INDEPENDENCE_DAY: _l("Independence Day, so the last day moves on."),
    MovingDay.MAY_DAY: _l("The first of May, so the last day moves on."),
    MovingDay.CHRISTMAS_EVE: _l("Christmas Eve, so the last day moves on."),
    MovingDay.MIDSUMMER_EVE: _l("Midsummer Eve, so the last day moves on."),
}

FATES = {
    Fate.WAITING: _l("waits to be sent"),
    Fate.SENT: _l("sent"),
    Fate.TRIED: _l("could not be sent yet, is tried again"),
    Fate.FAILED: _l("could not be sent"),
    Fate.KEPT: _l("not sent: the portal has no mail server"),
}


@bp.get(DECISION)
def decision(procurement_id: UUID) -> ResponseReturnValue:
    """What the decision still waits for; once issued, what it says and when it can be signed."""
    return _decision_page(procurement_id, ButtonForm(formdata=None))


@bp.post(f"{DECISION}/draft")
def decision_draft(procurement_id: UUID) -> ResponseReturnValue:
    """Have the whole decision made as a PDF before it is issued, marked as a draft."""
    form = ButtonForm()
    language = current_language()
    answer = acted(
        form,
        lambda session, by: url_for(
            "underway.show",
            work_id=begin_draft(session, procurement_id, language=language, by=by, at=now()).id,
        ),
        _("The work has begun. You may leave this page: what comes of it waits for you here."),
    )
    return _decision_page(procurement_id, form, 422) if answer is None else answer


@bp.get(f"{DECISION}/issue")
def confirm_decision(procurement_id: UUID) -> ResponseReturnValue:
    """What is about to be issued, to whom, and what follows from it."""
    found = _found(procurement_id)
    if not found.may_issue:
        return onwards(url_for(".decision", procurement_id=procurement_id))
    assert found.plan is not None
    outcomes = " ".join(sorted(str(one.id) for one in found.plan.outcomes.values()))
    return _confirm_page(found, IssueForm(formdata=None, data={"seen": outcomes}))


@bp.post(DECISION)
def issue_decision(procurement_id: UUID) -> ResponseReturnValue:
    """Issue the decision to every bidder."""
    form = IssueForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                usecases.issue_decision(
                    session,
                    procurement=queries.part_of(session, procurement_id, by).procurement,
                    combined_duties=services().settings.combined_duties,
                    seen=form.seen_outcomes(),
                    by=by,
                    at=now(),
                )
            return done(
                _("The decision is issued to every bidder."),
                url_for(".decision", procurement_id=procurement_id),
            )
        except RuleBroken as broken:
            refuse(form, broken)
    return _decision_page(procurement_id, form, 422)


def _confirm_page(found: queries.DecisionPage, form: IssueForm) -> Response:
    assert found.plan is not None
    planned = found.plan.decision
    steps = standstill_steps(planned.received_on, planned.standstill_days)
    return page(
        "evaluation/issue_decision.html",
        found=found,
        form=form,
        steps=[(step.day, WHY[step.why]) for step in steps] if planned.standstill_days else [],
    )


def _found(procurement_id: UUID) -> queries.DecisionPage:
    session = reading()
    found = queries.decision_page(
        session, procurement_id, me(session), language=current_language(), at=now()
    )
    record_read(procurement_id)
    return found


def _decision_page(procurement_id: UUID, form: PortalForm, status: int = 200) -> Response:
    found = _found(procurement_id)
    return page(
        "evaluation/decision.html",
        status=status,
        found=found,
        form=form,
        steps=[(step.day, WHY[step.why]) for step in found.steps],
        contracts=_ways_to_contracts(found),
        fates=FATES,
    )


def _ways_to_contracts(found: queries.DecisionPage) -> dict[UUID, str]:
    """By lot, where the officer concludes the contract, once there is such a page."""
    if not found.may_conclude or "contracts.conclude" not in current_app.view_functions:
        return {}
    return {
        decided.lot.id: url_for(
            "contracts.conclude", procurement_id=found.procurement.id, lot_key=decided.lot.key
        )
        for decided in found.lots
        if decided.award is not None
    }


@bp.get(f"{DECISION}/pdf")
def decision_pdf(procurement_id: UUID) -> ResponseReturnValue:
    """A decision as a PDF: by its number, or the newest one that stands."""
    found = _found(procurement_id)
    n = request.args.get("n", type=int) or (found.decision.n if found.decision else 0)
    for issued in found.issued:
        if issued.decision.n == n:
            return document(issued.document, f"award-decision-{n}.pdf")
    raise NotFound


@bp.get(f"{DECISION}/letters/<uuid:letter_id>")
def letter_pdf(procurement_id: UUID, letter_id: UUID) -> ResponseReturnValue:
    """The letter to a bidder that the reader represents, as a PDF."""
    for own in _found(procurement_id).letters:
        if own.letter.id == letter_id:
            record_read(letter_id)
            return document(own.document, "letter-to-bidder.pdf")
    raise NotFound
