"""Asking about a call, and answering."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.jobs.mail import send_mail
from portal.organisations.models import Person
from portal.permissions import require
from portal.procurement.models import (
    Procurement,
    Question,
)
from portal.procurement.rules import (
    State,
)
from portal.shared.clock import in_time
from portal.shared.errors import RuleBroken


def ask(
    session: Session, *, procurement: Procurement, text: str, by: Person, at: datetime
) -> Question:
    """Ask about the call. Raises ``wrong_state`` for a draft, ``questions_closed``."""
    with acting(session, "ask", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "ask")
        if procurement.state == State.DRAFT or procurement.questions_due is None:
            raise RuleBroken("wrong_state")
        if not in_time(at, procurement.questions_due):
            raise RuleBroken("questions_closed")
        # Whoever asks at the same moment waits for this number to be taken.
        session.execute(
            select(Procurement.id).where(Procurement.id == procurement.id).with_for_update()
        )
        last = session.scalar(
            select(func.max(Question.n)).where(Question.procurement_id == procurement.id)
        )
        question = Question(
            procurement_id=procurement.id,
            n=(last or 0) + 1,
            text=text,
            asked_at=at,
            asked_by_id=by.id,
        )
        session.add(question)
        facts.note(question=question.id)
    return question


def answer(
    session: Session,
    *,
    procurement: Procurement,
    question: Question,
    text: str,
    by: Person,
    at: datetime,
) -> None:
    """Answer a question for all to read. Raises ``wrong_state`` when it has been answered."""
    with acting(session, "answer", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "answer", procurement.buyer_id)
        if question.answered_at is not None:
            raise RuleBroken("wrong_state")
        question.answer, question.answered_at, question.answered_by_id = text, at, by.id
        send_mail(
            session,
            to=session.get_one(Person, question.asked_by_id),
            letter="call_answered",
            facts={
                "reference": procurement.reference,
                "path": f"/procurements/{procurement.id}",
            },
            at=at,
        )
        facts.note(question=question.id)
