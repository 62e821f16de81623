"""The acts of following up: feedback, and what is done about its proposals."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from portal.cases.acts.playing import Playing
from portal.cases.format import Act
from portal.feedback import usecases as feedback


class FollowingActs(Playing):
    """Feedback and its answers."""

    def give_feedback(self, session: Session, act: Act) -> None:
        """Give feedback; a proposal is remembered under its key, in the words of the answer."""
        takes = act.takes
        text = takes.get("text") or ""
        key = takes.get("proposal")
        _given, proposed = feedback.give_feedback(
            session,
            training=self.stage.training(session, takes["training"]),
            points=takes["points"],
            text=text,
            proposal=None if key is None else text,
            **self._giver(session, act),
            at=act.at,
        )
        if key is not None and proposed is not None:
            self.stage.proposals[key] = proposed.id

    def _giver(self, session: Session, act: Act) -> dict[str, Any]:
        """A participant's key, an organisation's, or a person's."""
        if act.by in self.stage.participants:
            return {"enrolment": self.stage.enrolment(session, act.by), "by": None}
        if act.by in self.stage.organisations:
            return {"employer": self.stage.organisation(session, act.by), "by": None}
        return {"by": self.stage.person(session, act.by)}

    def answer_proposal(self, session: Session, act: Act) -> None:
        """Say what was done about a proposal."""
        feedback.answer_proposal(
            session,
            proposal=self.stage.proposal(session, act.takes["proposal"]),
            text=act.takes["text"],
            **self.by(session, act),
        )
