"""Which procurements began from a sounding."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.organisations.models import Person
from portal.permissions import BUYERS_HANDLERS, Role
from portal.procurement.models import BegunFromSounding, Procurement
from portal.procurement.rules import State
from portal.soundings.queries.soundings import BegunFrom


def begun_from(session: Session, sounding_id: UUID, person: Person | None) -> list[BegunFrom]:
    """The procurements begun from it that this reader may see, the oldest first."""
    roles = BUYERS_HANDLERS | {Role.AUDITOR}
    own = [one.id for one in person.organisations_as(*roles)] if person is not None else []
    rows = session.execute(
        select(Procurement.id, Procurement.reference, Procurement.title)
        .join(BegunFromSounding, BegunFromSounding.procurement_id == Procurement.id)
        .where(
            BegunFromSounding.sounding_id == sounding_id,
            or_(Procurement.state != State.DRAFT, Procurement.buyer_id.in_(own)),
        )
        .order_by(Procurement.created_at, Procurement.id)
    )
    return [BegunFrom(*row) for row in rows]
