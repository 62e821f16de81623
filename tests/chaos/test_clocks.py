"""Clocks that are wrong, jump, or show an hour never or twice."""

from __future__ import annotations

import ast
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.serving import make_server
from wtforms.form import Form

from portal.audit.models import AuditEntry
from portal.audit.record import faults
from portal.database import Database
from portal.offers.models import OfferVersion
from portal.paths import ROOT
from portal.shared.clock import HELSINKI, ClockChange, SteadyClock, from_local
from portal.shared.errors import RuleBroken
from portal.web.fields import InstantField
from portal.web.unit import Services
from tests.cast import Cast
from tests.chaos.pages import Reader
from tests.conftest import SettableClock, log_in
from tests.logged_in import person_of_session
from tests.offers.conftest import AFTER, DUE, FULL, OPENS, Acting
from tests.offers.conftest import act as act
from tests.offers.conftest import call as call
from tests.page import Browser
from tests.promises.figures import leave

DAY = timedelta(days=1)


def transitions() -> list[tuple[datetime, bool]]:
    """Every local minute of 2026 to 2035 that Helsinki shows never (True) or twice."""
    found = []
    for year in range(2026, 2036):
        for month, skipped in ((3, True), (10, False)):
            sunday = max(d for d in range(25, 32) if date(year, month, d).weekday() == 6)
            day = date(year, month, sunday)
            found += [(datetime.combine(day, time(3, m)), skipped) for m in range(60)]
    return found


@pytest.mark.trust
def test_every_local_time_that_comes_never_or_twice_is_refused_where_it_is_typed(
    app: Flask,
) -> None:
    class Typed(Form):
        at = InstantField("At")

    refused = 0
    with app.test_request_context(headers={"Accept-Language": "en"}):
        for local, skipped in transitions():
            early, late = (local.replace(tzinfo=HELSINKI, fold=fold) for fold in (0, 1))
            # The list says what the zone's own rules say.
            assert (early.utcoffset() < late.utcoffset()) is skipped  # type: ignore[operator]
            with pytest.raises(ClockChange):
                from_local(local)
            sent = {"at-day": f"{local:%d/%m/%Y}", "at-time": f"{local:%H:%M}"}
            form = Typed(MultiDict(sent))
            assert not form.validate()
            assert "clocks change" in form.errors["at"][0]
            refused += 1
        for local, _skipped in transitions()[::60]:
            for beside in (local - timedelta(minutes=1), local + timedelta(hours=1)):
                sent = {"at-day": f"{beside:%d/%m/%Y}", "at-time": f"{beside:%H:%M}"}
                form = Typed(MultiDict(sent))
                assert form.validate()
                assert form.at.data.astimezone(HELSINKI).replace(tzinfo=None) == beside
    assert refused == 1200
    leave("summer_time_is_explicit", "typed", {"minutes tried": refused, "taken": 0})


# The first and the last second of a day, which no change touches.
WHOLE_DAYS = ROOT / "portal/reports/open_data/rules/values.py"


def test_no_other_place_makes_an_instant_of_a_local_time() -> None:
    """``from_local`` is the one way, and it refuses; a zone put on by hand would guess."""
    guessing = []
    for file in (ROOT / "portal").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        if ("tzinfo=" not in text and "tz=" not in text) or file == WHOLE_DAYS:
            continue
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            zones = [one.value for one in node.keywords if one.arg in {"tzinfo", "tz"}]
            guesses = node.func.attr in {"replace", "combine", "strptime", "datetime"} and any(
                ast.unparse(zone) not in {"UTC", "None"} for zone in zones
            )
            if guesses and file.name != "clock.py":
                guessing.append(f"{file.relative_to(ROOT)}:{node.lineno}")
    assert guessing == []


@pytest.mark.parametrize("local", [transitions()[0][0], transitions()[60][0]])
def test_what_is_counted_from_the_end_of_an_office_day_never_meets_a_change(
    local: datetime,
) -> None:
    assert from_local(datetime.combine(local.date(), time(16, 15))).tzinfo is UTC


def test_the_receipt_tells_the_time_at_which_the_whole_submission_had_arrived(
    app: Flask, act: Acting, database: Database, cast: Cast, call: UUID, clock: SettableClock
) -> None:
    """A body that ends after the deadline is late, whenever it began; one before it is not."""
    act.save()
    roope = Reader(app, database, cast.roope, OPENS)
    last = DUE + timedelta(microseconds=999_999)
    for begins, ends, status in (
        (DUE - timedelta(seconds=1), DUE + timedelta(seconds=1), b"422"),
        (DUE - timedelta(seconds=9), last, b"303"),
    ):
        clock.at = begins
        assert _slowly(app, call, roope, lambda ends=ends: setattr(clock, "at", ends)) == status
    with database.reading() as session:
        (version,) = session.scalars(select(OfferVersion))
        assert version.submitted_at == last


def _slowly(app: Flask, call: UUID, roope: Reader, meanwhile: Callable[[], None]) -> bytes:
    """Send a submission whose body comes in two halves, with something between them."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        body = f"csrf_token={roope.token}&seen={FULL.hash()}".encode()
        cookies = "; ".join(f"{c.key}={c.value}" for c in roope.browser.client._cookies.values())
        head = (
            f"POST /procurements/{call}/offer/submit HTTP/1.1\r\nHost: localhost\r\n"
            f"Cookie: {cookies}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        ).encode()
        with socket.create_connection(("127.0.0.1", server.server_port)) as way:
            way.sendall(head + body[:20])
            # The server has begun to read by now, and waits for the rest.
            threading.Event().wait(0.2)
            meanwhile()
            way.sendall(body[20:])
            return way.recv(4096).split(b" ", 2)[1]
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def test_a_clock_that_is_set_in_either_direction_is_noticed_until_it_is_set_right() -> None:
    ran, wrong = 0.0, timedelta(0)
    clock = SteadyClock(lambda: OPENS + timedelta(seconds=ran) + wrong, lambda: ran)
    for ran in (0.0, 5.0, 86_400.0):
        for wrong, jumped in ((DAY, True), (-DAY, True), (timedelta(seconds=0.5), False)):
            assert clock.has_jumped() is jumped
            assert clock() == OPENS + timedelta(seconds=ran) + wrong
        wrong = timedelta(0)
        assert not clock.has_jumped()


def test_a_clock_corrected_little_by_little_has_not_jumped() -> None:
    ran = 10 * 86_400.0
    clock = SteadyClock(lambda: OPENS + timedelta(seconds=ran * 1.0005), lambda: ran)
    ran += 10 * 86_400.0
    assert not clock.has_jumped()


def test_nothing_is_opened_while_the_clock_is_in_doubt(
    act: Acting,
    call: UUID,
    cast: Cast,
    services: Services,
    browse: Callable[..., Browser],
    database: Database,
) -> None:
    """Before the deadline by the true time, after it by a clock that was set forward."""
    act.save()
    act.submit()
    ran, wrong = 0.0, timedelta(0)
    services.clock = SteadyClock(lambda: OPENS + timedelta(seconds=ran) + wrong, lambda: ran)
    browser = browse(cast.olli)
    wrong = AFTER - OPENS
    answer = browser.whatever("POST", f"/procurements/{call}/opening/request")
    assert answer.status_code == 422
    assert "clock" in answer.get_data(as_text=True)
    with database.reading() as session:
        denied = session.scalars(select(AuditEntry.rule).where(AuditEntry.outcome == "denied"))
        assert denied.all() == ["clock_in_doubt"]
    # Corrected, the clock says what is true: it is too early.
    wrong = timedelta(0)
    answer = browser.whatever("POST", f"/procurements/{call}/opening/request")
    assert answer.status_code == 422


def test_a_first_opener_by_a_clock_set_back_since_opens_no_lasting_window(act: Acting) -> None:
    act.save()
    act.submit()
    act.request_opening(act.cast.olli, AFTER + 3 * DAY)
    with pytest.raises(RuleBroken, match="opening_expired"):
        act.confirm_opening(act.cast.aino, AFTER)
    act.request_opening(act.cast.olli, AFTER)
    # Two servers' clocks may differ a little.
    act.confirm_opening(act.cast.aino, AFTER - timedelta(seconds=1))


def test_acts_at_an_earlier_time_than_the_one_before_are_recorded_as_they_were_done(
    act: Acting, database: Database
) -> None:
    """Refusing them would lock everybody out after a jump; the order is that of the chain."""
    act.save(at=OPENS + DAY)
    act.submit(at=OPENS)
    act.save(replace(FULL, answers={**FULL.answers, "own": "Toisin."}), at=OPENS + DAY)
    with database.reading() as session:
        rows = session.execute(
            select(AuditEntry.n, AuditEntry.at, AuditEntry.act).order_by(AuditEntry.n)
        ).all()
        assert [row.at for row in rows][-3:] == [OPENS + DAY, OPENS, OPENS + DAY]
        assert faults(session) == []


def test_a_session_outlives_a_jump_that_is_corrected(
    database: Database, cast: Cast, clock: SettableClock
) -> None:
    token = log_in(database, cast.roope, clock())
    with database.reading() as session:
        ends = clock() + timedelta(days=3650)
        assert person_of_session(session, token, ends + DAY) is None
        assert person_of_session(session, token, clock()) is not None
