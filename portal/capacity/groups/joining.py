"""Joining the group of another office's call-off."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

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
    key: UUID | None = None,
    by: Person,
    at: datetime,
) -> CallOff:
    """Call off places of the host's kind into its group, from a contract that one may use.

    Ledger, invoice, sponsor and participants stay the joining office's own. A ``key``
    that the form was shown with joins once, however often the form is sent. Raises what `call_off`
    raises.
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
        key=key,
        by=by,
        at=at,
    )
