"""The pages of provider cards: the search, a card, and its upkeep."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.organisations.models import Person
from portal.provider_cards import usecases
from portal.provider_cards.access import referring_for
from portal.provider_cards.forms import (
    CardForm,
    ConfirmForm,
    RemarkAnswerForm,
    RemarkForm,
    card_form,
    new_card_form,
    remark_form,
)
from portal.provider_cards.queries import cards as queries
from portal.provider_cards.queries.search import found_cards
from portal.provider_cards.rules import EntryKind
from portal.shared.clock import day_in_helsinki
from portal.web.acting import acted
from portal.web.filters import add_status_texts
from portal.web.forms import ButtonForm, PortalForm
from portal.web.pages import page
from portal.web.unit import me, now, reading

bp = Blueprint("provider_cards", __name__, url_prefix="/provider-cards")

CARD = "/<uuid:card_id>"

add_status_texts(
    {
        "card_shown": _l("In the register"),
        "card_withdrawn": _l("Withdrawn from the register"),
        "stage": _l("Stage of the path"),
        "field": _l("Occupational field"),
        "support": _l("Form of support"),
        "region": _l("Region"),
    }
)


@bp.get("")
def index() -> ResponseReturnValue:
    """The search; without a question, every card."""
    session = reading()
    found = found_cards(
        session,
        me(session),
        request.args.get("q", ""),
        {kind: request.args.get(kind.value, "") for kind in EntryKind},
        day_in_helsinki(now()),
        request.args.get("page", 1, type=int),
    )
    return page("provider_cards/index.html", found=found)


@bp.get("/mine")
def mine() -> ResponseReturnValue:
    """The cards of the reader's own provider."""
    session = reading()
    n = request.args.get("page", 1, type=int)
    found = queries.own_cards(session, me(session), day_in_helsinki(now()), n)
    return page("provider_cards/mine.html", found=found)


@bp.get("/new")
def new() -> ResponseReturnValue:
    """An empty card."""
    session = reading()
    by = me(session)
    return _new_page(new_card_form(queries.choices_for(session, by), by.id))


@bp.post("/new")
def write() -> ResponseReturnValue:
    """Write a new card."""
    session = reading()
    by = me(session)
    found = queries.choices_for(session, by)
    form = new_card_form(found, by.id)

    def act(session: Session, by: Person) -> str:
        card = usecases.write_card(
            session,
            provider=queries.writing_for(session, by, form.chosen_provider(found.providers)),
            terms=form.terms(),
            keeper=session.get_one(Person, UUID(form.keeper.data)),
            by=by,
            at=now(),
        )
        return url_for(".show", card_id=card.id)

    return acted(form, act, _("The card is in the register.")) or _new_page(form, 422)


def _new_page(form: CardForm, status: int = 200) -> Response:
    return page("provider_cards/new.html", status=status, form=form)


@bp.get(CARD)
def show(card_id: UUID) -> ResponseReturnValue:
    """A card whole."""
    return _show(card_id)


def _show(
    card_id: UUID,
    status: int = 200,
    *,
    confirm_form: PortalForm | None = None,
    new_remark: RemarkForm | None = None,
    answering: UUID | None = None,
    answer_form: RemarkAnswerForm | None = None,
) -> Response:
    session = reading()
    found = queries.card_page(session, card_id, me(session), day_in_helsinki(now()))
    if new_remark is None and found.remarks_as:
        new_remark = remark_form(found.remarks_as, empty=True)
    # Each remark has its own form; only the one that was sent keeps what was typed.
    answers = {
        remark.id: answer_form
        if answer_form is not None and remark.id == answering
        else RemarkAnswerForm(formdata=None, prefix=str(remark.id))
        for remark in found.remarks or ()
        if found.may_answer and remark.answered_at is None
    }
    return page(
        "provider_cards/show.html",
        status=status,
        found=found,
        confirm_form=confirm_form
        or ConfirmForm(formdata=None, data={"revision": found.card.revision}),
        remark_form=new_remark,
        answers=answers,
        answer_form=answer_form,
    )


@bp.get(f"{CARD}/edit")
def edit(card_id: UUID) -> ResponseReturnValue:
    """A card as it stands."""
    return _edit_page(card_id, _form_of(card_id))


@bp.post(f"{CARD}/edit")
def save(card_id: UUID) -> ResponseReturnValue:
    """Write a card anew."""
    form = _form_of(card_id)

    def act(session: Session, by: Person) -> str:
        card = queries.own_card(session, card_id, by)
        usecases.write_card(
            session,
            card=card,
            provider=card.provider,
            terms=form.terms(),
            keeper=session.get_one(Person, UUID(form.keeper.data)),
            by=by,
            at=now(),
            revision=form.revision.data,
        )
        return url_for(".show", card_id=card_id)

    return acted(form, act, _("The card is changed.")) or _edit_page(card_id, form, 422)


def _form_of(card_id: UUID) -> CardForm:
    session = reading()
    by = me(session)
    card = queries.card_to_write(session, card_id, by)
    return card_form(card, queries.choices_for(session, by, card.provider_id))


def _edit_page(card_id: UUID, form: CardForm, status: int = 200) -> Response:
    session = reading()
    card = queries.own_card(session, card_id, me(session))
    return page("provider_cards/edit.html", status=status, card=card, form=form)


@bp.post(f"{CARD}/confirm")
def confirm(card_id: UUID) -> ResponseReturnValue:
    """Nothing has changed."""
    session = reading()
    queries.own_card(session, card_id, me(session))
    form = ConfirmForm()

    def act(session: Session, by: Person) -> str:
        card = queries.own_card(session, card_id, by)
        usecases.confirm_card(session, card=card, by=by, at=now(), revision=form.revision.data)
        return url_for(".show", card_id=card_id)

    return acted(form, act, _("The card is confirmed as of today.")) or _show(
        card_id, 422, confirm_form=form
    )


@bp.get(f"{CARD}/withdraw")
def ask_withdrawal(card_id: UUID) -> ResponseReturnValue:
    """Whether it is meant."""
    session = reading()
    queries.card_to_write(session, card_id, me(session))
    return _withdraw_page(card_id, ButtonForm(formdata=None))


@bp.post(f"{CARD}/withdraw")
def withdraw(card_id: UUID) -> ResponseReturnValue:
    """Take a card out of the register."""
    form = ButtonForm()

    def act(session: Session, by: Person) -> str:
        card = queries.own_card(session, card_id, by)
        usecases.withdraw_card(session, card=card, by=by, at=now())
        return url_for(".mine")

    message = _("The card is withdrawn from the register.")
    return acted(form, act, message) or _withdraw_page(card_id, form, 422)


def _withdraw_page(card_id: UUID, form: ButtonForm, status: int = 200) -> Response:
    session = reading()
    card = queries.own_card(session, card_id, me(session))
    return page("provider_cards/withdraw.html", status=status, card=card, form=form)


@bp.post(f"{CARD}/remarks")
def remark(card_id: UUID) -> ResponseReturnValue:
    """Remark on a card."""
    session = reading()
    organisations = referring_for(me(session))
    form = remark_form(organisations)

    def act(session: Session, by: Person) -> str:
        usecases.remark_on_card(
            session,
            card=queries.visible_card(session, card_id, by),
            organisation=queries.remarking_for(
                session, by, form.chosen_organisation(organisations)
            ),
            text=form.text.data,
            by=by,
            at=now(),
        )
        return url_for(".show", card_id=card_id, _anchor="remarks")

    return acted(form, act, _("The remark is saved.")) or _show(card_id, 422, new_remark=form)


@bp.post(f"{CARD}/remarks/<uuid:remark_id>")
def answer(card_id: UUID, remark_id: UUID) -> ResponseReturnValue:
    """Answer a remark."""
    session = reading()
    queries.remark_of(session, card_id, remark_id, me(session))
    form = RemarkAnswerForm(prefix=str(remark_id))

    def act(session: Session, by: Person) -> str:
        found = queries.remark_of(session, card_id, remark_id, by)
        usecases.answer_remark(session, remark=found, text=form.text.data, by=by, at=now())
        return url_for(".show", card_id=card_id, _anchor="remarks")

    return acted(form, act, _("The remark is answered.")) or _show(
        card_id, 422, answering=remark_id, answer_form=form
    )
