"""A contract with everything that indicators count: fourteen people, and what was done for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from portal.database import Database
from portal.enrolments.models import AfterGuidance, FollowUp, SelectionDecision
from portal.feedback.models import Feedback, Proposal
from portal.meetings.models import WorkplaceVisit
from portal.shared.clock import HELSINKI
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.underway import CALLED, contract_in_force, enrolled, training_of

TODAY = datetime(2026, 11, 2, 10, 0, tzinfo=HELSINKI)
ENDED = date(2026, 6, 30)


@dataclass
class Ground:
    """The keys of what is there."""

    contract: UUID
    training: UUID
    lot: UUID


@pytest.fixture
def ground(database: Database, cast: Cast, clock: SettableClock) -> Ground:
    """Six unemployed (three of them into work), six long-term (one), two from education."""
    clock.at = TODAY
    with unit_of_work(database) as session:
        contract = contract_in_force(
            session,
            cast,
            target_participants=20,
            target_open_market_share=Decimal("0.4"),
            options=[
                {
                    "key": "after",
                    "kind": "after_guidance",
                    "amount": Decimal(10),
                    "times": 1,
                    "notice_by": date(2027, 1, 1),
                    "window_months": 6,
                }
            ],
        )
        training = training_of(session, cast, contract, places=20)
        people = []
        for n in range(14):
            status = ("unemployed", "long_term_unemployed", "in_education")[min(n // 6, 2)]
            people.append(
                enrolled(
                    session,
                    training,
                    f"Henkilö {n}",
                    state="interrupted" if n in (6, 7) else "completed",
                    status=status,
                    ended_on=ENDED,
                    status_at_end="open_market" if n in (0, 1, 2, 8) else "unemployed",
                    units=0 if n in (6, 7) else 1,
                    qualifications=0,
                )
            )
        for n, one in enumerate(people):
            session.add(
                SelectionDecision(
                    enrolment_id=one.id, outcome="selected", by_id=cast.tuula.id, at=CALLED
                )
            )
            # The status is recorded twice for the first: the later one stands, and counts once.
            for at, status in [(1, "unemployed"), (2, "open_market")][: 2 if n == 0 else n < 10]:
                session.add(
                    FollowUp(
                        enrolment_id=one.id,
                        months=3,
                        status=status,
                        by_id=cast.kaisa.id,
                        at=datetime(2026, 10, at, 9, tzinfo=HELSINKI),
                    )
                )
        offered = [
            AfterGuidance(
                enrolment_id=one.id,
                day=ENDED,
                state="offered",
                recorded_by_id=cast.tuula.id,
                recorded_at=CALLED,
            )
            for one in people[:3]
        ]
        session.add_all(offered)
        session.flush()
        session.add(
            AfterGuidance(
                enrolment_id=people[2].id,
                day=ENDED,
                state="offered",
                corrects_id=offered[2].id,
                recorded_by_id=cast.tuula.id,
                recorded_at=TODAY,
            )
        )
        given = [
            Feedback(
                training_id=training.id,
                contract_id=contract.id,
                enrolment_id=one.id,
                points=points,
                given_at=CALLED,
            )
            for one, points in zip(people, (5, 4, 4, 3, 5), strict=False)
        ]
        session.add_all(given)
        session.flush()
        for n, text in enumerate(("Enemmän käyntejä", "Pienempi ryhmä")):
            session.add(
                Proposal(
                    training_id=training.id,
                    feedback_id=given[n].id,
                    text=text,
                    made_at=CALLED,
                    answer="Lisätty" if n else "",
                    answered_at=TODAY if n else None,
                )
            )
        for made in (True, True, False):
            session.add(
                WorkplaceVisit(
                    training_id=training.id,
                    day=date(2026, 5, 4),
                    workplace="Kiinteistö Oy",
                    made=made,
                    by_id=cast.tuula.id,
                    at=CALLED,
                )
            )
        return Ground(contract.id, training.id, contract.lot_id)
