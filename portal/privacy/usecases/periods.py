"""A controller sets how long it keeps data about people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from portal.audit.record import ACCOUNTS, acting
from portal.organisations.models import Organisation, Person
from portal.permissions import ACTS, Kind, require
from portal.privacy.inventory import inventory
from portal.privacy.models import RetentionPeriod
from portal.privacy.rules import Retention, require_months
from portal.shared.errors import RuleBroken


def kinds_of(organisation: Organisation) -> list[Retention]:
    """The kinds of data whose period this organisation sets; none for whoever is no controller."""
    told = inventory().retention
    return [
        kind
        for kind in Retention
        if Kind(str(told[kind.value]["controller"])) in organisation.kinds
    ]


def proposal_for(kind: Retention) -> int:
    """The months proposed: a proposal of ours, in force nowhere until somebody sets it."""
    return int(inventory().retention[kind.value]["proposal"])


def set_retention(
    session: Session,
    *,
    organisation: Organisation,
    months: Mapping[Retention, int],
    by: Person,
    at: datetime,
) -> None:
    """Set how many months an organisation keeps each kind of data.

    A shorter period than before holds from the next day's run on. Raises ``not_permitted``,
    ``retention_out_of_range``.
    """
    with acting(session, "set_retention", chain=ACCOUNTS, by=by.id, at=at) as facts:
        require(by, "set_retention")
        if not by.holds(ACTS["set_retention"], organisation.id):
            raise RuleBroken("not_permitted")
        own = kinds_of(organisation)
        for kind, number in months.items():
            if kind not in own:
                raise RuleBroken("not_permitted")
            require_months(number, kind.value)
            _set(session, organisation, kind, number, by, at)
        facts.note(
            organisation=organisation.id,
            months={kind.value: number for kind, number in months.items()},
        )


def bring_periods(session: Session, organisation: Organisation, at: datetime) -> None:
    """Set the proposed periods where none are set: for a case file and the demonstration only."""
    for kind in kinds_of(organisation):
        if session.get(RetentionPeriod, (organisation.id, kind.value)) is None:
            _set(session, organisation, kind, proposal_for(kind), None, at)
    session.flush()


def _set(
    session: Session,
    organisation: Organisation,
    kind: Retention,
    months: int,
    by: Person | None,
    at: datetime,
) -> None:
    period = session.get(RetentionPeriod, (organisation.id, kind.value))
    if period is None:
        period = RetentionPeriod(organisation_id=organisation.id, kind=kind.value)
        session.add(period)
    period.months, period.set_by_id, period.set_at = months, by.id if by else None, at
