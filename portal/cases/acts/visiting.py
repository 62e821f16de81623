"""Visits to workplaces in a case."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.cases.acts.playing import Playing
from portal.cases.format import Act
from portal.enrolments.people import read_together
from portal.meetings.visits import usecases as visits


class VisitingActs(Playing):
    """What is seen where the participants work."""

    def visit(self, session: Session, act: Act) -> None:
        """Record a visit that was made."""
        takes = act.takes
        visits.visit(
            session,
            training=self.stage.training(session, takes["training"]),
            day=takes["day"],
            workplace=takes["workplace"],
            enrolments=read_together(
                session, [self.stage.participants[key] for key in takes.get("participants") or ()]
            ),
            note=takes.get("note") or "",
            **self.by(session, act),
        )
