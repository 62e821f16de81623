"""Whoever has begun an offer and not submitted it is told so in time, once each, and no more."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from sqlalchemy import select

from portal.database import Database
from portal.jobs.mail import render_letter
from portal.jobs.models import OutgoingMail
from portal.offers.models import DraftReminder
from portal.offers.usecases import remind_of_drafts
from portal.procurement.models import Procurement
from portal.unit_of_work import unit_of_work
from portal.worker import do_every_minute
from tests.cast import Cast
from tests.offers.conftest import DUE, FULL, OPENS, Acting

HOUR = timedelta(hours=1)


def run(database: Database, at: datetime) -> int:
    with unit_of_work(database) as session:
        return remind_of_drafts(session, at)


def test_a_draft_is_reminded_of_a_day_and_an_hour_before_and_only_once_each(
    act: Acting, database: Database, cast: Cast
) -> None:
    act.save()
    moments = [25 * HOUR, 24 * HOUR, 23 * HOUR, 2 * HOUR, HOUR, HOUR / 2, HOUR / 60]
    assert [run(database, DUE - before) for before in moments] == [0, 1, 0, 0, 1, 0, 0]
    assert run(database, DUE + HOUR) == 0
    with database.reading() as session:
        letters = session.scalars(select(OutgoingMail)).all()
        assert {mail.recipient_id for mail in letters} == {cast.roope.id}
        assert {mail.letter for mail in letters} == {"offer_draft_waits"}
        assert sorted(session.scalars(select(DraftReminder.hours))) == [1, 24]


def test_a_run_that_comes_late_sends_one_letter_and_not_two(
    act: Acting, database: Database
) -> None:
    act.save()
    assert [run(database, DUE - HOUR / 3), run(database, DUE - HOUR / 4)] == [1, 0]


def test_what_is_submitted_is_not_reminded_of_until_it_is_changed_again(
    act: Acting, database: Database
) -> None:
    act.save()
    act.submit()
    assert run(database, DUE - 24 * HOUR) == 0
    act.save(FULL.__class__(lots=FULL.lots, answers={"own": "Muutettu."}))
    assert run(database, DUE - 23 * HOUR) == 1


def test_a_deadline_that_is_moved_is_reminded_of_anew(act: Acting, database: Database) -> None:
    act.save()
    assert run(database, DUE - HOUR) == 1
    with database.transaction() as session:
        session.get_one(Procurement, act.call).offers_due = DUE + 7 * 24 * HOUR
    assert run(database, DUE) == 0
    assert run(database, DUE + 6 * 24 * HOUR) == 1


def test_the_letter_tells_nothing_of_the_offer(act: Acting, database: Database) -> None:
    act.save()
    do_every_minute(database, DUE - HOUR)
    with database.reading() as session:
        mail = session.scalars(select(OutgoingMail)).one()
        facts = dict(mail.facts)
    for language in ("fi", "sv", "en"):
        subject, body = render_letter(mail.letter, language, facts, "https://portal.example")
        said = [*FULL.answers.values(), *(one.text for one in FULL.promises), "58", "1200"]
        # The key in its address is random, and may have any digits in it.
        told = subject + re.sub(r"https://\S+", "", body)
        assert not [text for text in said if text in told]
        assert body.count("https://") == 1
    assert OPENS < DUE
