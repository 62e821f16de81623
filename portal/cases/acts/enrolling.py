"""The acts on people in trainings."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from portal.cases.acts.playing import Playing
from portal.cases.format import Act
from portal.enrolments import usecases as enrolments
from portal.enrolments.people import read_together
from portal.organisations.models import Person


class EnrollingActs(Playing):
    """From the application to the follow-up."""

    def apply(self, session: Session, act: Act) -> None:
        """Refer somebody, and remember the participant under its key."""
        takes = act.takes
        applied = enrolments.apply(
            session,
            training=self.stage.training(session, takes["training"]),
            name=takes["name"],
            birth_year=takes["birth_year"],
            sex=takes["sex"],
            education=takes["education"],
            status=takes["status"],
            external_key=f"{self.stage.procurement(session).reference}/{takes['participant']}",
            **self.by(session, act),
        )
        self.stage.participants[takes["participant"]] = applied.id

    def interview(self, session: Session, act: Act) -> None:
        """Record an interview."""
        takes = act.takes
        enrolments.interview(
            session,
            enrolment=self.stage.enrolment(session, takes["participant"]),
            need=takes["need"],
            urgency=takes["urgency"],
            suitability=takes["suitability"],
            note=takes.get("note") or "",
            with_=self._with(session, act),
            **self.by(session, act),
        )

    def select(self, session: Session, act: Act) -> None:
        """Select people."""
        enrolments.select(
            session,
            with_=self._with(session, act),
            **self._people(session, act),
            **self.by(session, act),
        )

    def reject(self, session: Session, act: Act) -> None:
        """Do not select people, or guide them to something else first."""
        enrolments.reject(
            session,
            reason=act.takes.get("reason") or "",
            instead=act.takes.get("instead"),
            with_=self._with(session, act),
            **self._people(session, act),
            **self.by(session, act),
        )

    def start(self, session: Session, act: Act) -> None:
        """People start on the day of the act."""
        enrolments.start(session, **self._people(session, act), **self.by(session, act))

    def complete(self, session: Session, act: Act) -> None:
        """Somebody completes the training."""
        enrolments.complete(
            session,
            units=act.takes["units"],
            qualifications=act.takes["qualifications"],
            **self._end(session, act),
        )

    def leave_early(self, session: Session, act: Act) -> None:
        """Somebody leaves early for work or studies."""
        enrolments.leave_early(session, to=act.takes["to"], **self._end(session, act))

    def interrupt(self, session: Session, act: Act) -> None:
        """The training breaks off for somebody."""
        enrolments.interrupt(session, reason=act.takes["reason"], **self._end(session, act))

    def follow_up(self, session: Session, act: Act) -> None:
        """Record the status so many months after the end."""
        enrolments.follow_up(
            session,
            enrolment=self.stage.enrolment(session, act.takes["participant"]),
            months=act.takes["months"],
            status=act.takes["status"],
            **self.by(session, act),
        )

    def report_background(self, session: Session, act: Act) -> None:
        """Report the counts of sensitive groups."""
        counts = ("immigrants", "minorities", "disabled", "other_disadvantaged")
        enrolments.report_background(
            session,
            training=self.stage.training(session, act.takes["training"]),
            **{name: act.takes[name] for name in counts},
            **self.by(session, act),
        )

    def _people(self, session: Session, act: Act) -> dict[str, Any]:
        keys = [self.stage.participants[key] for key in act.takes["participants"]]
        return {
            "training": self.stage.training(session, act.takes["training"]),
            "enrolments": read_together(session, keys),
        }

    def _with(self, session: Session, act: Act) -> list[Person]:
        return [self.stage.person(session, key) for key in act.takes.get("with") or ()]

    def _end(self, session: Session, act: Act) -> dict[str, Any]:
        return {
            "enrolment": self.stage.enrolment(session, act.takes["participant"]),
            "day": act.takes["day"],
            "status": act.takes["status"],
            **self.by(session, act),
        }
