"""What the notices of a call are made from."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.organisations.models import Person
from portal.procurement.models import Procurement
from portal.procurement.notices import Advertised, CriterionNamed, Notice, contract_notice
from portal.procurement.queries.drafting import officers_procurement
from portal.procurement.queries.shown import criteria_shown
from portal.procurement.rules import Procedure, State
from portal.procurement.terms import call_terms
from portal.shared.errors import RuleBroken


def advertised(session: Session, procurement: Procurement) -> Advertised:
    """The call as notices speak of it."""
    return Advertised(
        call=call_terms(procurement),
        buyer=procurement.buyer.name,
        business_id=procurement.buyer.business_id,
        criteria=[
            CriterionNamed(criterion.title, criterion.question, criterion.weight)
            for criterion in criteria_shown(procurement)
        ],
        address=f"{settings_of(session).base_url}/procurements/{procurement.id}",
    )


@dataclass(frozen=True)
class NoticePage:
    """The content of a notice; none where the procedure has none."""

    procurement: Procurement
    notice: Notice | None


def contract_notice_page(session: Session, procurement_id: UUID, person: Person) -> NoticePage:
    """The contract notice of a published call, for its officer. Raises NotFound, ``wrong_state``.

    A direct award is not opened by a notice.
    """
    procurement = officers_procurement(session, procurement_id, person)
    if procurement.state == State.DRAFT:
        raise RuleBroken("wrong_state")
    if procurement.procedure == Procedure.DIRECT_AWARD:
        return NoticePage(procurement, None)
    return NoticePage(procurement, contract_notice(advertised(session, procurement)))
