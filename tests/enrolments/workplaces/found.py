"""A workplace found by the office's sponsor, confirmed unless told otherwise."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from portal.contracts.models import Contract
from portal.enrolments.workplaces.models import Workplace
from portal.enrolments.workplaces.rules import WorkplaceTerms
from portal.enrolments.workplaces.usecases import confirm_workplace, record_workplace
from portal.organisations.models import Organisation, Person
from tests.cast import Cast
from tests.underway import CALLED

FIELD = "kiinteistöpalvelut"
CONFIRMED = date(2026, 3, 6)


def found(
    session: Session,
    cast: Cast,
    contract: Contract,
    name: str = "Kahvila Kulma",
    *,
    by: Person | None = None,
    office: Organisation | None = None,
    confirmed: bool = True,
) -> Workplace:
    """In the first of the contract's fields."""
    by = by or cast.kaisa
    workplace = record_workplace(
        session,
        contract=contract,
        office=office or cast.office,
        field=FIELD,
        terms=WorkplaceTerms(name, "Ilona Ohjaaja"),
        by=by,
        at=CALLED,
    )
    if confirmed:
        confirm_workplace(session, workplace=workplace, day=CONFIRMED, by=by, at=CALLED)
    return workplace
