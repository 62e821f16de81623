"""Reminders before every notice day, each sent once."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.contracts.models import Contract
from portal.contracts.rules import ContractState
from portal.jobs.mail import send_mail
from portal.options.access import people_of, used_times
from portal.options.models import NoticeReminder
from portal.options.rules import due_reminders, left_of
from portal.permissions import Role
from portal.procurement.models import OptionClause
from portal.procurement.terms import option_terms
from portal.shared.clock import day_in_helsinki


def remind_of_notice_days(session: Session, on: datetime) -> int:
    """Write to the buyers' officers of each option that can still be used; returns the letters.

    It may run twice at once, late, or not at all for a week. Whatever has become due since the
    last run is told in one letter, and what that letter overtakes counts as sent. An option that
    is used up, or whose notice day has passed, is told of no more.
    """
    today = day_in_helsinki(on)
    days_before = settings_of(session).notice_reminder_days
    found = session.execute(
        select(Contract, OptionClause)
        .join(OptionClause, OptionClause.lot_id == Contract.lot_id)
        .where(Contract.state == ContractState.IN_FORCE, OptionClause.notice_by >= today)
        .order_by(Contract.reference, Contract.id, OptionClause.position)
    ).all()
    used = used_times(session, {contract.id for contract, _option in found})
    sent = 0
    for contract, option in found:
        due = due_reminders(option.notice_by, days_before, today)
        if not due or not left_of(option_terms(option), used.get((contract.id, option.id), 0)):
            continue
        # Every one is noted, so none of those overtaken is sent by a later run.
        noted = [days for days in due if _note(session, contract, option, days, on)]
        if not noted or noted[0] != due[0]:
            continue
        for person in people_of(
            session,
            contract.buyer_id,
            Role.PROCUREMENT_OFFICER,
            procurement_id=contract.procurement_id,
        ):
            send_mail(
                session,
                to=person,
                letter="notice_day",
                facts={
                    "contract": contract.reference,
                    "kind": option.kind,
                    "notice_by": option.notice_by.isoformat(),
                    "path": f"/contracts/{contract.id}/options/{quote(option.key)}",
                },
                at=on,
                about=option.id,
            )
            sent += 1
    return sent


def _note(
    session: Session, contract: Contract, option: OptionClause, days: int, at: datetime
) -> bool:
    """Whether this run is the one that noted it; another at the same moment waits, and is not."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {
        "id": uuid4(),
        "contract_id": contract.id,
        "option_id": option.id,
        "days": days,
        "noted_at": at,
    }
    noting = insert(NoticeReminder).values(values).on_conflict_do_nothing()
    return session.scalar(noting.returning(NoticeReminder.days)) is not None
