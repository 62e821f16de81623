"""The openers of a draft, for its officer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.organisations.models import Membership, OpenerKey, Person
from portal.permissions import ACTS
from portal.procurement.queries.drafting import Draft, draft_page, officers_procurement
from portal.procurement.usecases.openers import named


@dataclass(frozen=True)
class OpenersPage:
    """The buyer's openers by name, each with when they made their key, and who is named."""

    draft: Draft
    needed: int
    rows: list[tuple[Person, datetime | None]]
    named: frozenset[UUID]

    @property
    def chosen(self) -> frozenset[UUID]:
        """Those named; where nobody is, everybody."""
        return self.named or frozenset(one.id for one, _made in self.rows)


def openers_page(
    session: Session, procurement_id: UUID, person: Person, at: datetime
) -> OpenersPage:
    """Raises NotFound, ``wrong_state`` once the call has been published."""
    draft = draft_page(session, procurement_id, person, at)
    procurement = officers_procurement(session, procurement_id, person)
    rows = session.execute(
        select(Person, OpenerKey.made_at)
        .join(Membership, Membership.person_id == Person.id)
        .outerjoin(OpenerKey, (OpenerKey.person_id == Person.id) & OpenerKey.replaced_at.is_(None))
        .where(
            Membership.organisation_id == procurement.buyer_id,
            Membership.role.in_(ACTS["open_offers"]),
            Person.closed_at.is_(None),
        )
        .order_by(Person.name, Person.id)
    ).all()
    return OpenersPage(
        draft=draft,
        needed=settings_of(session).sealing_openers,
        rows=[(one, made_at) for one, made_at in rows],
        named=frozenset(named(session, procurement)),
    )


def openers_named(session: Session, keys: Sequence[UUID]) -> list[Person]:
    """The people with these keys."""
    return list(session.scalars(select(Person).where(Person.id.in_(keys))))
