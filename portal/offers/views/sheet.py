"""Working on an offer in a spreadsheet: its file, what a filled one would change, taking that."""

from __future__ import annotations

from uuid import UUID

from flask import Response, current_app
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.documents.sheets import XLSX
from portal.offers import queries, usecases
from portal.offers.attachments import Limits, book_in
from portal.offers.sheet.forms import SheetForm, TakeForm, take_form
from portal.offers.sheet.kept import brought_back, kept
from portal.offers.sheet.queries import SheetPreview, sheet_preview
from portal.offers.sheet.reading import CellProblem, Filled, read_book
from portal.offers.sheet.rules import Place, Rows, taken
from portal.offers.sheet.words import problem_text, rows_text
from portal.offers.sheet.writing import offer_book
from portal.offers.views.blueprint import OFFER, bp
from portal.offers.views.own import asked, context, download, own_page, own_url
from portal.shared.errors import NotFound, RuleBroken
from portal.web.forms import refuse
from portal.web.language import current_language
from portal.web.pages import done, page
from portal.web.unit import let_go, me, now, record_read, services, transaction

SHEET = f"{OFFER}/sheet"


@bp.get(SHEET)
def sheet(procurement_id: UUID) -> ResponseReturnValue:
    """What the file is for, its download, and the way back."""
    return _sheet_page(_open_page(procurement_id))


@bp.get(f"{SHEET}/file")
def sheet_file(procurement_id: UUID) -> ResponseReturnValue:
    """The draft as a workbook."""
    own = _open_page(procurement_id)
    content = offer_book(own, current_language(), now())
    return download(content, f"{own.procurement.reference.replace('/', '-')}.xlsx", XLSX)


@bp.post(SHEET)
def read_sheet(procurement_id: UUID) -> ResponseReturnValue:
    """Read a filled file, and show what it would change; nothing is changed yet."""
    own = _open_page(procurement_id)
    form = SheetForm()
    if not form.validate():
        return _sheet_page(own, form, status=422)
    try:
        name, content = form.file.data.filename or "", form.file.data.read()
        let_go()
        book = book_in(name, content, Limits.of(services().settings))
        own = _open_page(procurement_id)
        filled = read_book(
            book,
            call=own.procurement.id,
            provider=own.provider.id,
            lots=[lot.key for lot in own.lots],
            criteria=[criterion.key for criterion in own.criteria],
        )
        if filled.problems:
            return _sheet_page(own, form, filled.problems, 422)
        return _preview_page(own, filled)
    except RuleBroken as broken:
        refuse(form, broken)
        return _sheet_page(_open_page(procurement_id), form, status=422)


@bp.post(f"{SHEET}/take")
def take_sheet(procurement_id: UUID) -> ResponseReturnValue:
    """Take into the draft what was read and chosen; all of it or nothing."""
    own = _open_page(procurement_id)
    sent = TakeForm()
    try:
        filled = brought_back(
            sent.read.data or "", _secret(), call=own.procurement.id, provider=own.provider.id
        )
    except RuleBroken as broken:
        form = SheetForm(formdata=None)
        refuse(form, broken)
        return _sheet_page(own, form, status=422)
    preview = _preview(own, filled)
    form = take_form(preview)
    try:
        if sent.seen.data != own.hash:
            raise RuleBroken("changed_meanwhile")
        if form.validate():
            _take(procurement_id, filled, form.chosen(preview), own.hash)
            return done(
                _("The draft has what you took from the file. It has not been submitted."),
                own_url(".show", procurement_id),
            )
    except RuleBroken as broken:
        refuse(form, broken)
    return _preview_page(_open_page(procurement_id), filled, form)


def _take(procurement_id: UUID, filled: Filled, chosen: set[Place], seen: str) -> None:
    with transaction() as session:
        by = me(session)
        procurement, provider = queries.own_side(session, procurement_id, by, asked())
        usecases.save_part(
            session,
            procurement=procurement,
            provider=provider,
            change=lambda draft: taken(draft, filled.values, chosen),
            seen=seen,
            by=by,
            at=now(),
        )


def _open_page(procurement_id: UUID) -> queries.OwnOffer:
    """The own page while there is time to write. Raises NotFound."""
    own = own_page(procurement_id)
    if not own.standing.open:
        raise NotFound
    if own.offer is not None:
        record_read(own.offer.id)
    return own


def _secret() -> str:
    return str(current_app.secret_key)


def _preview(own: queries.OwnOffer, filled: Filled) -> SheetPreview:
    language = current_language()

    def shown(place: Place, rows: Rows) -> str:
        return rows_text(place, rows, language)

    return sheet_preview(own, filled, shown)


def _sheet_page(
    own: queries.OwnOffer,
    form: SheetForm | None = None,
    problems: tuple[CellProblem, ...] = (),
    status: int = 200,
) -> Response:
    language = current_language()
    form = form or SheetForm(formdata=None)
    if problems:
        form.file.errors = [
            ngettext(
                "Nothing was taken: %(num)s cell has to be corrected first.",
                "Nothing was taken: %(num)s cells have to be corrected first.",
                len(problems),
            )
        ]
    return page(
        "offers/sheet.html",
        status=status,
        form=form,
        problems=[(problem.place, problem_text(problem, language)) for problem in problems],
        **context(own),
    )


def _preview_page(own: queries.OwnOffer, filled: Filled, form: TakeForm | None = None) -> Response:
    preview = _preview(own, filled)
    text = kept(filled, _secret())
    refused = form is not None
    if form is None:
        form = take_form(preview)
        form.process(formdata=None)
    elif form.both != tuple(one.place for one in preview.both):
        # The draft has moved on: what is to be chosen is no longer the same.
        told = form.form_errors
        form = take_form(preview)
        form.process(formdata=None)
        form.form_errors = told
    form.read.data, form.seen.data = text, own.hash
    return page(
        "offers/sheet_preview.html",
        status=422 if refused else 200,
        form=form,
        preview=preview,
        **context(own),
    )
