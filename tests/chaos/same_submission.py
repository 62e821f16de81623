"""The same submission fifty times at once is one offer with one receipt.

The hash of what was on the page is the key of a submission: the same again is answered as the
first was; where the draft has changed meanwhile, the form is refused and shown anew.

    python -m tests.chaos.same_submission --database both --keys 200
"""

from __future__ import annotations

import sys
import threading
import time
from math import ceil
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from portal.audit.models import AuditEntry
from portal.audit.record import faults
from portal.config import Settings
from portal.jobs.models import Job
from portal.offers.models import OfferVersion
from tests.chaos import ground as grounds
from tests.chaos.command import Asked, Figures, run
from tests.chaos.ground import OPENS, Ground
from tests.chaos.pages import Reader, let_go, portal_on, services_of
from tests.chaos.processes import Tell, fork

AT_ONCE = 50
# As many as a serving process has.
THREADS = 4


def trial(
    settings: Settings, asked: Asked, app: Flask | None = None, at_once: int = AT_ONCE
) -> Figures:
    """Each key is submitted at once from as many places, then once with another content."""
    app = app or portal_on(settings, lambda: OPENS)
    ground = grounds.lay_ground(settings)
    database = services_of(app).database
    roope = Reader(app, database, ground.cast.roope, OPENS)
    keys = posts = refused = 0
    while keys < asked.times and asked.goes_on:
        content = grounds.content_of(f"{asked.seed} {keys}")
        grounds.keep_draft(database, ground, content)
        told = _at_once(app, ground, roope, content.hash(), at_once)
        keys, posts = keys + 1, posts + len(told)
        assert len(told) == at_once
        where = f"/procurements/{ground.call}/offer/receipt"
        assert {(one["status"], one["location"]) for one in told} == {(303, where)}, told
        with database.reading() as session:
            versions = session.scalars(select(OfferVersion).order_by(OfferVersion.n)).all()
            assert [one.n for one in versions] == list(range(1, keys + 1))
            assert versions[-1].sha256 == content.hash()
        grounds.keep_draft(database, ground, grounds.content_of(f"{asked.seed} {keys} otherwise"))
        answer = roope.submit(ground, content.hash())
        assert answer.status_code == 422
        refused += 1
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(OfferVersion)) == keys
        receipts = select(func.count()).where(Job.once.startswith("offer_receipt:"))
        assert session.scalar(receipts) == keys
        denied = select(AuditEntry.rule).where(AuditEntry.outcome == "denied")
        assert session.scalars(denied).all() == ["changed_meanwhile"] * refused
        assert faults(session) == []
    let_go(app)
    return {
        "keys": keys,
        "posts": posts,
        "offers more than one": 0,
        "changed contents refused": refused,
    }


def _at_once(
    app: Flask, ground: Ground, roope: Reader, seen: str, at_once: int
) -> list[dict[str, Any]]:
    let_go(app)
    begins = time.time() + 0.1
    processes = [
        fork(lambda tell, n=n: _submit(app, ground, roope, seen, n, begins, tell))
        for n in _shares(at_once)
    ]
    return [one for process in processes for one in process.wait()]


def _shares(at_once: int) -> list[int]:
    """How many threads each process has."""
    whole = [THREADS] * (at_once // THREADS)
    return whole if ceil(at_once / THREADS) == len(whole) else [*whole, at_once % THREADS]


def _submit(
    app: Flask, ground: Ground, roope: Reader, seen: str, threads: int, begins: float, tell: Tell
) -> None:
    url = f"/procurements/{ground.call}/offer/submit"
    data = {"csrf_token": roope.token, "seen": seen}
    cookies = {c.key: c.value for c in roope.browser.client._cookies.values()}

    def submit() -> None:
        client = app.test_client()
        for key, value in cookies.items():
            client.set_cookie(key, value)
        time.sleep(max(0.0, begins - time.time()))
        answer = client.post(url, data=data, buffered=True)
        tell(status=answer.status_code, location=answer.headers.get("Location"))

    places = [threading.Thread(target=submit) for _ in range(threads)]
    for place in places:
        place.start()
    for place in places:
        place.join()


def main() -> int:
    """The long trial."""
    return run(
        "double_submit_is_one_offer", "same_submission", trial, times=200, minutes=8, name="keys"
    )


if __name__ == "__main__":
    sys.exit(main())
