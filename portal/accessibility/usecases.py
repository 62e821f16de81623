"""Saying that something is not accessible, and answering it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accessibility.models import AccessibilityMessage
from portal.accessibility.rules import COUNT_FOR, due_day, require_few
from portal.audit.record import ACCOUNTS, acting
from portal.jobs.mail import send_mail
from portal.organisations.models import Person
from portal.organisations.rules import hash_of, is_email, normal_email, place_of
from portal.permissions import require
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken
from portal.shared.names import DEFAULT_LANGUAGE, LANGUAGES


@dataclass(frozen=True)
class Sender:
    """Whoever sent a message, as mail knows them: they need no account."""

    id: UUID
    email: str
    language: str | None


def send_accessibility_message(
    session: Session,
    *,
    text: str,
    page: str,
    email: str,
    language: str,
    address: str | None,
    token: str,
    at: datetime,
) -> AccessibilityMessage:
    """Take a message from anybody; it is to be answered within fourteen days.

    ``token`` is the secret of the sender's link. Raises ``text_missing``, ``email_wrong``,
    ``too_many_messages``.
    """
    with acting(session, "send_accessibility_message", chain=ACCOUNTS, by=None, at=at) as facts:
        if not text.strip():
            raise RuleBroken("text_missing", field="text")
        normal = normal_email(email)
        if normal and not is_email(normal):
            raise RuleBroken("email_wrong", field="email")
        place = hash_of(place_of(address))
        message = AccessibilityMessage
        recent = message.received_at > at - COUNT_FOR
        of_place = session.scalars(
            select(message.received_at).where(recent, message.place_hash == place)
        ).all()
        in_all = session.scalar(select(func.count()).select_from(message).where(recent)) or 0
        require_few(of_place, in_all, at)
        sent = AccessibilityMessage(
            token_hash=hash_of(token),
            place_hash=place,
            text=text.strip(),
            page=page.strip(),
            email=normal,
            language=language if language in LANGUAGES else DEFAULT_LANGUAGE,
            received_at=at,
            due_on=due_day(at),
        )
        session.add(sent)
        session.flush()
        facts.note(message=sent.id, due_on=sent.due_on)
        return sent


def answer_accessibility_message(
    session: Session, *, message: AccessibilityMessage, text: str, by: Person, at: datetime
) -> None:
    """Answer it; who gave an address is written to, and the sender's link shows the answer.

    Raises ``wrong_state`` where it has an answer already, ``text_missing``.
    """
    with acting(session, "answer_accessibility_message", chain=ACCOUNTS, by=by.id, at=at) as facts:
        require(by, "answer_accessibility_message")
        if message.answered_at is not None:
            raise RuleBroken("wrong_state")
        if not text.strip():
            raise RuleBroken("text_missing", field="text")
        message.answer, message.answered_at, message.answered_by_id = text.strip(), at, by.id
        if message.email:
            send_mail(
                session,
                to=Sender(message.id, message.email, message.language),
                letter="accessibility_answered",
                facts={"answer": message.answer, "path": "/accessibility"},
                at=at,
            )
        facts.note(message=message.id, in_time=day_in_helsinki(at) <= message.due_on)
