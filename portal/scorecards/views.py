"""The pages of scorecards: the list, drawing up, the card itself, assessing, the PDF."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from flask import Blueprint, Response, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.documents import store
from portal.organisations.models import Person
from portal.scorecards import queries, usecases
from portal.scorecards.forms import AnswerForm, AssessForm, DrawUpForm, assess_form
from portal.scorecards.rules import Band, ScorecardState
from portal.shared.errors import RuleBroken
from portal.shared.names import name_in
from portal.web.acting import acted
from portal.web.fields import choices
from portal.web.filters import add_status_texts
from portal.web.forms import ButtonForm
from portal.web.language import current_language
from portal.web.pages import page
from portal.web.unit import me, now, reading, record_read, services

bp = Blueprint("scorecards", __name__)

LIST = "/scorecards"
CARD = f"{LIST}/<uuid:scorecard_id>"
TONES = {Band.GOOD: "success", Band.FAIR: "info", Band.WEAK: "warning", Band.NO_DATA: "neutral"}

add_status_texts(
    {
        f"scorecard_{ScorecardState.DRAFT}": _l("Draft"),
        f"scorecard_{ScorecardState.SETTLED}": _l("Stands"),
        f"band_{Band.GOOD}": _l("Good"),
        f"band_{Band.FAIR}": _l("Moderate"),
        f"band_{Band.WEAK}": _l("Needs attention"),
        f"band_{Band.NO_DATA}": _l("No data"),
    }
)


@bp.get(LIST)
def index() -> ResponseReturnValue:
    """The scorecards that the reader sees."""
    session = reading()
    n = request.args.get("page", 1, type=int)
    found = queries.scorecards_page(session, me(session), n)
    return page("scorecards/index.html", found=found)


@bp.get(f"{LIST}/new")
def new() -> ResponseReturnValue:
    """From what a scorecard is drawn up."""
    return _new_page(None)


@bp.post(f"{LIST}/new")
def draw_up() -> ResponseReturnValue:
    """Draw a scorecard up."""
    form, _found = _draw_up_form()

    def act(session: Session, by: Person) -> str:
        drawn = usecases.draw_up_scorecard(
            session,
            provider=queries.provider_bought_from(session, UUID(form.provider.data), by),
            first_day=form.first_day.data,
            last_day=form.last_day.data,
            form=form.form.data or None,
            by=by,
            at=now(),
        )
        return url_for(".show", scorecard_id=drawn.id)

    answer = acted(form, act, _("The scorecard has been drawn up. The provider has been told."))
    return answer or _new_page(form, 422)


def _draw_up_form(*, blank: bool = False) -> tuple[DrawUpForm, queries.DrawingUp]:
    session, language = reading(), current_language()
    found = queries.drawing_up(session, me(session))
    form = DrawUpForm(formdata=None) if blank else DrawUpForm()
    form.provider.choices = choices(
        [(key, name_in(names, language)) for key, names in found.providers], _("Choose")
    )
    form.form.choices = choices(
        [(key, name_in(names, language)) for key, names in found.forms], _("All forms")
    )
    return form, found


def _new_page(form: DrawUpForm | None, status: int = 200) -> Response:
    empty, found = _draw_up_form(blank=True)
    return page("scorecards/new.html", status=status, found=found, form=form or empty)


@bp.get(CARD)
def show(scorecard_id: UUID) -> ResponseReturnValue:
    """A scorecard, and what the reader may do about it."""
    return _card_page(scorecard_id, AnswerForm(formdata=None))


@bp.post(f"{CARD}/answer")
def answer(scorecard_id: UUID) -> ResponseReturnValue:
    """The provider answers."""
    form = AnswerForm()

    def act(session: Session, by: Person) -> str:
        scorecard = queries.scorecard_of(session, scorecard_id, by)
        usecases.answer_scorecard(
            session, scorecard=scorecard, text=form.text.data, by=by, at=now()
        )
        return url_for(".show", scorecard_id=scorecard_id)

    answered = acted(form, act, _("Your answer stands on the scorecard. The buyer has been told."))
    return answered or _card_page(scorecard_id, form, status=422)


@bp.post(f"{CARD}/settle")
def settle(scorecard_id: UUID) -> ResponseReturnValue:
    """Let the scorecard stand."""
    form = ButtonForm()

    def act(session: Session, by: Person) -> str:
        scorecard = queries.scorecard_of(session, scorecard_id, by)
        usecases.settle_scorecard(session, scorecard=scorecard, by=by, at=now())
        return url_for(".show", scorecard_id=scorecard_id)

    settled = acted(form, act, _("The scorecard stands. It is being made into a PDF."))
    return settled or _card_page(scorecard_id, AnswerForm(formdata=None), form, 422)


def _card_page(
    scorecard_id: UUID,
    form: AnswerForm,
    settle_form: ButtonForm | None = None,
    status: int = 200,
) -> Response:
    session = reading()
    found = queries.scorecard_page(session, scorecard_id, me(session), now())
    rule = found.settle_refusal
    return page(
        "scorecards/show.html",
        status=status,
        found=found,
        form=form,
        settle_form=settle_form or ButtonForm(formdata=None),
        settle_refusal=services().refusal_text(RuleBroken(rule)) if rule else None,
        tones=TONES,
    )


@bp.get(f"{CARD}/assess")
def assess_form_page(scorecard_id: UUID) -> ResponseReturnValue:
    """The criteria, with what the reader has given so far."""
    session = reading()
    found = queries.assess_page(session, scorecard_id, me(session))
    kept: dict[str, str] = {}
    for key, one in found.mine.items():
        kept |= {
            f"points-{key}": str(one.points),
            f"reason-{key}": one.reason,
            f"indicator-{key}": one.indicator,
            f"evidence-{key}": one.evidence,
        }
    return _assess_page(found, _form_class(found)(formdata=None, data=kept))


@bp.post(f"{CARD}/assess")
def assess(scorecard_id: UUID) -> ResponseReturnValue:
    """Assess the provider, or one's own service."""
    session = reading()
    found = queries.assess_page(session, scorecard_id, me(session))
    form = _form_class(found)()

    def act(session: Session, by: Person) -> str:
        mine = queries.assess_page(session, scorecard_id, by).mine
        usecases.assess_provider(
            session,
            scorecard=queries.scorecard_of(session, scorecard_id, by),
            points=form.given(mine),
            by=by,
            at=now(),
        )
        return url_for(".show", scorecard_id=scorecard_id)

    answer = acted(form, act, _("Your assessment has been saved."))
    return answer or _assess_page(found, form, 422)


def _form_class(found: queries.AssessPage) -> type[AssessForm]:
    language = current_language()
    indicators = [(row.key, name_in(row.title, language)) for row in found.indicators]
    return assess_form(found.criteria, indicators, language)


def _assess_page(found: queries.AssessPage, form: AssessForm, status: int = 200) -> Response:
    return page("scorecards/assess.html", status=status, found=found, form=form)


@bp.get(f"{CARD}.pdf")
def document(scorecard_id: UUID) -> ResponseReturnValue:
    """The PDF of a scorecard that stands."""
    session = reading()
    scorecard, stored = queries.document_of(session, scorecard_id, me(session))
    record_read(stored.subject)
    return send_file(
        BytesIO(store.content(session, stored)),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"scorecard-{scorecard.last_day.isoformat()}-{scorecard.n}.pdf",
        max_age=0,
    )
