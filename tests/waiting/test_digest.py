"""The digest by e-mail: once a day, however often or late it is asked for."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from portal.capacity.usecases import call_off
from portal.database import Database
from portal.jobs.models import OutgoingMail
from portal.unit_of_work import unit_of_work
from portal.waiting.digest import send_digests
from tests.cast import Cast
from tests.underway import CALLED, contract_in_force


def put_call_off(database: Database, cast: Cast) -> None:
    with unit_of_work(database) as session:
        call_off(
            session,
            contract=contract_in_force(session, cast),
            office=cast.office,
            form="unit_toppis",
            field="kiinteistöpalvelut",
            workdays=Decimal(10),
            places=1,
            by=cast.kaisa,
            at=CALLED,
        )


def digests(database: Database) -> list[OutgoingMail]:
    with database.reading() as session:
        found = select(OutgoingMail).where(OutgoingMail.letter == "digest")
        return list(session.scalars(found))


def run(database: Database, at: datetime) -> int:
    with unit_of_work(database) as session:
        return send_digests(session, at)


def test_a_second_run_of_a_day_sends_nothing(database: Database, cast: Cast) -> None:
    put_call_off(database, cast)
    late = CALLED + timedelta(days=15)
    assert run(database, late) == run(database, late) + len(digests(database)) > 0
    told = {mail.recipient_id for mail in digests(database)}
    assert {cast.tuula.id, cast.roope.id, cast.kaisa.id} <= told
    assert cast.sanna.id not in told


def test_after_a_week_without_a_run_one_digest_is_sent(database: Database, cast: Cast) -> None:
    put_call_off(database, cast)
    run(database, CALLED + timedelta(days=14))
    before = len(digests(database))
    sent = run(database, CALLED + timedelta(days=22))
    assert len(digests(database)) == before + sent


def test_nothing_is_sent_on_a_sunday_or_when_nothing_waits(database: Database, cast: Cast) -> None:
    assert run(database, CALLED) == 0
    put_call_off(database, cast)
    assert run(database, CALLED + timedelta(days=13)) == 0


def test_a_digest_names_nobody(database: Database, cast: Cast) -> None:
    put_call_off(database, cast)
    run(database, CALLED + timedelta(days=15))
    assert all(set(mail.facts) == {"things", "late", "path"} for mail in digests(database))
