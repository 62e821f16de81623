"""What the report says of contracts and call-offs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.capacity.ledger import balance_of
from portal.cases.player import Play
from portal.cases.report.invoices import reported_invoices
from portal.cases.stage import Stage
from portal.contracts.models import Contract
from portal.contracts.rules import ContractState
from portal.evaluation.models import AwardDecision
from portal.options.access import latest_end_of, used_times
from portal.options.rules import left_of
from portal.procurement.terms import option_terms
from portal.shared.clock import day_in_helsinki
from portal.shared.numbers import shown


def reported_contract(session: Session, play: Play, contract_id: UUID) -> dict[str, Any]:
    """A contract with its capacity, options and invoices."""
    contract = session.get_one(Contract, contract_id)
    procurement = play.stage.procurement(session)
    lot = next(lot for lot in procurement.lots if lot.id == contract.lot_id)
    times = used_times(session, [contract.id])
    decision = session.get_one(AwardDecision, contract.award.decision_id)
    today = day_in_helsinki(play.outcomes[-1].act.at)
    balance = balance_of(session, contract)
    return {
        "in_force": contract.state == ContractState.IN_FORCE,
        "first_signing_day": decision.first_signing_day.isoformat(),
        "latest_end": latest_end_of(session, contract, lot, today).isoformat(),
        "unit": lot.unit,
        "maximum": shown(balance.maximum),
        "reserved": shown(balance.reserved),
        "committed": shown(balance.committed),
        "delivered": shown(balance.delivered),
        "remaining": shown(balance.remaining),
        "options": {
            option.key: {
                "used": times.get((contract.id, option.id), 0),
                "left": left_of(option_terms(option), times.get((contract.id, option.id), 0)),
            }
            for option in lot.options
        },
        "invoices": reported_invoices(session, contract),
    }


def reported_call_offs(session: Session, stage: Stage) -> dict[str, Any]:
    """Every call-off by its key."""
    found = {}
    for key in stage.call_offs:
        call_off = stage.call_off(session, key)
        found[key] = {
            "state": call_off.state,
            "called_on": call_off.called_on.isoformat(),
            "start_by": call_off.start_by.isoformat(),
            "starts": None if call_off.starts is None else call_off.starts.isoformat(),
        }
    return found
