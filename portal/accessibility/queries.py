"""What the pages of accessibility show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accessibility.models import AccessibilityMessage
from portal.accessibility.rules import days_left
from portal.organisations.rules import hash_of
from portal.shared.errors import NotFound
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging

SHORT = 120


@dataclass(frozen=True)
class MessageRow:
    """One message in the list. ``left`` is days, below 0 once late; None where it is answered."""

    id: UUID
    begins: str
    page: str
    received_at: datetime
    due_on: date
    left: int | None
    answered_at: datetime | None


@dataclass(frozen=True)
class MessageList:
    """One page of the messages: open ones first, the most urgent at the top."""

    rows: list[MessageRow]
    paging: Paging
    open: int


def messages_page(session: Session, today: date, n: int) -> MessageList:
    """Every message, those without an answer first."""
    message = AccessibilityMessage
    total, still_open = session.execute(
        select(
            func.count(),
            func.count().filter(message.answered_at.is_(None)),
        ).select_from(message)
    ).one()
    pages = paging(total, n)
    found = session.scalars(
        select(message)
        .order_by(message.answered_at.is_not(None), message.due_on, message.id)
        .limit(ROWS_ON_A_PAGE)
        .offset(pages.offset)
    )
    rows = [
        MessageRow(
            id=one.id,
            begins=one.text if len(one.text) <= SHORT else f"{one.text[:SHORT].rstrip()}…",
            page=one.page,
            received_at=one.received_at,
            due_on=one.due_on,
            left=days_left(one.due_on, today) if one.answered_at is None else None,
            answered_at=one.answered_at,
        )
        for one in found
    ]
    return MessageList(rows, pages, still_open)


def message_of(session: Session, message_id: UUID) -> AccessibilityMessage:
    """The message of that key. Raises NotFound."""
    found = session.get(AccessibilityMessage, message_id)
    if found is None:
        raise NotFound
    return found


def message_by_token(session: Session, token: str) -> AccessibilityMessage | None:
    """The message whose sender has this link."""
    return session.scalar(
        select(AccessibilityMessage).where(AccessibilityMessage.token_hash == hash_of(token))
    )
