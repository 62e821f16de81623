"""The pages of options, changes, passings and handovers, from the contract's page onwards."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from uuid import UUID

from flask import Blueprint, Response, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.contracts.queries import contract_of
from portal.documents import store
from portal.documents.models import StoredDocument
from portal.legal.changes import change_grounds
from portal.options import queries, usecases
from portal.options.forms import (
    ChangeForm,
    ExerciseForm,
    HandOverForm,
    PassForm,
    SettleForm,
)
from portal.organisations.models import Organisation
from portal.shared.errors import RuleBroken
from portal.shared.names import name_in
from portal.web.fields import choices
from portal.web.forms import ButtonForm, PortalForm
from portal.web.forms import refuse as refuse_beside
from portal.web.language import current_language
from portal.web.pages import done, not_found_unless, page
from portal.web.unit import me, now, reading, record_read, services, transaction

bp = Blueprint("options", __name__)

CONTRACT = "/contracts/<uuid:contract_id>"
OPTION = f"{CONTRACT}/options/<path:key>"
CHANGE = f"{CONTRACT}/changes/<int:n>"


def _do(form: PortalForm, act: Callable[[Session], None]) -> bool:
    """Do the act in a transaction of its own; False where a rule refused it beside the form."""
    try:
        with transaction() as session:
            act(session)
    except RuleBroken as broken:
        refuse_beside(form, broken)
        return False
    return True


def _pdf(stored: StoredDocument | None, name: str) -> Response:
    stored = not_found_unless(stored)
    record_read(stored.subject)
    return send_file(
        BytesIO(store.content(reading(), stored)),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"{name.replace('/', '-')}.pdf",
        max_age=0,
    )


@bp.get(f"{CONTRACT}/options")
def index(contract_id: UUID) -> ResponseReturnValue:
    """The options of a contract, with what it has led to so far."""
    session = reading()
    found = queries.options_page(session, contract_id, me(session), now())
    return page("options/index.html", found=found)


@bp.get(OPTION)
def show(contract_id: UUID, key: str) -> ResponseReturnValue:
    """One option: clause, evidence, what holds, and the decision."""
    return _option_page(contract_id, key, ExerciseForm(formdata=None))


@bp.post(OPTION)
def exercise(contract_id: UUID, key: str) -> ResponseReturnValue:
    """Use the option."""
    form = ExerciseForm()

    def act(session: Session) -> None:
        by = me(session)
        contract = contract_of(session, contract_id, by)
        usecases.exercise_option(
            session,
            contract=contract,
            option=queries.option_of(session, contract, key),
            reason=form.reason.data,
            seen=form.seen_uses(),
            by=by,
            at=now(),
        )

    if form.validate() and _do(form, act):
        return done(
            _("The option has been used. The amendment is being made into a PDF."),
            url_for(".show", contract_id=contract_id, key=key),
        )
    return _option_page(contract_id, key, form, 422)


def _option_page(contract_id: UUID, key: str, form: ExerciseForm, status: int = 200) -> Response:
    session = reading()
    found = queries.option_page(session, contract_id, key, me(session), now())
    # What is shown now is what is decided on next, also after a refusal.
    form.seen.data = str(found.row.used)
    rule = found.row.rule
    return page(
        "options/show.html",
        status=status,
        found=found,
        form=form,
        refusal=services().refusal_text(RuleBroken(rule)) if rule else None,
    )


@bp.get(f"{CONTRACT}/amendments/<uuid:subject>.pdf")
def amendment(contract_id: UUID, subject: UUID) -> ResponseReturnValue:
    """The amendment of a use of an option, or of a change."""
    session = reading()
    contract, stored = queries.amendment_of(session, contract_id, subject, me(session))
    return _pdf(stored, f"{contract.reference}-{str(subject)[:8]}")


@bp.get(f"{CONTRACT}/changes")
def changes(contract_id: UUID) -> ResponseReturnValue:
    """The changes of a contract and their running total."""
    return _changes_page(contract_id, ChangeForm(formdata=None))


@bp.post(f"{CONTRACT}/changes")
def propose(contract_id: UUID) -> ResponseReturnValue:
    """Propose a change to the provider."""
    form = ChangeForm()
    form.ground.choices = _grounds()
    n = 0

    def act(session: Session) -> None:
        nonlocal n
        by = me(session)
        assert form.value.data is not None
        change = usecases.change_contract(
            session,
            contract=contract_of(session, contract_id, by),
            ground=form.ground.data,
            text=form.text.data,
            reason=form.reason.data,
            value=form.value.data,
            by=by,
            at=now(),
        )
        n = change.n

    if form.validate() and _do(form, act):
        return done(
            _("The change has been proposed. It takes effect when the provider consents."),
            url_for(".change", contract_id=contract_id, n=n),
        )
    return _changes_page(contract_id, form, 422)


def _grounds() -> list[tuple[str, str]]:
    return [
        (key, f"{name_in(ground.name, current_language())} ({ground.section})")
        for key, ground in change_grounds().items()
    ]


def _changes_page(contract_id: UUID, form: ChangeForm, status: int = 200) -> Response:
    session = reading()
    found = queries.changes_page(session, contract_id, me(session))
    form.ground.choices = _grounds()
    return page("options/changes.html", status=status, found=found, form=form)


@bp.get(CHANGE)
def change(contract_id: UUID, n: int) -> ResponseReturnValue:
    """One change: ground, reason, value, and what the provider says."""
    return _change_page(contract_id, n, SettleForm(formdata=None))


@bp.post(f"{CHANGE}/consent")
def consent(contract_id: UUID, n: int) -> ResponseReturnValue:
    """The provider consents."""
    form = SettleForm()

    def act(session: Session) -> None:
        by = me(session)
        found = queries.change_of(session, contract_id, n, by)
        usecases.consent_to_change(session, change=found, by=by, at=now())

    # Only the token is looked at: consenting needs no reason.
    if ButtonForm().validate() and _do(form, act):
        return done(
            _("You have consented to the change. It is in effect."),
            url_for(".change", contract_id=contract_id, n=n),
        )
    return _change_page(contract_id, n, form, 422)


@bp.post(f"{CHANGE}/refuse")
def refuse(contract_id: UUID, n: int) -> ResponseReturnValue:
    """The provider refuses, or the buyer takes the change back."""
    form = SettleForm()

    def act(session: Session) -> None:
        by = me(session)
        found = queries.change_of(session, contract_id, n, by)
        usecases.refuse_change(session, change=found, reason=form.reason.data, by=by, at=now())

    if form.validate() and _do(form, act):
        return done(
            _("The change has no effect."), url_for(".change", contract_id=contract_id, n=n)
        )
    return _change_page(contract_id, n, form, 422)


def _change_page(contract_id: UUID, n: int, form: SettleForm, status: int = 200) -> Response:
    session = reading()
    found = queries.change_page(session, contract_id, n, me(session))
    return page("options/change.html", status=status, found=found, form=form)


@bp.get(f"{CONTRACT}/pass")
def ask_passing(contract_id: UUID) -> ResponseReturnValue:
    """What passing to a new buyer does, and to whom."""
    return _passing_page(contract_id, PassForm(formdata=None))


@bp.post(f"{CONTRACT}/pass")
def pass_on(contract_id: UUID) -> ResponseReturnValue:
    """Let the contract pass."""
    session = reading()
    form = PassForm()
    form.buyer.choices = _buyers(
        queries.passing_page(session, contract_id, me(session), current_language())
    )

    def act(session: Session) -> None:
        by = me(session)
        usecases.pass_contract(
            session,
            contract=contract_of(session, contract_id, by),
            buyer=session.get_one(Organisation, UUID(form.buyer.data)),
            reason=form.reason.data,
            by=by,
            at=now(),
        )

    if form.validate() and _do(form, act):
        return done(
            _("The contract has passed to the new buyer. Its people have been told."),
            url_for("contracts.index"),
        )
    return _passing_page(contract_id, form, 422)


def _buyers(found: queries.PassingPage) -> list[tuple[str, str]]:
    return choices(found.buyers, _("Choose"))


def _passing_page(contract_id: UUID, form: PassForm, status: int = 200) -> Response:
    session = reading()
    found = queries.passing_page(session, contract_id, me(session), current_language())
    form.buyer.choices = _buyers(found)
    return page("options/pass.html", status=status, found=found, form=form)


@bp.get(f"{CONTRACT}/handovers")
def handovers(contract_id: UUID) -> ResponseReturnValue:
    """What has been handed over, and to whom it may be."""
    return _handovers_page(contract_id, HandOverForm(formdata=None))


@bp.post(f"{CONTRACT}/handovers")
def hand_over(contract_id: UUID) -> ResponseReturnValue:
    """Hand over to the provider of another contract."""
    session = reading()
    form = HandOverForm()
    form.to_contract.choices = _following(
        queries.handovers_page(session, contract_id, me(session), current_language())
    )
    handover_id: UUID | None = None

    def act(session: Session) -> None:
        nonlocal handover_id
        by = me(session)
        given = usecases.hand_over(
            session,
            contract=contract_of(session, contract_id, by),
            to_contract=contract_of(session, UUID(form.to_contract.data), by),
            by=by,
            at=now(),
        )
        handover_id = given.id

    if form.validate() and _do(form, act):
        return done(
            _("Handed over. The provider that comes has been told."),
            url_for(".handover", handover_id=handover_id),
        )
    return _handovers_page(contract_id, form, 422)


def _following(found: queries.HandoversPage) -> list[tuple[str, str]]:
    return choices(found.to_contracts, _("Choose"))


def _handovers_page(contract_id: UUID, form: HandOverForm, status: int = 200) -> Response:
    session = reading()
    found = queries.handovers_page(session, contract_id, me(session), current_language())
    form.to_contract.choices = _following(found)
    return page("options/handovers.html", status=status, found=found, form=form)


@bp.get("/handovers/<uuid:handover_id>")
def handover(handover_id: UUID) -> ResponseReturnValue:
    """A handover: its pack, and for the buyer the quality before and after."""
    session = reading()
    found = queries.handover_page(session, handover_id, me(session))
    return page("options/handover.html", found=found)


@bp.get("/handovers/<uuid:handover_id>/pack.pdf")
def pack(handover_id: UUID) -> ResponseReturnValue:
    """The handover pack, for the provider that comes."""
    session = reading()
    stored = queries.handover_pack(session, handover_id, me(session))
    return _pdf(stored, f"handover-{str(handover_id)[:8]}")
