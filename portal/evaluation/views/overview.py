"""The way in: which evaluations, how one stands, and declaring interests."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.evaluation import queries, usecases
from portal.evaluation.forms import InterestsForm, interests_form
from portal.evaluation.views.blueprint import PROCUREMENT, bp, refuse
from portal.shared.errors import RuleBroken
from portal.web.filters import instant
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, record_read, transaction

Task = tuple[str, str | None, str, str]


@bp.get("/evaluations")
def index() -> ResponseReturnValue:
    """The procurements that this person handles or has been appointed to."""
    session = reading()
    n = request.args.get("page", 1, type=int)
    found = queries.listed(session, me(session), n, request.args.get("sort"))
    return page("evaluation/index.html", found=found)


@bp.get(f"{PROCUREMENT}/evaluation")
def show(procurement_id: UUID) -> ResponseReturnValue:
    """The steps of the evaluation, and what waits for the reader."""
    session = reading()
    found = queries.overview(session, procurement_id, me(session), now())
    if found.offers:
        record_read(procurement_id)
    return page("evaluation/show.html", found=found, tasks=_tasks(found))


def _tasks(found: queries.Overview) -> list[Task]:
    part = found.part

    def url(endpoint: str) -> str:
        return url_for(endpoint, procurement_id=part.procurement.id)

    declared = (_("Declared"), "success") if part.declared else (_("Waits for you"), "warning")
    tasks: list[Task] = [(_("Declaration of interests"), url(".interests"), *declared)]
    opening = _("Opening of the offers")
    if not part.opened:
        sealed = _("Sealed until %(due)s", due=instant(part.procurement.offers_due))
        return [*tasks, (opening, url("offers.opening"), sealed, "neutral")]
    opened = _("Opened on %(time)s", time=instant(found.opened_at))
    tasks.append((opening, url("offers.opening"), opened, "success"))
    if not part.clean:
        return tasks
    tasks.append((_("Suitability of the providers"), url(".suitability"), *_suitability(found)))
    tasks.append((_("Clarifications"), url(".clarifications"), *_clarified(found)))
    if part.evaluates and part.under_way:
        tasks.append((_("Your assessments"), "#lots", *_own(found)))
    if part.procurement.two_envelopes:
        tasks.append((_("Opening of the prices"), url(".prices"), *_prices(found)))
    tasks.append((_("Award of every lot"), "#lots", *_awards(found)))
    tasks.append((_("Award decision"), url(".decision"), *_decision(found)))
    return tasks


def _suitability(found: queries.Overview) -> tuple[str, str]:
    if not found.unjudged:
        return _("All judged"), "success"
    left = ngettext("%(num)s offer to judge", "%(num)s offers to judge", found.unjudged)
    return left, "warning" if found.part.officer else "info"


def _clarified(found: queries.Overview) -> tuple[str, str]:
    if not found.questions_open:
        return _("Nothing waits for an answer"), "neutral"
    left = ngettext("%(num)s question open", "%(num)s questions open", found.questions_open)
    return left, "info"


def _prices(found: queries.Overview) -> tuple[str, str]:
    if found.prices_opened_at is not None:
        return _("Opened on %(time)s", time=instant(found.prices_opened_at)), "success"
    if found.quality_complete:
        return _("Can be opened"), "warning"
    return _("Sealed until the joint scores are complete"), "neutral"


def _own(found: queries.Overview) -> tuple[str, str]:
    if not found.own_left:
        return _("All handed in"), "success"
    left = ngettext("%(num)s offer to assess", "%(num)s offers to assess", found.own_left)
    return left, "warning"


def _awards(found: queries.Overview) -> tuple[str, str]:
    if found.all_decided:
        return _("All decided on"), "success"
    return _("Not all decided on"), "neutral"


def _decision(found: queries.Overview) -> tuple[str, str]:
    if found.decision is not None:
        return _("Issued on %(time)s", time=instant(found.decision.issued_at)), "success"
    if found.all_decided and found.part.decides:
        return _("Waits for you"), "warning"
    return _("Not issued"), "neutral"


@bp.get(f"{PROCUREMENT}/interests")
def interests(procurement_id: UUID) -> ResponseReturnValue:
    """The declaration of interests."""
    return _interests_page(procurement_id)


@bp.post(f"{PROCUREMENT}/interests")
def declare(procurement_id: UUID) -> ResponseReturnValue:
    """Say to which providers one is tied, or that to none."""
    session = reading()
    form = interests_form(queries.interests_page(session, procurement_id, me(session)).providers)
    if form.validate():
        chosen = set(form.conflicts.data or ())
        try:
            _declare(procurement_id, chosen)
            return _declared(procurement_id, conflict=bool(chosen))
        except RuleBroken as broken:
            refuse(form, broken)
    return _interests_page(procurement_id, form, 422)


def _declare(procurement_id: UUID, chosen: set[str]) -> None:
    with transaction() as session:
        by = me(session)
        usecases.declare_interests(
            session,
            procurement=queries.part_of(session, procurement_id, by).procurement,
            conflicts=queries.providers_named(session, [UUID(key) for key in chosen]),
            by=by,
            at=now(),
        )


def _declared(procurement_id: UUID, *, conflict: bool) -> Response:
    if conflict:
        told = _("You have declared a conflict of interest. You do not handle these offers.")
        return done(told, url_for(".index"))
    told = _("Your interests are declared.")
    return done(told, url_for(".show", procurement_id=procurement_id))


def _interests_page(
    procurement_id: UUID, form: InterestsForm | None = None, status: int = 200
) -> Response:
    session = reading()
    found = queries.interests_page(session, procurement_id, me(session))
    form = form or interests_form(found.providers)
    return page("evaluation/interests.html", status=status, found=found, form=form)
