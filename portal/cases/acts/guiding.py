"""After-guidance in a case."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.cases.acts.playing import Playing
from portal.cases.format import Act
from portal.enrolments.guidance.usecases import record_guidance


class GuidingActs(Playing):
    """What follows a person's training."""

    def after_guidance(self, session: Session, act: Act) -> None:
        """Record after-guidance as offered, accepted or used."""
        record_guidance(
            session,
            enrolment=self.stage.enrolment(session, act.takes["participant"]),
            day=act.takes["day"],
            state=act.takes["state"],
            hours=act.takes.get("hours"),
            **self.by(session, act),
        )
