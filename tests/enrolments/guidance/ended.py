"""Somebody whose training has ended, under a contract with ten hours of after-guidance."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from portal.enrolments.models import Enrolment
from tests.cast import Cast
from tests.underway import contract_in_force, enrolled, training_of

ENDED = date(2026, 6, 30)
CLAUSE: dict[str, Any] = {
    "key": "after",
    "kind": "after_guidance",
    "amount": Decimal(10),
    "times": 1,
    "notice_by": date(2027, 3, 8),
    "window_months": 6,
}


def ended(session: Session, cast: Cast, name: str = "Anna", clause: bool = True) -> Enrolment:
    """Completed on the last day of June."""
    options = [CLAUSE] if clause else []
    training = training_of(session, cast, contract_in_force(session, cast, options=options))
    return enrolled(session, training, name, state="completed", ended_on=ENDED)
