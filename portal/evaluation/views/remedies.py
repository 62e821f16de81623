"""Discontinuing a lot, correcting a decision, and the register of requests and appeals."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.evaluation import queries, usecases
from portal.evaluation.forms import (
    ReasonForm,
    RemedyFileForm,
    RemedyForm,
    SettleForm,
    remedy_form,
    settle_form,
)
from portal.evaluation.rules import RemedyKind
from portal.evaluation.views.blueprint import LOT, PROCUREMENT, bp, refuse
from portal.offers.attachments import Limits, checked
from portal.offers.views.own import download
from portal.shared.errors import RuleBroken
from portal.storage.vault import vault_of
from portal.web.forms import ButtonForm
from portal.web.pages import done, page
from portal.web.unit import let_go, me, now, reading, record_read, services, transaction

REMEDIES = f"{PROCUREMENT}/remedies"
REMEDY = f"{REMEDIES}/<uuid:remedy_id>"


@bp.get(f"{LOT}/discontinue")
def ask_discontinuation(procurement_id: UUID, lot_key: str) -> ResponseReturnValue:
    """What discontinuing a lot means, and a place for the reason."""
    return _discontinuing(procurement_id, lot_key, ReasonForm(formdata=None))


@bp.post(f"{LOT}/discontinue")
def discontinue(procurement_id: UUID, lot_key: str) -> ResponseReturnValue:
    """Buy nothing in this lot."""
    form = ReasonForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                found = queries.discontinuing_page(session, procurement_id, lot_key, by)
                usecases.discontinue(
                    session,
                    procurement=found.part.procurement,
                    lot=found.lot,
                    reason=form.reason.data,
                    by=by,
                    at=now(),
                )
                opened = found.opened
            return done(
                _("The lot is discontinued. It is decided on when the decision is issued."),
                url_for(".decision", procurement_id=procurement_id)
                if opened
                else url_for("procurement.show", procurement_id=procurement_id),
            )
        except RuleBroken as broken:
            refuse(form, broken)
    return _discontinuing(procurement_id, lot_key, form, 422)


def _discontinuing(
    procurement_id: UUID, lot_key: str, form: ReasonForm, status: int = 200
) -> Response:
    session = reading()
    found = queries.discontinuing_page(session, procurement_id, lot_key, me(session))
    return page("evaluation/discontinue.html", status=status, found=found, form=form)


@bp.post(f"{LOT}/take-back")
def take_back(procurement_id: UUID, lot_key: str) -> ResponseReturnValue:
    """Undo the award or the discontinuation of a lot that has not been decided on."""
    ButtonForm().validate()
    with transaction() as session:
        by = me(session)
        part = queries.part_of(session, procurement_id, by)
        part.require_free()
        usecases.take_back(
            session,
            procurement=part.procurement,
            lot=queries.lot_of(part.procurement, lot_key),
            by=by,
            at=now(),
        )
        opened = part.opened
    return done(
        _("The lot is open again."),
        url_for(".lot", procurement_id=procurement_id, lot_key=lot_key)
        if opened
        else url_for("procurement.show", procurement_id=procurement_id),
    )


@bp.get(f"{PROCUREMENT}/decision/correct")
def ask_correction(procurement_id: UUID) -> ResponseReturnValue:
    """What a correction makes void, and a place for the reason."""
    return _correcting(procurement_id, ReasonForm(formdata=None))


@bp.post(f"{PROCUREMENT}/decision/correct")
def correct_decision(procurement_id: UUID) -> ResponseReturnValue:
    """Make the decision void, so that the lots can be awarded anew."""
    form = ReasonForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                found = queries.correcting_page(session, procurement_id, by, now())
                usecases.correct_decision(
                    session,
                    procurement=found.part.procurement,
                    reason=form.reason.data,
                    by=by,
                    at=now(),
                )
            return done(
                _("The decision is void. The lots can be awarded anew."),
                url_for(".decision", procurement_id=procurement_id),
            )
        except RuleBroken as broken:
            refuse(form, broken)
    return _correcting(procurement_id, form, 422)


def _correcting(procurement_id: UUID, form: ReasonForm, status: int = 200) -> Response:
    session = reading()
    found = queries.correcting_page(session, procurement_id, me(session), now())
    return page("evaluation/correct.html", status=status, found=found, form=form)


@bp.get(REMEDIES)
def remedies(procurement_id: UUID) -> ResponseReturnValue:
    """The register of requests for correction and of appeals."""
    return _register(procurement_id)


@bp.post(REMEDIES)
def record_remedy(procurement_id: UUID) -> ResponseReturnValue:
    """Enter a request or an appeal."""
    session = reading()
    form = remedy_form(queries.remedies_page(session, procurement_id, me(session)).lots)
    if form.validate():
        try:
            return done(
                _("The register has been added to."),
                url_for(
                    ".remedy",
                    procurement_id=procurement_id,
                    remedy_id=_record(procurement_id, form),
                ),
            )
        except RuleBroken as broken:
            refuse(form, broken)
    return _register(procurement_id, form, 422)


def _record(procurement_id: UUID, form: RemedyForm) -> UUID:
    with transaction() as session:
        by = me(session)
        part = queries.remedies_page(session, procurement_id, by).part
        appeal = form.kind.data == RemedyKind.APPEAL
        record = usecases.record_appeal if appeal else usecases.record_correction_request
        return record(
            session,
            procurement=part.procurement,
            lot=queries.lot_of(part.procurement, form.lot.data),
            party=form.party.data,
            reference=form.reference.data or "",
            received_on=form.received_on.data,
            by=by,
            at=now(),
        ).id


def _register(procurement_id: UUID, form: RemedyForm | None = None, status: int = 200) -> Response:
    session = reading()
    found = queries.remedies_page(session, procurement_id, me(session))
    record_read(procurement_id)
    return page(
        "evaluation/remedies.html",
        status=status,
        found=found,
        form=form or remedy_form(found.lots),
    )


@bp.get(REMEDY)
def remedy(procurement_id: UUID, remedy_id: UUID) -> ResponseReturnValue:
    """One request or appeal with its documents."""
    return _remedy(procurement_id, remedy_id)


@bp.post(REMEDY)
def settle_remedy(procurement_id: UUID, remedy_id: UUID) -> ResponseReturnValue:
    """Enter how it ended."""
    session = reading()
    kind = queries.remedy_page(session, procurement_id, remedy_id, me(session)).row.remedy.kind
    form = settle_form(kind)
    if form.validate():
        try:
            _settle(procurement_id, remedy_id, form)
            return done(
                _("The ending has been entered."),
                url_for(".remedy", procurement_id=procurement_id, remedy_id=remedy_id),
            )
        except RuleBroken as broken:
            refuse(form, broken)
    return _remedy(procurement_id, remedy_id, 422, form=form)


def _settle(procurement_id: UUID, remedy_id: UUID, form: SettleForm) -> None:
    with transaction() as session:
        by = me(session)
        found = queries.remedy_page(session, procurement_id, remedy_id, by)
        ending = {
            "procurement": found.part.procurement,
            "remedy": found.row.remedy,
            "outcome": form.outcome.data,
            "reason": form.reason.data,
            "by": by,
            "at": now(),
        }
        if found.row.remedy.kind == RemedyKind.APPEAL:
            usecases.settle_appeal(session, lot=found.lot, **ending)
        else:
            usecases.settle_correction_request(session, **ending)


@bp.post(f"{REMEDY}/files")
def attach_to_remedy(procurement_id: UUID, remedy_id: UUID) -> ResponseReturnValue:
    """Keep a document with it."""
    form = RemedyFileForm()
    if form.validate():
        try:
            content = form.file.data.read()
            let_go()
            name, media_type = checked(
                form.file.data.filename or "",
                content,
                Limits.of(services().settings),
            )
            with transaction() as session:
                by = me(session)
                found = queries.remedy_page(session, procurement_id, remedy_id, by)
                usecases.attach_to_remedy(
                    session,
                    procurement=found.part.procurement,
                    remedy=found.row.remedy,
                    name=name,
                    media_type=media_type,
                    content=content,
                    by=by,
                    at=now(),
                )
            return done(
                _("The file is attached."),
                url_for(
                    ".remedy", procurement_id=procurement_id, remedy_id=remedy_id, _anchor="files"
                ),
            )
        except RuleBroken as broken:
            refuse(form, broken)
    return _remedy(procurement_id, remedy_id, 422, file_form=form)


@bp.get(f"{REMEDY}/files/<uuid:file_id>")
def remedy_file(procurement_id: UUID, remedy_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """A document as it was kept."""
    session = reading()
    found = queries.remedy_page(session, procurement_id, remedy_id, me(session))
    file = queries.remedy_file(found, file_id)
    record_read(file.id)
    return download(vault_of(session).unseal(session, file.blob_id), file.name, file.media_type)


def _remedy(
    procurement_id: UUID,
    remedy_id: UUID,
    status: int = 200,
    *,
    form: SettleForm | None = None,
    file_form: RemedyFileForm | None = None,
) -> Response:
    session = reading()
    found = queries.remedy_page(session, procurement_id, remedy_id, me(session))
    record_read(remedy_id)
    return page(
        "evaluation/remedy.html",
        status=status,
        found=found,
        form=form or settle_form(found.row.remedy.kind),
        file_form=file_form or RemedyFileForm(formdata=None),
    )
