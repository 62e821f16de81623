"""The pages of the contracts: concluding, reading, approving, and verifying a document."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from uuid import UUID

from flask import Blueprint, Response, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.contracts import queries, usecases
from portal.contracts.forms import ConcludeForm, ReasonForm, VerifyForm
from portal.contracts.rules import ContractState
from portal.documents import store
from portal.offers.attachments.seals import Examined, examined
from portal.organisations.models import Organisation
from portal.procurement.models import Procurement
from portal.shared.errors import RuleBroken
from portal.shared.names import DEFAULT_LANGUAGE
from portal.web.forms import ButtonForm
from portal.web.forms import refuse as refuse_beside
from portal.web.pages import done, not_found_unless, page
from portal.web.unit import let_go, me, now, reading, record_read, services, transaction

bp = Blueprint("contracts", __name__)

CONTRACT = "/contracts/<uuid:contract_id>"
# A lot's key may be any text, a slash included.
CONCLUSION = "/procurements/<uuid:procurement_id>/lots/<path:lot_key>/contract"


@bp.get("/contracts")
def index() -> ResponseReturnValue:
    """The contracts of one's own organisations."""
    session = reading()
    found = queries.contracts_page(
        session,
        me(session),
        request.args.get("page", 1, type=int),
        request.args.get("state"),
        request.args.get("sort"),
    )
    return page("contracts/index.html", found=found)


@bp.get(CONTRACT)
def show(contract_id: UUID) -> ResponseReturnValue:
    """One contract: what is agreed, how it stands, its document."""
    return _contract_page(contract_id, ButtonForm(formdata=None))


@bp.post(f"{CONTRACT}/approve")
def approve(contract_id: UUID) -> ResponseReturnValue:
    """Approve the document for one's own side."""
    form = ButtonForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                contract = queries.contract_of(session, contract_id, by)
                usecases.approve_contract(
                    session,
                    procurement=session.get_one(Procurement, contract.procurement_id),
                    contract=contract,
                    combined_duties=services().settings.combined_duties,
                    by=by,
                    at=now(),
                )
                in_force = contract.state == ContractState.IN_FORCE
            return done(
                _("You have approved the contract. It is now in force.")
                if in_force
                else _("You have approved the contract. It now waits for the other party."),
                url_for(".show", contract_id=contract_id),
            )
        except RuleBroken as broken:
            refuse_beside(form, broken)
    return _contract_page(contract_id, form, 422)


def _contract_page(contract_id: UUID, form: ButtonForm, status: int = 200) -> Response:
    session = reading()
    found = queries.contract_page(
        session, contract_id, me(session), services().settings.combined_duties, now()
    )
    return page(
        "contracts/show.html",
        status=status,
        found=found,
        form=form,
        reason=services().refusal_text(found.refusal) if found.refusal else None,
    )


@bp.get(f"{CONTRACT}/hold")
def ask_hold(contract_id: UUID) -> ResponseReturnValue:
    """What putting on hold does, and why it is done."""
    return _stop_page("hold_contract", contract_id, ReasonForm(formdata=None))


@bp.post(f"{CONTRACT}/hold")
def hold(contract_id: UUID) -> ResponseReturnValue:
    """Put the contract on hold."""
    return _stop(
        "hold_contract",
        usecases.hold_contract,
        contract_id,
        _("The contract is on hold. Nobody can approve it until it is released."),
    )


@bp.get(f"{CONTRACT}/release")
def ask_release(contract_id: UUID) -> ResponseReturnValue:
    """What releasing does, and why it is done."""
    return _stop_page("release_contract", contract_id, ReasonForm(formdata=None))


@bp.post(f"{CONTRACT}/release")
def release(contract_id: UUID) -> ResponseReturnValue:
    """Let the approving go on."""
    return _stop(
        "release_contract",
        usecases.release_contract,
        contract_id,
        _("The contract has been released. It awaits approval again."),
    )


@bp.get(f"{CONTRACT}/refuse")
def ask_refusal(contract_id: UUID) -> ResponseReturnValue:
    """What refusing does, and why it is done."""
    return _stop_page("refuse_contract", contract_id, ReasonForm(formdata=None))


@bp.post(f"{CONTRACT}/refuse")
def refuse(contract_id: UUID) -> ResponseReturnValue:
    """Refuse for one's own side."""
    return _stop(
        "refuse_contract",
        usecases.refuse_contract,
        contract_id,
        _("You have refused the contract. The other party has been told."),
    )


def _stop(
    act: str, usecase: Callable[..., None], contract_id: UUID, message: str
) -> ResponseReturnValue:
    form = ReasonForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                contract = queries.contract_of(session, contract_id, by)
                usecase(
                    session,
                    procurement=session.get_one(Procurement, contract.procurement_id),
                    contract=contract,
                    reason=form.reason.data,
                    by=by,
                    at=now(),
                )
            return done(message, url_for(".show", contract_id=contract_id))
        except RuleBroken as broken:
            refuse_beside(form, broken)
    return _stop_page(act, contract_id, form, 422)


def _stop_page(act: str, contract_id: UUID, form: ReasonForm, status: int = 200) -> Response:
    session = reading()
    found = queries.stop_page(session, contract_id, me(session), act)
    return page("contracts/stop.html", status=status, found=found, form=form, act=act)


@bp.get(f"{CONTRACT}/contract.pdf")
def document(contract_id: UUID) -> ResponseReturnValue:
    """The contract's document: the very bytes that are approved."""
    session = reading()
    contract = queries.contract_of(session, contract_id, me(session))
    stored = not_found_unless(queries.contract_document(session, contract))
    record_read(contract.id)
    return send_file(
        BytesIO(store.content(session, stored)),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"{contract.reference.replace('/', '-')}.pdf",
        max_age=0,
    )


@bp.get(CONCLUSION)
def ask_conclusion(procurement_id: UUID, lot_key: str) -> ResponseReturnValue:
    """What would be concluded, or the contract that has been."""
    return _conclusion_page(procurement_id, lot_key, ConcludeForm(formdata=None))


@bp.post(CONCLUSION)
def conclude(procurement_id: UUID, lot_key: str) -> ResponseReturnValue:
    """Conclude the contract of a lot with the provider that was on the page."""
    form = ConcludeForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                procurement, lot = queries.lot_to_contract(session, procurement_id, lot_key, by)
                contract = usecases.conclude_contract(
                    session,
                    procurement=procurement,
                    lot=lot,
                    provider=not_found_unless(_provider(session, form.provider.data)),
                    language=form.language.data or DEFAULT_LANGUAGE,
                    by=by,
                    at=now(),
                )
                contract_id = contract.id
            return done(
                _("The contract has been concluded. Both parties can approve it."),
                url_for(".show", contract_id=contract_id),
            )
        except RuleBroken as broken:
            refuse_beside(form, broken)
    return _conclusion_page(procurement_id, lot_key, form, 422)


def _provider(session: Session, typed: str | None) -> Organisation | None:
    try:
        return session.get(Organisation, UUID(typed or ""))
    except ValueError:
        return None


def _conclusion_page(
    procurement_id: UUID, lot_key: str, form: ConcludeForm, status: int = 200
) -> Response:
    session = reading()
    found = queries.conclusion_page(session, procurement_id, lot_key, me(session), now())
    form.provider.data = str(found.provider.id) if found.provider else ""
    return page("contracts/conclude.html", status=status, found=found, form=form)


@bp.route("/verify", methods=["GET", "POST"])
def verify() -> ResponseReturnValue:
    """For anybody: whether a file is, byte for byte, a document of this portal."""
    if request.method == "GET":
        return page("contracts/verify.html", form=VerifyForm(formdata=None), asked=None)
    form = VerifyForm()
    if not form.validate():
        return page("contracts/verify.html", status=422, form=form, asked=None)
    pdf = b"" if form.typed_hash else form.file.data.read()
    asked = form.typed_hash or hashlib.sha256(pdf).hexdigest()
    let_go()
    said = _examined(pdf) if pdf.startswith(b"%PDF-") else None
    return page(
        "contracts/verify.html",
        form=VerifyForm(formdata=None),
        asked=asked,
        found=queries.verified(reading(), asked, typed=bool(form.typed_hash)),
        said=said,
        bears_known=bool(said and said.printed and store.by_content(reading(), said.printed)),
    )


def _examined(pdf: bytes) -> Examined | None:
    """What the file says of itself; None where the check refuses to read it."""
    with suppress(RuleBroken):
        return examined(pdf, services().settings)
    return None
