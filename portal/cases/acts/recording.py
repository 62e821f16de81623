"""The acts on monthly records and invoices."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from portal.cases.acts.playing import Playing
from portal.cases.format import Act
from portal.workdays import usecases as workdays


class RecordingActs(Playing):
    """Recording workdays, and what the sponsor does with the record."""

    def record_workdays(self, session: Session, act: Act) -> None:
        """Record a training's month."""
        workdays.record_workdays(
            session,
            training=self.stage.training(session, act.takes["training"]),
            period=act.takes["period"],
            days=self._days(act),
            **self.by(session, act),
        )

    def correct_workdays(self, session: Session, act: Act) -> None:
        """Say what an accepted month should have been."""
        workdays.correct_workdays(
            session,
            training=self.stage.training(session, act.takes["training"]),
            period=act.takes["period"],
            days=self._days(act),
            reason=act.takes.get("reason") or "",
            **self.by(session, act),
        )

    def _days(self, act: Act) -> dict[UUID, Decimal]:
        return {self.stage.participants[key]: days for key, days in act.takes["days"].items()}

    def accept_workdays(self, session: Session, act: Act) -> None:
        """Accept what waits of the month."""
        workdays.accept_workdays(
            session,
            training=self.stage.training(session, act.takes["training"]),
            period=act.takes["period"],
            **self.by(session, act),
        )

    def issue_invoice_basis(self, session: Session, act: Act) -> None:
        """Issue the basis of a month's invoice."""
        workdays.issue_invoice_basis(
            session,
            contract=self.stage.contract(session, act.takes["contract"]),
            period=act.takes["period"],
            **self.by(session, act),
        )

    def dispute_workdays(self, session: Session, act: Act) -> None:
        """Dispute what waits of the month."""
        workdays.dispute_workdays(
            session,
            training=self.stage.training(session, act.takes["training"]),
            period=act.takes["period"],
            reason=act.takes.get("reason") or "",
            **self.by(session, act),
        )
