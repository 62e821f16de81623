"""The acts of case files on records, and what the report then says of the contract's invoices."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest

from portal.cases.acts import Acts
from portal.cases.format import Act
from portal.cases.report.invoices import reported_invoices
from portal.cases.stage import Stage
from portal.config import Settings
from portal.database import Database
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from portal.workdays.queries import accepted_workdays
from tests.cast import Cast
from tests.workdays.conftest import Run, Running, run

__all__ = ["run"]


def whole(**days: int) -> dict[str, Decimal]:
    return {key: Decimal(day) for key, day in days.items()}


class Playing:
    """A play in the middle: the training runs, and acts are done on it."""

    def __init__(self, database: Database, cast: Cast, running: Running, settings: Settings):
        self.database = database
        self.running = running
        people = {"tuula": cast.tuula, "kaisa": cast.kaisa}
        stage = Stage(
            people={key: one.id for key, one in people.items()},
            contracts={"k1": running.contract_id},
            trainings={"t1": running.training_id},
            participants=dict(running.people),
        )
        self.acts = Acts(stage, settings)

    def play(self, do: str, by: str, at: str, **takes: Any) -> None:
        act = SimpleNamespace(
            do=do,
            by=by,
            at=datetime.fromisoformat(f"{at}T09:00").replace(tzinfo=UTC),
            takes={"training": "t1", **takes},
        )
        with unit_of_work(self.database) as session:
            self.acts.play(session, cast("Act", act))

    def invoices(self) -> list[dict[str, Any]]:
        with self.database.reading() as session:
            return reported_invoices(session, self.running.contract(session))


@pytest.fixture
def playing(database: Database, cast: Cast, run: Run, settings: Settings) -> Playing:
    return Playing(database, cast, run(), settings)


def test_a_dispute_and_a_correction_are_played(playing: Playing) -> None:
    march: dict[str, Any] = {"period": "2026-03"}
    playing.play("record_workdays", "tuula", "2026-04-02", **march, days=whole(a=2, b=2))
    playing.play("dispute_workdays", "kaisa", "2026-04-03", **march, reason="B oli poissa")
    playing.play("record_workdays", "tuula", "2026-04-06", **march, days=whole(a=2, b=1))
    playing.play("accept_workdays", "kaisa", "2026-04-07", **march)
    with pytest.raises(RuleBroken, match="period_closed"):
        playing.play("record_workdays", "tuula", "2026-04-08", **march, days=whole(a=1))
    corrected = {"days": whole(a=1), "reason": "Kirjausvirhe"}
    playing.play("correct_workdays", "tuula", "2026-05-04", **march, **corrected)
    playing.play("accept_workdays", "kaisa", "2026-05-05", **march)
    # 3 × 58.00 for March, and in May one day less.
    assert playing.invoices() == [
        {"period": "2026-03", "quantity": "3.00", "amount": "174.00"},
        {"period": "2026-05", "quantity": "-1.00", "amount": "-58.00"},
    ]
    with playing.database.reading() as session:
        assert accepted_workdays(session, playing.running.training(session)) == 2


def test_the_figures_of_the_shared_case_come_out(playing: Playing) -> None:
    for period, days in (
        ("2026-03", {"a": Decimal(2), "b": Decimal(2), "c": Decimal("1.5")}),
        ("2026-04", {"a": Decimal(4), "b": Decimal(3), "c": Decimal(4)}),
    ):
        playing.play("record_workdays", "tuula", "2026-05-04", period=period, days=days)
        playing.play("accept_workdays", "kaisa", "2026-05-05", period=period)
    assert playing.invoices() == [
        {"period": "2026-03", "quantity": "5.50", "amount": "319.00"},
        {"period": "2026-04", "quantity": "11.00", "amount": "638.00"},
    ]
