"""Checking, submitting, the receipt, withdrawing."""

from __future__ import annotations

from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.offers import queries, usecases
from portal.offers.forms import SubmitForm
from portal.offers.reuse.queries import unsent_changes
from portal.offers.views.blueprint import OFFER, bp
from portal.offers.views.own import (
    asked,
    context,
    document,
    own_page,
    own_url,
)
from portal.shared.errors import NotFound, RuleBroken
from portal.web.forms import ButtonForm
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, record_read, transaction


@bp.get(f"{OFFER}/check")
def check(procurement_id: UUID) -> ResponseReturnValue:
    """What is missing, and what would be submitted."""
    return _check_page(procurement_id, SubmitForm(formdata=None))


@bp.post(f"{OFFER}/submit")
def submit(procurement_id: UUID) -> ResponseReturnValue:
    """Submit what has been checked."""
    form = SubmitForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                procurement, provider = queries.own_side(session, procurement_id, by, asked())
                queries.begun_offer(session, procurement, provider)
                usecases.submit_offer(
                    session,
                    procurement=procurement,
                    provider=provider,
                    by=by,
                    at=now(),
                    seen=form.seen.data or None,
                )
            return done(_("The offer has been submitted."), own_url(".receipt", procurement_id))
        except RuleBroken as broken:
            if broken.rule == "deadline_passed" and _stands(procurement_id, form.seen.data):
                # The answer to the first try was lost on its way: it was in time, and it counts.
                return done(
                    _("The offer had been submitted in time already."),
                    own_url(".receipt", procurement_id),
                )
            form.refuse(broken)
    return _check_page(procurement_id, form, 422)


def _stands(procurement_id: UUID, seen: str | None) -> bool:
    """Whether what this form was to submit is what counts."""
    standing = own_page(procurement_id).standing
    return standing.counts and standing.version is not None and standing.version.sha256 == seen


def _check_page(procurement_id: UUID, form: SubmitForm, status: int = 200) -> Response:
    session = reading()
    own = queries.begun_page(session, procurement_id, me(session), asked(), now())
    assert own.offer is not None
    record_read(own.offer.id)
    form.seen.data = own.hash
    return page(
        "offers/check.html",
        status=status,
        form=form,
        changes=unsent_changes(session, own),
        **context(own),
    )


@bp.post(f"{OFFER}/confirm")
def confirm(procurement_id: UUID) -> ResponseReturnValue:
    """Confirm what was submitted under the amended call."""
    ButtonForm().validate()
    with transaction() as session:
        by = me(session)
        procurement, provider = queries.own_side(session, procurement_id, by, asked())
        queries.begun_offer(session, procurement, provider)
        usecases.confirm_offer(session, procurement=procurement, provider=provider, by=by, at=now())
    return done(_("The offer is confirmed."), own_url(".show", procurement_id))


@bp.get(f"{OFFER}/receipt")
def receipt(procurement_id: UUID) -> ResponseReturnValue:
    """The receipt of what has been submitted."""
    found = _receipt(procurement_id)
    return page("offers/receipt.html", receipt=found, **context(found.own))


@bp.get(f"{OFFER}/receipt/pdf")
def receipt_pdf(procurement_id: UUID) -> ResponseReturnValue:
    """The receipt as a PDF."""
    found = _receipt(procurement_id)
    return document(found.document, f"{found.version.reference}.pdf")


def _receipt(procurement_id: UUID) -> queries.Receipt:
    session = reading()
    found = queries.receipt_page(session, procurement_id, me(session), asked(), now())
    record_read(found.version.id)
    return found


@bp.get(f"{OFFER}/withdraw")
def ask_withdrawal(procurement_id: UUID) -> ResponseReturnValue:
    """Whether the offer is really to be withdrawn."""
    return _withdrawal_page(procurement_id, ButtonForm())


@bp.post(f"{OFFER}/withdraw")
def withdraw(procurement_id: UUID) -> ResponseReturnValue:
    """Take the submitted offer back."""
    form = ButtonForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                procurement, provider = queries.own_side(session, procurement_id, by, asked())
                queries.begun_offer(session, procurement, provider)
                usecases.withdraw_offer(
                    session, procurement=procurement, provider=provider, by=by, at=now()
                )
            return done(_("The offer has been withdrawn."), own_url(".show", procurement_id))
        except RuleBroken as broken:
            form.refuse(broken)
    return _withdrawal_page(procurement_id, form, 422)


def _withdrawal_page(procurement_id: UUID, form: ButtonForm, status: int = 200) -> Response:
    session = reading()
    own = queries.begun_page(session, procurement_id, me(session), asked(), now())
    if own.standing.version is None:
        raise NotFound
    return page("offers/withdraw.html", status=status, form=form, **context(own))
