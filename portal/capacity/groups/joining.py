"""Joining the group of another office's call-off."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from portal.capacity.models import CallOff
from portal.capacity.usecases import call_off
from portal.contracts.models import Contract
from portal.organisations.models import Organisation, Person


def join_group(
    session: Session,
    *,
    host: CallOff,
    contract: Contract,
    office: Organisation | None,
    workdays: Decimal,
    places: int,
    gain: str = "",
    by: Person,
    at: datetime,
) -> CallOff:
    """Call off places of the host's kind into its group, from a contract that one may use.

    Ledger, invoice, sponsor and participants stay the joining office's own. Raises what
    `call_off` raises.
    """
    return call_off(
        session,
        contract=contract,
        office=office,
        form=host.form,
        field=host.field,
        workdays=workdays,
        places=places,
        workplaces_confirmed=places,
        gain=gain,
        joins=host,
        by=by,
        at=at,
    )
