"""The papers of a provider, and copying one into an offer."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.offers import queries, usecases
from portal.offers.attachments import Limits, checked
from portal.offers.forms import PaperForm, step_form
from portal.offers.models import Offer, ProviderPaper
from portal.offers.queries.papers import papers_page, represented
from portal.offers.rules import PaperKind, Step
from portal.offers.views.blueprint import OFFER, bp
from portal.offers.views.own import asked, download, own_page, own_url, place_of, step_page
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Procurement
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken
from portal.storage.vault import vault_of
from portal.web.forms import ButtonForm
from portal.web.pages import done, page
from portal.web.unit import let_go, me, now, reading, record_read, services, transaction


@bp.get("/papers")
def papers() -> ResponseReturnValue:
    """The papers of the provider, and a form to add one."""
    return _papers_page(PaperForm(formdata=None))


@bp.post("/papers")
def add_paper() -> ResponseReturnValue:
    """Check the file and keep it as a paper."""
    form = PaperForm()
    if form.validate():
        try:
            _add(form)
            return done(_("The paper is kept."), url_for(".papers", provider=asked()))
        except RuleBroken as broken:
            form.refuse(broken)
    return _papers_page(form, 422)


def _add(form: PaperForm) -> None:
    name, content = form.file.data.filename or "", form.file.data.read()
    let_go()
    clean, media_type = checked(name, content, Limits.of(services().settings))
    valid_from = form.valid_from.data
    assert valid_from is not None, "the form asks for it"
    with transaction() as session:
        by = me(session)
        usecases.add_paper(
            session,
            provider=represented(by, asked()),
            kind=PaperKind(form.kind.data),
            title=form.title.data,
            name=clean,
            media_type=media_type,
            content=content,
            valid_from=valid_from,
            valid_to=form.valid_to.data,
            by=by,
            at=now(),
        )


@bp.get("/papers/<uuid:paper_id>")
def paper(paper_id: UUID) -> ResponseReturnValue:
    """The file of one paper, as it was sent."""
    session = reading()
    found = _paper(session, me(session), paper_id)
    record_read(found.id)
    content = vault_of(session).unseal(session, found.blob_id)
    return download(content, found.name, found.media_type)


@bp.post("/papers/<uuid:paper_id>/remove")
def remove_paper(paper_id: UUID) -> ResponseReturnValue:
    """Delete a paper; copies in offers stay."""
    ButtonForm().validate()
    with transaction() as session:
        by = me(session)
        usecases.remove_paper(session, paper=_paper(session, by, paper_id), by=by, at=now())
    return done(
        _("The paper is removed. Offers keep their copies."), url_for(".papers", provider=asked())
    )


def _paper(session: Session, person: Person, paper_id: UUID) -> ProviderPaper:
    return usecases.paper_of(session, paper_id, represented(person, asked()))


def _papers_page(form: PaperForm, status: int = 200) -> Response:
    session = reading()
    soon_days = services().settings.paper_expires_days
    found = papers_page(session, me(session), asked(), day_in_helsinki(now()), soon_days)
    return page(
        "offers/papers.html",
        status=status,
        found=found,
        form=form,
        soon_days=soon_days,
        act_form=ButtonForm(formdata=None),
    )


@bp.post(f"{OFFER}/papers/<uuid:paper_id>")
def attach_paper(procurement_id: UUID, paper_id: UUID) -> ResponseReturnValue:
    """Copy a paper into the draft's files."""
    form = ButtonForm()
    if form.validate():
        try:
            with transaction() as session:
                by = me(session)
                procurement, provider = queries.own_side(session, procurement_id, by, asked())
                found = usecases.paper_of(session, paper_id, provider)
                usecases.attach_paper(
                    session,
                    procurement=procurement,
                    offer=_begun(session, procurement, provider, by),
                    paper=found,
                    most=services().settings.attachments_per_offer,
                    by=by,
                    at=now(),
                )
            return done(
                _("A copy of the paper is among the files of the offer."),
                own_url(".step", procurement_id, place=Step.DECLARATIONS),
            )
        except RuleBroken as broken:
            form.refuse(broken)
    own = own_page(procurement_id)
    place = place_of(own, Step.DECLARATIONS)
    return step_page(own, place, step_form(own, place.step), 422, paper_form=form)


def _begun(session: Session, procurement: Procurement, provider: Organisation, by: Person) -> Offer:
    """The offer, begun now where it has not been."""
    return usecases.own_offer(session, procurement, provider) or usecases.save_part(
        session,
        procurement=procurement,
        provider=provider,
        change=lambda draft: draft,
        by=by,
        at=now(),
    )
