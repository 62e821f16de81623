"""The search, as a page and as one types.

What is typed may be somebody's number, so it is sent in a form's body and never stands in an
address or a log.
"""

from __future__ import annotations

from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from portal.finding.queries import found_by, organisation_page
from portal.finding.rules import Typed, begins_one_of, typed_in
from portal.finding.views.blueprint import bp
from portal.web.filters import add_status_texts
from portal.web.navigation import Link, navigation
from portal.web.pages import page
from portal.web.unit import me, now, reading

add_status_texts(
    {
        "found_calls": _l("Calls"),
        "found_contracts": _l("Contracts"),
        "found_call_offs": _l("Call-offs"),
        "found_trainings": _l("Trainings"),
        "found_participants": _l("Participants"),
        "found_organisations": _l("Organisations"),
        "found_cards": _l("Provider cards"),
        "found_soundings": _l("Soundings"),
    }
)


@bp.get("")
def index() -> ResponseReturnValue:
    """The search before anything is typed."""
    return _found("")


@bp.post("")
def search() -> ResponseReturnValue:
    """What was found; htmx takes the list of it for the search of another page."""
    return _found(request.form.get("q", ""))


@bp.get("/organisations/<uuid:organisation_id>")
def organisation(organisation_id: UUID) -> ResponseReturnValue:
    """What of an organisation the reader sees."""
    session = reading()
    found = organisation_page(session, organisation_id, me(session), now())
    return page("finding/organisation.html", found=found)


def _found(text: str) -> Response:
    session = reading()
    typed = typed_in(text)
    groups = found_by(session, me(session), typed, now())
    pages = _pages(typed)
    count = len(pages) + sum(len(group.hits) for group in groups)
    return page("finding/index.html", typed=typed, pages=pages, groups=groups, count=count)


def _pages(typed: Typed) -> list[Link]:
    """The pages of the portal with such a title."""
    ways = (way for group in navigation() for way in group.links)
    return [way for way in ways if begins_one_of(typed, [way.label])]
