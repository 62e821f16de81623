"""What the notices of a call are made from."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.organisations.models import Person
from portal.procurement.consequences import Notice as Asked
from portal.procurement.models import Procurement
from portal.procurement.notices import Advertised, CriterionNamed, Notice, contract_notice
from portal.procurement.queries.advice import advice_on
from portal.procurement.queries.drafting import officers_procurement
from portal.procurement.queries.shown import criteria_shown
from portal.procurement.rules import CallTerms, Procedure, State
from portal.procurement.terms import call_terms
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken


def notices_asked(call: CallTerms, procurement: Procurement) -> tuple[Asked, ...]:
    """The notices that the law asked for on the day on which the call was published."""
    assert procurement.published_at is not None
    return advice_on(call, day_in_helsinki(procurement.published_at)).notices


def advertised(session: Session, procurement: Procurement) -> Advertised:
    """The published call as notices speak of it."""
    call = call_terms(procurement)
    return Advertised(
        call=call,
        buyer=procurement.buyer.name,
        business_id=procurement.buyer.business_id,
        criteria=[
            CriterionNamed(criterion.title, criterion.question, criterion.weight)
            for criterion in criteria_shown(procurement)
        ],
        address=f"{settings_of(session).base_url}/procurements/{procurement.id}",
        in_union=Asked.EU_CONTRACT in notices_asked(call, procurement),
    )


@dataclass(frozen=True)
class NoticePage:
    """The content of a notice; none where the procedure has none.

    ``asked`` is whether the law asks for it; it may be published all the same.
    """

    procurement: Procurement
    notice: Notice | None
    asked: bool


def contract_notice_page(session: Session, procurement_id: UUID, person: Person) -> NoticePage:
    """The contract notice of a published call, for its officer. Raises NotFound, ``wrong_state``.

    A direct award is not opened by a notice.
    """
    procurement = officers_procurement(session, procurement_id, person)
    if procurement.state == State.DRAFT:
        raise RuleBroken("wrong_state")
    if procurement.procedure == Procedure.DIRECT_AWARD:
        return NoticePage(procurement, None, asked=False)
    of = advertised(session, procurement)
    asked = {Asked.NATIONAL_CONTRACT, Asked.EU_CONTRACT} & {*notices_asked(of.call, procurement)}
    return NoticePage(procurement, contract_notice(of), asked=bool(asked))
