"""Whether there is an offer or none, nobody but its own provider can tell the difference.

Every address is asked for before an offer has been made and after it, by everybody else and in
every way; the two answers are the same to the last sign. What is not an answer (the log, letters,
jobs, the record) is searched for strings that occur nowhere else.
"""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import chain
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal.audit.models import AuditEntry
from portal.database import Database
from portal.documents.models import StoredDocument
from portal.jobs.models import Job, OutgoingMail
from portal.offers.models import OfferVersion
from portal.offers.rules import LotPrice, OfferContent, Promise, Secret
from portal.organisations.models import Organisation, Person
from portal.web.logging import JsonLines
from portal.web.unit import Services
from tests import reach
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.offers.conftest import DUE, OPENS, Acting
from tests.offers.files import pdf
from tests.offers.pages.conftest import make_documents, upload, write_step
from tests.page import Browser
from tests.reach import within_reach

NAME = "Kanarianlintuopisto"
ANSWER, PROMISE, SECRET = "KANARIA-VASTAUS", "KANARIA-LUPAUS", "KANARIA-SALAISUUS"
FILE, CONTENT, PRICE = "kanaria-tiedosto.pdf", b"%KANARIA-SISUS\n", Decimal("98765.43")
CANARIES = (NAME, ANSWER, PROMISE, SECRET, "kanaria-tiedosto", "KANARIA-SISUS", "98765.43")
OFFER = OfferContent(
    lots={"sea": LotPrice(PRICE)},
    answers={"staff_competence": ANSWER, "own": f"{ANSWER} 2"},
    promises=(Promise("own", PROMISE),),
    secrets=(Secret("own", SECRET),),
)
OTHER_METHODS = ("HEAD", "OPTIONS", "PUT")
READERS = {
    "the buyer and the public": ("olli", "eeva", "paula", None),
    "rivals, offices and those who watch": ("sanna", "kaisa", "ada", "tarja"),
}
SEARCH = f"?q={ANSWER}&page=1&state=opened&provider={{provider}}"
ENDS = ("log_out", "log_out_everywhere", "request_opening", "confirm_opening")
RANDOM_HEADERS = {"X-Request-Id", "Date", "Expires", "Set-Cookie"}
OFFSET = re.compile(r'"clock_offset_ms":-?[0-9]+')
"""How far the tests' clock stands from the database's, which goes on."""
TOKEN = re.compile(r'(name="[a-z-]*csrf_token"[^>]*value=)"[^"]*"')


def singing() -> bytes:
    """A PDF with a string in it that occurs nowhere else."""
    content = pdf()
    return content.replace(b"\n", b"\n" + CONTENT, 1)


@dataclass(frozen=True)
class Asked:
    """One request and what came of it, without what is new in every answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str

    @classmethod
    def of(cls, answer: TestResponse, hide: str = "") -> Asked:
        headers = ((key, text) for key, text in answer.headers if key.title() not in RANDOM_HEADERS)
        body = TOKEN.sub(r"\1", answer.get_data().decode(errors="replace"))
        body = OFFSET.sub("", body)
        if not hide:
            return cls(answer.status_code, tuple(sorted(headers)), body)
        return cls(
            answer.status_code,
            tuple(sorted((key, text.replace(hide, "KEY")) for key, text in headers)),
            body.replace(hide, "KEY"),
        )


def addresses(app: Flask, call: UUID, cast: Cast, key: UUID) -> Iterator[tuple[str, Rule, bool]]:
    """Every address that there is, each once, with its route; whether ``key`` is in it."""
    known = {
        "procurement_id": call,
        "person_id": cast.roope.id,
        "organisation_id": cast.river.id,
        "provider_id": cast.river.id,
    }

    def values(rule: Rule, name: str) -> Sequence[Any]:
        if name in known:
            return [known[name]]
        if reach.is_key(name) or name == "subject":
            return [key]
        return reach.plain_values(rule, name)

    # Reading and sending often have the same address.
    told: set[str] = set()
    for url, rule, filled in reach.addresses(app, values):
        if url not in told:
            told.add(url)
            yield url, rule, key in filled.values()


# They tell of the very questions that are asked here; tests/auditing asks them before and after.
RECORDS = {"auditing.index", "auditing.entries_file"}


class Everybody:
    """All others, each with a browser of their own.

    They are one of each role that there is outside the provider itself, and nobody in particular.
    """

    def __init__(self, app: Flask, cast: Cast, browse: Callable[..., Browser], call: UUID) -> None:
        self.app, self.cast, self.call = app, cast, call
        self.browsers: dict[str, list[tuple[str | None, Browser]]] = {}
        self.people: dict[str | None, Person | None] = {None: None}
        for readers, names in READERS.items():
            people = [getattr(cast, name) if name else None for name in names]
            self.browsers[readers] = [(one and one.name, browse(one)) for one in people]
            self.people |= {one.name: one for one in people if one}

    def ask(self, readers: str, key: UUID) -> dict[tuple[str | None, str, str], Asked]:
        """What each of the readers is answered at each address, in each way."""
        found = {}
        for name, browser in self.browsers[readers]:
            # A buyer and a rival are enough for the methods that no page offers.
            methods = OTHER_METHODS if name in ("Olli Ostaja", "Sanna Johtaja") else ()
            every = addresses(self.app, self.call, self.cast, key)
            for url, rule, _keyed in within_reach(self.people[name], every, lambda one: one[1]):
                if rule.endpoint in RECORDS:
                    continue
                ways = [("GET", url), *((method, url) for method in methods)]
                if not rule.arguments:
                    ways.append(("GET", url + SEARCH.format(provider=self.cast.river.id)))
                for method, address in ways:
                    answer = browser.client.open(address, method=method, buffered=True)
                    found[name, method, address] = Asked.of(answer)
        return found


@pytest.fixture
def named(database: Database, cast: Cast) -> None:
    """The provider has a name that occurs nowhere else."""
    with database.transaction() as session:
        session.get_one(Organisation, cast.river.id).name = {"fi": NAME}


def offer(act: Acting) -> tuple[UUID, UUID, UUID]:
    """A whole offer, submitted, changed, submitted again; its keys."""
    kept = act.save(OFFER)
    file = act.attach(singing(), name=FILE)
    act.submit()
    act.withdraw()
    version = act.submit()
    return kept.id, version.id, file


@pytest.fixture
def everybody(
    app: Flask, cast: Cast, call: UUID, browse: Callable[..., Browser], named: None
) -> Everybody:
    return Everybody(app, cast, browse, call)


@pytest.mark.slow
@pytest.mark.parametrize("readers", READERS)
@pytest.mark.parametrize("moment", ["open", "deadline passed, not opened"])
def test_every_answer_is_the_same_with_an_offer_and_without(
    everybody: Everybody,
    act: Acting,
    services: Services,
    clock: SettableClock,
    moment: str,
    readers: str,
) -> None:
    clock.at = OPENS + timedelta(hours=1) if moment == "open" else DUE + timedelta(minutes=1)
    key = uuid4()
    before = everybody.ask(readers, key)
    offer(act)
    if moment != "open":
        # Before the deadline its receipt is still to be made, after it has been.
        make_documents(services, clock)
    after = everybody.ask(readers, key)
    assert before.keys() == after.keys()
    assert [asked for asked in before if before[asked] != after[asked]] == []
    assert len(before) > 500
    for name, _browser in everybody.browsers[readers]:
        # Nobody has been logged out on the way, after which every answer would be alike.
        for told in (before, after):
            assert told[name, "GET", "/account"].status == (200 if name else 303)


@pytest.mark.slow
def test_guessing_a_key_is_answered_as_one_that_there_is_not(
    everybody: Everybody, act: Acting, app: Flask, cast: Cast, call: UUID, database: Database
) -> None:
    keys = [*offer(act)]
    with database.reading() as session:
        version = session.scalars(select(OfferVersion)).first()
        assert version is not None
        keys.append(version.blob_id)
    for name, browser in chain(*everybody.browsers.values()):
        if name not in ("Olli Ostaja", "Eeva Arvioija", "Sanna Johtaja"):
            continue
        for key in keys:
            missing = uuid4()
            real = addresses(app, call, cast, key)
            none = addresses(app, call, cast, missing)
            both = zip(real, none, strict=True)
            for (url, rule, keyed), (other_url, _rule, _keyed) in within_reach(
                everybody.people[name], both, lambda one: one[0][1]
            ):
                if not keyed or rule.endpoint.endswith(ENDS):
                    continue
                for method in ("GET", "POST"):
                    told = [
                        Asked.of(browser.whatever(method, address), str(hidden))
                        for address, hidden in ((url, key), (other_url, missing))
                    ]
                    assert told[0] == told[1], f"{name}: {method} {url}"


def test_a_hash_of_an_offer_is_not_a_document_that_anybody_can_ask_about(
    act: Acting, browse: Callable[..., Browser], database: Database, named: None
) -> None:
    offer(act)
    with database.reading() as session:
        version = session.scalars(select(OfferVersion)).first()
        assert version is not None
        hashes = [version.sha256]
        assert session.scalars(select(StoredDocument.kind)).all() == []
    browser = browse(None)
    unknown = browser.post("/verify", {"sha256": "0" * 64}, 200).text
    for known in hashes:
        told = browser.post("/verify", {"sha256": known}, 200).text
        assert told.replace(known, "0" * 64) == unknown


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log of the process as its operator reads it, every level of it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def test_the_log_does_not_tell_who_writes_or_submits_an_offer(
    log: io.StringIO,
    browse: Callable[..., Browser],
    cast: Cast,
    call: UUID,
    named: None,
    services: Services,
    clock: SettableClock,
) -> None:
    url = f"/procurements/{call}/offer"
    browser = browse(cast.roope)
    browser.get(url)
    for place, typed in {
        "bidder": {"subcontractor-0-name": NAME, "subcontractor-0-part": ANSWER},
        "declarations": {"holds-0": "no", "note-0": ANSWER},
        "prices": {"price-sea": "98765.43"},
        "answer-0": {"answer": ANSWER},
        "answer-1": {
            "answer": ANSWER,
            "promise-0-text": PROMISE,
            "secret-0-reason": SECRET,
        },
    }.items():
        write_step(browser, url, place, typed)
        browser.post(f"{url}/steps/{place}/autosave", typed, 200)
    upload(browser, url, singing(), FILE)
    upload(browser, url, singing()[:-30], FILE, 422)
    browser.get(f"{url}/files")
    browser.submit("#file-secrets", {"reason-0": SECRET})
    browser.get("/offers")
    browser.get(f"{url}/earlier")
    browser.get(f"{url}/check")
    browser.submit("#submit")
    page = browser.follow()
    browser.download(str(page.one('th a[href*="/files/"]')["href"]))
    make_documents(services, clock)
    browser.download(f"{url}/receipt/pdf")
    browser.get(f"{url}/withdraw")
    browser.submit("main form")
    browse(cast.sanna).get(f"{url}/receipt", 404)
    written = log.getvalue()
    for canary in (*CANARIES, str(call), str(cast.river.id), str(cast.roope.id), "T-"):
        assert canary not in written
    lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    requests = [line for line in lines if line["logger"] == "portal.requests"]
    assert [line for line in requests if "offers" in str(line.get("route"))] == []


def test_others_requests_are_still_logged(
    log: io.StringIO, browse: Callable[..., Browser], cast: Cast, call: UUID
) -> None:
    browse(cast.olli).get(f"/procurements/{call}/opening")
    assert '"route": "offers.opening"' in log.getvalue()


def test_letters_go_to_the_submitter_only_and_jobs_hold_keys_only(
    act: Acting, database: Database, cast: Cast, named: None
) -> None:
    offer(act)
    with database.reading() as session:
        assert set(session.scalars(select(OutgoingMail.recipient_id))) == {cast.roope.id}
        jobs = [
            json.dumps([job.kind, job.arguments, job.once, job.fault])
            for job in session.scalars(select(Job))
        ]
        record = [
            json.dumps([entry.act, entry.facts, str(entry.by), entry.rule])
            for entry in session.scalars(select(AuditEntry))
        ]
    assert jobs
    for text in (*jobs, *record):
        for canary in (*CANARIES, str(cast.river.id)):
            assert canary not in text
