"""One's own views of a list."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.finding.models import SavedView
from portal.organisations.models import Person
from portal.shared.errors import NotFound


def views_of(session: Session, person: Person, page: str) -> list[SavedView]:
    """Those of this list, by name."""
    return list(
        session.scalars(
            select(SavedView)
            .where(SavedView.person_id == person.id, SavedView.page == page)
            .order_by(SavedView.name)
        )
    )


def own_view(session: Session, person: Person, view_id: UUID) -> SavedView:
    """One of one's own. Raises NotFound for anybody else's, as for none."""
    view = session.get(SavedView, view_id)
    if view is None or view.person_id != person.id:
        raise NotFound
    return view
