"""The acts on meetings."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.cases.acts.playing import Playing
from portal.cases.format import Act
from portal.meetings.rules import PracticeTerms, ReviewTerms
from portal.meetings.usecases import hold_meeting


class MeetingActs(Playing):
    """Meetings with the practices agreed and reviewed there."""

    def hold_meeting(self, session: Session, act: Act) -> None:
        """Hold a meeting, and remember it and its practices under their keys."""
        takes = act.takes
        training = takes.get("training")
        agreed = takes.get("practices") or []
        meeting = hold_meeting(
            session,
            contract=self.stage.contract(session, takes["contract"]),
            kind=takes["kind"],
            training=None if training is None else self.stage.training(session, training),
            present=[self.stage.person(session, key) for key in takes["present"]],
            practices=[
                PracticeTerms(one["text"], self.stage.people[one["owner"]], one["due"])
                for one in agreed
            ],
            reviews=[
                ReviewTerms(self.stage.practices[one["practice"]], one["status"], one["note"])
                for one in takes.get("reviews") or []
            ],
            **self.by(session, act),
        )
        self.stage.meetings[takes["meeting"]] = meeting.id
        for one, practice in zip(agreed, meeting.practices, strict=False):
            self.stage.practices[one["key"]] = practice.id
