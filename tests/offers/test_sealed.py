"""Before the opening nothing of an offer is in any answer, log or mail of anybody else.

Strings that occur nowhere else are put into every part of an offer and then looked for behind
every route, as every role, with every key that belongs to the offer.
"""

from __future__ import annotations

import json
import logging
import subprocess
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import chain
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from portal.audit.models import AuditEntry
from portal.backups.copying import copy_out
from portal.database import Database
from portal.jobs.mail import render_letter
from portal.jobs.models import OutgoingMail
from portal.offers.rules import LotPrice, OfferContent, Promise, Secret
from portal.organisations.models import Person
from tests import reach
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.offers.conftest import DUE, OPENS, Acting
from tests.offers.files import pdf
from tests.offers.test_nobody_learns import READERS
from tests.page import Browser
from tests.reach import within_reach

CANARIES = (
    "KANARIA-VASTAUS",
    "KANARIA-LUPAUS",
    "KANARIA-SALAISUUS",
    "kanaria-tiedosto",
    "98765.43",
)
PRICE_AS_SHOWN = ("98 765,43", "98\xa0765,43", "98,765.43")
ENDS_OR_OPENS = ("log_out", "log_out_everywhere", "request_opening", "confirm_opening")
CONTENT = OfferContent(
    lots={"sea": LotPrice(Decimal("98765.43"))},
    answers={"staff_competence": "KANARIA-VASTAUS 1", "own": "KANARIA-VASTAUS 2"},
    promises=(Promise("own", "KANARIA-LUPAUS"),),
    secrets=(Secret("own", "KANARIA-SALAISUUS"),),
)


@pytest.fixture
def offered(act: Acting) -> tuple[str, ...]:
    """Roope's submitted offer; every key that stands for it or a part of it."""
    offer = act.save(CONTENT)
    file = act.attach(pdf(), name="kanaria-tiedosto.pdf")
    version = act.submit()
    return tuple(str(key) for key in (offer.id, version.id, file))


def addresses(
    app: Flask, call: UUID, keys: tuple[str, ...], cast: Cast
) -> Iterator[tuple[str, str, Rule]]:
    """Every way of asking every address, with every key of the offer."""
    known = {
        "procurement_id": [str(call)],
        "person_id": [str(cast.roope.id)],
        "organisation_id": [str(cast.river.id)],
        "provider_id": [str(cast.river.id)],
        "subject": keys,
    }

    def values(rule: Rule, name: str) -> Sequence[str]:
        return known.get(name) or (keys if reach.is_key(name) else reach.plain_values(rule, name))

    told: set[tuple[str, str]] = set()
    for url, rule, _filled in reach.addresses(app, values):
        for method in sorted({"GET", "POST"} & (rule.methods or set())):
            if (url, method) not in told:
                told.add((url, method))
                yield method, url, rule


def bare(browser: Browser, method: str, url: str) -> str:
    """The whole answer, headers and all, without the inspection of pages."""
    data = {"csrf_token": browser.csrf_token()} if method == "POST" else None
    answer = browser.client.open(url, method=method, data=data, buffered=True)
    return str(answer.headers) + answer.get_data().decode(errors="replace")


@pytest.mark.parametrize("readers", ["with even places", "with odd places"])
@pytest.mark.parametrize("moment", ["open", "deadline passed, not opened"])
def test_no_route_tells_anybody_else_anything_of_an_offer(
    app: Flask,
    act: Acting,
    call: UUID,
    cast: Cast,
    clock: SettableClock,
    browse: Callable[..., Browser],
    offered: tuple[str, ...],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    moment: str,
    readers: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    clock.at = OPENS + timedelta(hours=1) if moment == "open" else DUE + timedelta(minutes=1)
    known = (*CANARIES, *PRICE_AS_SHOWN, offered[0], offered[1])
    own = {cast.roope.id, cast.tuula.id}
    others = [None, *(person for person in cast.people if person.id not in own)]
    # What these read without a key of the offer is compared with what they read without an offer.
    compared = [name and getattr(cast, name) for name in chain(*READERS.values())]
    asked = 0
    # Two halves, so that two workers can share them.
    for person in others[readers == "with odd places" :: 2]:
        browser = browse(person)
        every = addresses(app, call, offered, cast)
        for method, url, rule in within_reach(person, every, lambda one: one[2]):
            if method == "POST" and rule.endpoint.endswith(ENDS_OR_OPENS):
                continue
            keyed = any(key in url for key in offered)
            if method == "GET" and not keyed and person in compared:
                continue
            answer = bare(browser, method, url)
            asked += 1
            for canary in known:
                # A refused address is offered again after logging in.
                assert canary in url or canary not in answer, (
                    f"{person and person.name}: {method} {url}"
                )
    assert asked > 100
    logged = caplog.text + "".join(capfd.readouterr())
    for canary in CANARIES:
        assert canary not in logged


def test_its_own_provider_does_see_it(
    browse: Callable[..., Browser], cast: Cast, call: UUID, offered: tuple[str, ...]
) -> None:
    browser = browse(cast.roope)
    for place, canaries in {
        "steps/prices": ("98,765.43",),
        "steps/answer-0": ("KANARIA-VASTAUS 1",),
        "steps/answer-1": ("KANARIA-VASTAUS 2", "KANARIA-LUPAUS", "KANARIA-SALAISUUS"),
        "files": ("kanaria-tiedosto.pdf",),
    }.items():
        answer = bare(browser, "GET", f"/procurements/{call}/offer/{place}")
        assert not [canary for canary in canaries if canary not in answer], place


def test_no_mail_and_no_record_holds_anything_of_an_offer(
    database: Database, act: Acting, offered: tuple[str, ...]
) -> None:
    act.withdraw()
    with database.reading() as session:
        mails = session.scalars(select(OutgoingMail)).all()
        assert mails
        for mail in mails:
            for language in ("fi", "sv", "en"):
                said = "".join(render_letter(mail.letter, language, mail.facts, "http://localhost"))
                assert not [canary for canary in CANARIES if canary in said]
        record = json.dumps(
            [
                [entry.act, entry.facts, str(entry.by)]
                for entry in session.scalars(select(AuditEntry))
            ]
        )
    assert not [canary for canary in CANARIES if canary in record]


def test_a_foreign_offer_and_none_look_the_same(
    browse: Callable[..., Browser], cast: Cast, call: UUID, offered: tuple[str, ...]
) -> None:
    foreign = browse(cast.sanna).get(f"/procurements/{call}/offer/receipt", status=404)
    missing = browse(cast.sanna).get(f"/procurements/{uuid4()}/offer/receipt", status=404)
    assert foreign.text == missing.text


def test_a_person_of_another_office_learns_nothing_after_the_opening_either(
    app: Flask,
    act: Acting,
    call: UUID,
    cast: Cast,
    clock: SettableClock,
    browse: Callable[..., Browser],
    offered: tuple[str, ...],
) -> None:
    act.open()
    clock.at = DUE + timedelta(days=1)
    outsiders: list[Person | None] = [None, cast.eva, cast.kaisa, cast.ada, cast.sanna]
    for person in outsiders:
        browser = browse(person)
        every = (one for one in addresses(app, call, offered, cast) if one[0] == "GET")
        for _method, url, _rule in within_reach(person, every, lambda one: one[2]):
            answer = bare(browser, "GET", url)
            for canary in (*CANARIES, *PRICE_AS_SHOWN):
                assert canary not in answer, f"{person and person.name}: {url}"


def test_no_backup_holds_a_word_of_an_offer(
    database: Database, offered: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The copy that a backup is made of, uncompressed: encrypted is what was sealed before."""
    folder = tmp_path_factory.mktemp("copy")
    file = folder / copy_out(database, "portal", folder).file
    content = file.read_bytes()
    if content.startswith(b"PGDMP"):
        content = subprocess.run(
            ["pg_restore", "--file=-", str(file)], capture_output=True, check=True
        ).stdout
    assert b"ESIM" in content
    for canary in CANARIES:
        assert canary.encode() not in content
