"""A reminder before a notice day is sent once, however the command is run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Thread

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from portal.cli import main
from portal.config import Settings, read_settings
from portal.database import Database
from portal.evaluation.models import Conflict, InterestDeclaration
from portal.jobs.models import OutgoingMail
from portal.options.models import NoticeReminder
from portal.options.usecases import exercise_option, remind_of_notice_days
from portal.procurement.models import Lot
from portal.unit_of_work import unit_of_work
from portal.waiting.daily import DAILY
from tests.cast import Cast
from tests.options.test_exercising import MORE, NOTICE, YEAR
from tests.underway import contract_in_force

LAST = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)


def before(days: int) -> datetime:
    return LAST - timedelta(days)


def run(database: Database, at: datetime) -> int:
    with unit_of_work(database) as session:
        return remind_of_notice_days(session, at)


def days_noted(database: Database) -> list[int]:
    with database.reading() as session:
        return sorted(session.scalars(select(NoticeReminder.days)))


def test_each_reminder_is_sent_on_its_day_and_only_once(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        contract_in_force(session, cast, options=[MORE])
    assert [run(database, before(days)) for days in (61, 60, 60, 59, 31, 30, 30, 8, 7, 6, 0)] == [
        0,
        1,
        0,
        0,
        0,
        1,
        0,
        0,
        1,
        0,
        0,
    ]
    with database.reading() as session:
        letters = session.scalars(select(OutgoingMail)).all()
        assert {mail.letter for mail in letters} == {"notice_day"}
        assert {mail.recipient_id for mail in letters} == {cast.olli.id}
        assert letters[0].facts["notice_by"] == NOTICE.isoformat()


def test_a_missed_week_is_made_up_for_and_nothing_is_told_twice(
    database: Database, cast: Cast
) -> None:
    with unit_of_work(database) as session:
        contract_in_force(session, cast, options=[MORE])
    # Not run from the 33rd day to the 27th before: the letter of the 30th is sent late.
    assert [run(database, before(days)) for days in (60, 34, 26, 25)] == [1, 0, 1, 0]
    assert days_noted(database) == [30, 60]


def test_a_letter_overtakes_those_before_it(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        contract_in_force(session, cast, options=[MORE])
    assert [run(database, before(days)) for days in (5, 4)] == [1, 0]
    assert days_noted(database) == [7, 30, 60]
    assert run(database, LAST + timedelta(days=1)) == 0


def test_nothing_is_told_of_what_cannot_be_used(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        used = contract_in_force(session, cast, options=[MORE, YEAR])
        option = session.get_one(Lot, used.lot_id).options[0]
        exercise_option(
            session, contract=used, option=option, reason="x", by=cast.olli, at=before(90)
        )
        waiting = contract_in_force(session, cast, options=[MORE])
        waiting.state = "awaiting_approval"
        contract_in_force(session, cast, options=[{**MORE, "amount": Decimal(1)}])
    assert run(database, before(7)) == 2, "the year of the first, the capacity of the third"


def test_a_conflict_keeps_the_letter_away(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        contract = contract_in_force(session, cast, options=[MORE])
        declared = InterestDeclaration(
            procurement_id=contract.procurement_id, person_id=cast.olli.id, declared_at=LAST
        )
        declared.conflicts.append(Conflict(provider_id=cast.river.id))
        session.add(declared)
    assert run(database, before(7)) == 0


def test_two_runs_at_once_send_one_letter(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        for _ in range(3):
            contract_in_force(session, cast, options=[MORE])
    sent: list[int] = []
    threads = [Thread(target=lambda: sent.append(run(database, before(7)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == 3
    with database.reading() as session:
        assert len(session.scalars(select(OutgoingMail.id)).all()) == 3


def test_the_command_runs_every_daily_work(
    database: Database, cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unit_of_work(database) as session:
        contract_in_force(session, cast, options=[MORE])
    monkeypatch.setattr("portal.cli.settings_or_stop", lambda: settings)
    monkeypatch.setattr("portal.cli.now", lambda: before(7))
    said = [CliRunner().invoke(main, ["daily"]).output for _ in range(2)]
    monkeypatch.setattr("portal.cli.now", lambda: before(0))
    said.append(CliRunner().invoke(main, ["daily"]).output)
    lines = [line for text in said for line in text.splitlines() if "notice_days" in line]
    assert lines == [f"remind_of_notice_days {n}" for n in (1, 0, 0)]
    assert remind_of_notice_days in DAILY


def test_the_days_are_a_setting() -> None:
    keys = {"PORTAL_SECRET_KEY": "x" * 40, "PORTAL_STORAGE_KEY": "A" * 43 + "="}
    assert read_settings(keys).notice_reminder_days == {60, 30, 7}
    own = read_settings({**keys, "PORTAL_NOTICE_REMINDER_DAYS": "90, 14"})
    assert own.notice_reminder_days == {90, 14}
