"""The acts of a case that follow people: after-guidance and visits, by the verbs of the pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from portal.cases.acts import Acts
from portal.cases.format import Act
from portal.cases.stage import Stage
from portal.config import Settings
from portal.database import Database
from portal.enrolments.models import AfterGuidance
from portal.meetings.models import WorkplaceVisit
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.enrolments.guidance.ended import ended

JULY = datetime(2026, 7, 1, 7, 0, tzinfo=UTC)
GUIDED = Act(
    n=1,
    line=1,
    at=JULY,
    by="tuula",
    do="after_guidance",
    takes={
        "participant": "a",
        "day": date(2026, 7, 1),
        "state": "used",
        "hours": Decimal(6),
    },
    expect_refused=False,
    rule=None,
)


def test_guidance_and_visits_are_played_by_the_verbs_of_the_pages(
    database: Database, cast: Cast, settings: Settings
) -> None:
    with unit_of_work(database) as session:
        anna = ended(session, cast)
        stage = Stage(
            people={"tuula": cast.tuula.id, "kaisa": cast.kaisa.id},
            trainings={"t": anna.training_id},
            participants={"a": anna.id},
        )
        acts = Acts(stage, settings)
        acts.play(session, GUIDED)
        with pytest.raises(RuleBroken, match="after_guidance_hours_exceeded"):
            acts.play(session, replace(GUIDED, takes={**GUIDED.takes, "hours": Decimal(5)}))
        acts.play(
            session,
            replace(
                GUIDED,
                by="kaisa",
                do="visit",
                takes={
                    "training": "t",
                    "day": date(2026, 6, 4),
                    "workplace": "Kahvila",
                    "participants": ["a"],
                    "note": "Sujui",
                },
            ),
        )
        assert session.scalars(select(AfterGuidance.hours)).all() == [Decimal(6)]
        made = session.scalars(select(WorkplaceVisit)).one()
        assert (made.workplace, made.participant_ids) == ("Kahvila", [str(anna.id)])
        assert made.made
