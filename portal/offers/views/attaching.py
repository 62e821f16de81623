"""Files of an offer."""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.offers import queries, usecases
from portal.offers.attachments import Limits, checked
from portal.offers.forms import AttachForm
from portal.offers.rules import OfferContent
from portal.offers.views.blueprint import OFFER, bp
from portal.offers.views.own import (
    asked,
    download,
    files_page,
    own_page,
    own_url,
)
from portal.shared.errors import RuleBroken
from portal.storage.vault import vault_of
from portal.web.forms import ButtonForm
from portal.web.pages import done
from portal.web.unit import let_go, me, now, reading, record_read, services, transaction


@bp.post(f"{OFFER}/files")
def attach(procurement_id: UUID) -> ResponseReturnValue:
    """Check one file and add it to the draft."""
    own_page(procurement_id)
    form = AttachForm()
    if form.validate():
        try:
            _attach(procurement_id, form.file.data.filename or "", form.file.data.read())
            onwards = ".check" if request.form.get("next") == "check" else ".files"
            return done(_("The file is attached."), own_url(onwards, procurement_id))
        except RuleBroken as broken:
            form.refuse(broken)
    return files_page(own_page(procurement_id), form, 422)


def _attach(procurement_id: UUID, name: str, content: bytes) -> None:
    settings = services().settings
    let_go()
    clean, media_type = checked(name, content, Limits.of(settings))
    with transaction() as session:
        by = me(session)
        procurement, provider = queries.own_side(session, procurement_id, by, asked())
        offer = usecases.own_offer(
            session, procurement, provider, to_change=True
        ) or usecases.save_offer(
            session,
            procurement=procurement,
            provider=provider,
            content=OfferContent(),
            by=by,
            at=now(),
        )
        usecases.attach_file(
            session,
            procurement=procurement,
            offer=offer,
            name=clean,
            media_type=media_type,
            content=content,
            most=settings.attachments_per_offer,
            by=by,
            at=now(),
        )


@bp.get(f"{OFFER}/files/<uuid:file_id>")
def file(procurement_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """One of the own files, as it was sent."""
    session = reading()
    procurement, provider = queries.own_side(session, procurement_id, me(session), asked())
    offer = queries.begun_offer(session, procurement, provider)
    found = queries.own_file(session, offer, file_id)
    record_read(found.id)
    content = vault_of(session).unseal_own(session, found.id, holder=provider.id)
    return download(content, found.name, found.media_type)


@bp.post(f"{OFFER}/files/<uuid:file_id>/remove")
def remove(procurement_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """Take a file out of the draft."""
    ButtonForm().validate()
    with transaction() as session:
        by = me(session)
        procurement, provider = queries.own_side(session, procurement_id, by, asked())
        usecases.remove_file(
            session,
            procurement=procurement,
            offer=queries.begun_offer(session, procurement, provider),
            file_id=file_id,
            by=by,
            at=now(),
        )
    return done(_("The file is removed from the draft."), own_url(".files", procurement_id))
