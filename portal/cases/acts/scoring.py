"""The acts around a scorecard."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.cases.acts.playing import Playing
from portal.cases.format import Act
from portal.scorecards import usecases
from portal.scorecards.rules import Given


class ScoringActs(Playing):
    """A provider's scorecard, from its draft until it stands."""

    def draw_up_scorecard(self, session: Session, act: Act) -> None:
        """Draw up a scorecard; it is remembered under its key."""
        takes = act.takes
        drawn = usecases.draw_up_scorecard(
            session,
            provider=self.stage.organisation(session, takes["provider"]),
            first_day=takes["from"],
            last_day=takes["to"],
            **self.by(session, act),
        )
        self.stage.scorecards[takes["scorecard"]] = drawn.id

    def assess_provider(self, session: Session, act: Act) -> None:
        """Assess criteria of the follow-up set, from whichever side the person stands on."""
        usecases.assess_provider(
            session,
            scorecard=self.stage.scorecard(session, act.takes["scorecard"]),
            points={
                criterion: Given(given["points"], given.get("reason") or "")
                for criterion, given in act.takes["points"].items()
            },
            **self.by(session, act),
        )

    def answer_scorecard(self, session: Session, act: Act) -> None:
        """The provider's answer."""
        usecases.answer_scorecard(
            session,
            scorecard=self.stage.scorecard(session, act.takes["scorecard"]),
            text=act.takes["text"],
            **self.by(session, act),
        )

    def settle_scorecard(self, session: Session, act: Act) -> None:
        """Let the scorecard stand."""
        usecases.settle_scorecard(
            session,
            scorecard=self.stage.scorecard(session, act.takes["scorecard"]),
            **self.by(session, act),
        )
