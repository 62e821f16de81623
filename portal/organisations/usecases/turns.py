"""Acts on accounts that look before they write take turns."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.models import AuditChain
from portal.audit.record import ACCOUNTS


def wait_for_turn(session: Session) -> None:
    """Until the end of the transaction, no other such act sees what this one is about to change.

    On SQLite a writer is alone anyway; on PostgreSQL the head of the accounts' record is the lock.
    """
    session.execute(select(AuditChain.chain).where(AuditChain.chain == ACCOUNTS).with_for_update())
