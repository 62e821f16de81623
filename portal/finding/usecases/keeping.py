"""One's own views of lists. They are nobody else's, bind nobody, and leave no entry on record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.finding.models import SavedView
from portal.finding.queries.views import own_view
from portal.finding.rules import LISTS, LONGEST_VIEW_NAME, MOST_VIEWS, kept_of
from portal.organisations.models import Person
from portal.shared.errors import NotFound, RuleBroken


def save_view(
    session: Session,
    person: Person,
    *,
    page: str,
    name: str,
    asked: Mapping[str, str],
    at: datetime,
) -> SavedView:
    """Keep what a list is narrowed to and sorted by; under a name that there is, in its place.

    Raises NotFound for a page that is no such list, ``view_unnamed``, ``view_shows_all`` and
    ``views_full``.
    """
    if page not in LISTS:
        raise NotFound
    called, kept = " ".join(name.split()), kept_of(page, asked)
    if not 0 < len(called) <= LONGEST_VIEW_NAME:
        raise RuleBroken("view_unnamed", field="name")
    if not kept:
        raise RuleBroken("view_shows_all")
    mine = (SavedView.person_id == person.id) & (SavedView.page == page)
    view = session.scalar(select(SavedView).where(mine, SavedView.name == called))
    if view is None:
        if (session.scalar(select(func.count()).where(mine)) or 0) >= MOST_VIEWS:
            raise RuleBroken("views_full")
        view = SavedView(person_id=person.id, page=page, name=called)
        session.add(view)
    view.asked, view.saved_at = kept, at
    session.flush()
    return view


def open_with(session: Session, person: Person, view_id: UUID, wanted: bool) -> SavedView:
    """Let its list open with this view, or with none again. Raises NotFound."""
    view = own_view(session, person, view_id)
    session.execute(
        update(SavedView)
        .where(SavedView.person_id == person.id, SavedView.page == view.page)
        .values(opens=False)
    )
    view.opens = wanted
    session.flush()
    return view


def delete_view(session: Session, person: Person, view_id: UUID) -> str:
    """Delete it; returns its list. Raises NotFound."""
    view = own_view(session, person, view_id)
    page = view.page
    session.delete(view)
    session.flush()
    return page
