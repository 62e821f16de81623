"""The glossary, the guides, and the first tour on the home page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.guides.files import guides, terms, terms_on, tour
from portal.guides.models import TourSeen
from portal.guides.rules import Guide, Term, guide_for, step_to_show
from portal.guides.usecases import begin_again, see_steps
from portal.shared.names import name_in
from portal.web.forms import ButtonForm
from portal.web.language import current_language
from portal.web.pages import done, not_found_unless, onwards, page
from portal.web.unit import current_person, me, now, reading, transaction

bp = Blueprint("guides", __name__)


@bp.get("/glossary")
def glossary() -> ResponseReturnValue:
    """Every word of the house with its plain sentence."""
    language = current_language()
    found = sorted(terms().values(), key=lambda term: term.name[language].casefold())
    return page("guides/glossary.html", terms=found)


@bp.get("/guide")
def index() -> ResponseReturnValue:
    """The guides, one's own first."""
    mine = my_guide()
    others = [guide for guide in guides().values() if guide is not mine]
    return page("guides/index.html", mine=mine, others=others)


@bp.get("/guide/<role>")
def guide(role: str) -> ResponseReturnValue:
    """The guide of one role."""
    return page("guides/guide.html", guide=not_found_unless(guides().get(role)))


@bp.post("/tour")
def see_step() -> ResponseReturnValue:
    """The reader has seen a step, or skips the rest."""
    step = request.form.get("step", 0, type=int)
    if ButtonForm().validate():
        steps = len(tour()) if request.form.get("skip") else min(max(step, 0), len(tour()))
        with transaction() as session:
            see_steps(session, steps=steps, person=me(session), at=now())
    return onwards(url_for("home", _anchor="tour"))


@bp.post("/tour/again")
def see_tour_again() -> ResponseReturnValue:
    """Begin the tour anew."""
    if ButtonForm().validate():
        with transaction() as session:
            begin_again(session, person=me(session))
    return done(_("The tour begins anew."), url_for("home", _anchor="tour"))


def my_guide() -> Guide | None:
    """The guide of the reader's role; None for whoever has none."""
    person = current_person()
    if person is None:
        return None
    return guide_for(guides(), frozenset(one.role for one in person.memberships))


def _tour_step() -> dict[str, Any] | None:
    person = current_person()
    if person is None:
        return None
    seen = reading().get(TourSeen, person.id)
    number = step_to_show(None if seen is None else seen.steps, len(tour()))
    if number is None:
        return None
    shown = tour()[number - 1]
    return {
        "number": number,
        "of": len(tour()),
        "step": shown,
        "form": ButtonForm(formdata=None),
        "url": url_for(shown.endpoint) if shown.endpoint in current_app.view_functions else None,
    }


def _terms_here() -> tuple[Term, ...]:
    return terms_on(request.endpoint or "")


@bp.app_template_global("word_says")
def word_says(key: str) -> str:
    """The plain sentence of a word, in the reader's language."""
    return name_in(terms()[key].says, current_language())


@bp.app_context_processor
def _help() -> dict[str, Any]:
    return {"terms_here": _terms_here, "tour_step": _tour_step, "my_guide": my_guide}
