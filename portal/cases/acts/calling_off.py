"""The acts on capacity: call-offs and trainings."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.capacity import usecases as capacity
from portal.cases.acts.playing import Playing
from portal.cases.format import Act
from portal.contracts.usecases import waive_start_up
from portal.organisations.models import Organisation
from portal.permissions import Role

_WHAT = ("form", "field", "workdays", "places", "workplaces_confirmed", "reason")


class CallingOffActs(Playing):
    """From the call-off to the closed training."""

    def waive_start_up(self, session: Session, act: Act) -> None:
        """Let places be called off before the start-up meeting."""
        waive_start_up(
            session,
            contract=self.stage.contract(session, act.takes["contract"]),
            reason=act.takes.get("reason") or "",
            **self.by(session, act),
        )

    def call_off(self, session: Session, act: Act) -> None:
        """Call off, and remember the call-off under its key.

        Of a copy, what the act leaves out is as in the call-off before it.
        """
        takes = act.takes
        copied, joined = takes.get("copy_of"), takes.get("joins")
        what = {} if copied is None else capacity.as_before(self.stage.call_off(session, copied))
        what |= {name: takes[name] for name in _WHAT if takes.get(name) is not None}
        what |= {
            "contract": self.stage.contract(session, takes["contract"]),
            "office": self._office(session, act),
            "pool_until": takes.get("pool_until"),
            "joins": None if joined is None else self.stage.call_off(session, joined),
        }
        called = capacity.call_off(session, **what, **self.by(session, act))
        self.stage.call_offs[takes["call_off"]] = called.id

    def _office(self, session: Session, act: Act) -> Organisation | None:
        """The office of a course sponsor; none for the buyer's officer."""
        by = self.stage.person(session, act.by)
        home = self.stage.home_of(session, act.by)
        return home if by.holds({Role.COURSE_SPONSOR}, home.id) else None

    def confirm_call_off(self, session: Session, act: Act) -> None:
        """Confirm, and remember the training under its key."""
        training = capacity.confirm_call_off(
            session,
            call_off=self.stage.call_off(session, act.takes["call_off"]),
            starts=act.takes["starts"],
            **self.by(session, act),
        )
        self.stage.trainings[act.takes["training"]] = training.id

    def decline_call_off(self, session: Session, act: Act) -> None:
        """Decline a call-off."""
        capacity.decline_call_off(
            session,
            call_off=self.stage.call_off(session, act.takes["call_off"]),
            reason=act.takes.get("reason") or "",
            **self.by(session, act),
        )

    def cancel_call_off(self, session: Session, act: Act) -> None:
        """Take a call-off back."""
        capacity.cancel_call_off(
            session,
            call_off=self.stage.call_off(session, act.takes["call_off"]),
            reason=act.takes.get("reason") or "",
            **self.by(session, act),
        )

    def name_coach(self, session: Session, act: Act) -> None:
        """Name a coach for a training."""
        capacity.name_coach(
            session,
            training=self.stage.training(session, act.takes["training"]),
            person=self.stage.person(session, act.takes["person"]),
            **self.by(session, act),
        )

    def close_training(self, session: Session, act: Act) -> None:
        """Close a training."""
        capacity.close_training(
            session,
            training=self.stage.training(session, act.takes["training"]),
            **self.by(session, act),
        )
