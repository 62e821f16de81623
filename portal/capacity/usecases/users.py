"""Which employment offices may use a contract."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.capacity.models import ContractUser
from portal.contracts.models import Contract
from portal.organisations.models import Organisation, Person
from portal.permissions import Kind, require
from portal.shared.errors import RuleBroken


def add_contract_user(
    session: Session, *, contract: Contract, office: Organisation, by: Person, at: datetime
) -> None:
    """Let an office call off; from the first one named on, only those named may.

    Raises ``not_an_office``, ``wrong_state`` (named already).
    """
    chain = contract.procurement_id
    with acting(session, "add_contract_user", chain=chain, by=by.id, at=at) as facts:
        require(by, "add_contract_user", contract.buyer_id)
        if _user(session, contract, office) is not None:
            raise RuleBroken("wrong_state", field="office")
        if Kind.EMPLOYMENT_OFFICE not in office.kinds:
            raise RuleBroken("not_an_office", field="office")
        session.add(
            ContractUser(
                contract_id=contract.id, office_id=office.id, added_by_id=by.id, added_at=at
            )
        )
        facts.note(contract=contract.id, office=office.id)


def remove_contract_user(
    session: Session, *, contract: Contract, office: Organisation, by: Person, at: datetime
) -> None:
    """Let an office call off no more; what it has called off goes on.

    Without the last one the contract would again be open to every office, so the last one stays:
    ``last_user``. Raises ``wrong_state`` for an office that is not named.
    """
    chain = contract.procurement_id
    with acting(session, "remove_contract_user", chain=chain, by=by.id, at=at) as facts:
        require(by, "remove_contract_user", contract.buyer_id)
        user = _user(session, contract, office)
        if user is None:
            raise RuleBroken("wrong_state")
        others = select(ContractUser.id).where(
            ContractUser.contract_id == contract.id, ContractUser.id != user.id
        )
        if session.scalar(others.limit(1)) is None:
            raise RuleBroken("last_user")
        session.delete(user)
        facts.note(contract=contract.id, office=office.id)


def _user(session: Session, contract: Contract, office: Organisation) -> ContractUser | None:
    return session.scalar(
        select(ContractUser).where(
            ContractUser.contract_id == contract.id, ContractUser.office_id == office.id
        )
    )
