"""Changes are asked for by the portal's own forms only, and reading changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import cycle, islice
from urllib.parse import urlencode

import pytest

from portal.permissions import PAGES
from tests.fuzz.attacks import TOKEN, Sent
from tests.fuzz.stage import Reader, Stage
from tests.fuzz.tables import changed, tables
from tests.fuzz.walk import Walk
from tests.promises.figures import leave, times

pytestmark = pytest.mark.trust

Forge = Callable[[Walk, Reader, Sent], None]


def _without_token(_walk: Walk, _reader: Reader, sent: Sent) -> None:
    sent.body = b"confirm=1"


def _token_of_another(walk: Walk, reader: Reader, sent: Sent) -> None:
    sent.body = urlencode({TOKEN: walk.token(replace(reader, secret="f" * 40))}).encode()


def _token_in_the_address(walk: Walk, reader: Reader, sent: Sent) -> None:
    sent.url += "?" + urlencode({TOKEN: walk.token(reader)})


def _token_in_a_cookie(walk: Walk, reader: Reader, sent: Sent) -> None:
    sent.headers["Cookie"] = f"{walk.stage.cookie(reader)}; {TOKEN}={walk.token(reader)}"


def _token_as_json(walk: Walk, reader: Reader, sent: Sent) -> None:
    sent.body = f'{{"{TOKEN}": "{walk.token(reader)}"}}'.encode()
    sent.content_type = "application/json"


def _changed_token(walk: Walk, reader: Reader, sent: Sent) -> None:
    token = walk.token(reader)
    # Not the last sign, of which some bits stand for nothing.
    other = "-" if token[-5] == "_" else "_"
    sent.body = urlencode({TOKEN: f"{token[:-5]}{other}{token[-4:]}"}).encode()


def _from_another_site(walk: Walk, reader: Reader, sent: Sent) -> None:
    sent.body = urlencode({TOKEN: walk.token(reader)}).encode()
    sent.headers["Sec-Fetch-Site"] = "cross-site"


def _from_a_neighbour(walk: Walk, reader: Reader, sent: Sent) -> None:
    sent.body = urlencode({TOKEN: walk.token(reader)}).encode()
    sent.headers["Sec-Fetch-Site"] = "same-site"


def _from_another_origin(walk: Walk, reader: Reader, sent: Sent) -> None:
    sent.body = urlencode({TOKEN: walk.token(reader)}).encode()
    sent.headers["Origin"] = "https://zq.example"


def _from_no_origin(walk: Walk, reader: Reader, sent: Sent) -> None:
    sent.body = urlencode({TOKEN: walk.token(reader)}).encode()
    sent.headers["Origin"] = "null"


def _from_a_broken_origin(walk: Walk, reader: Reader, sent: Sent) -> None:
    sent.body = urlencode({TOKEN: walk.token(reader)}).encode()
    sent.headers["Origin"] = "http://[::1"


FORGED: tuple[Forge, ...] = (
    _without_token,
    _token_of_another,
    _token_in_the_address,
    _token_in_a_cookie,
    _token_as_json,
    _changed_token,
    _from_another_site,
    _from_a_neighbour,
    _from_another_origin,
    _from_no_origin,
    _from_a_broken_origin,
)


def test_no_route_changes_anything_for_a_forged_request(walk: Walk, played: Stage) -> None:
    before = tables(played)
    posted, refused = 0, 0
    ways = cycle(FORGED)
    for rule in played.app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()):
            continue
        address = walk.address_of(rule, "POST")
        row = PAGES[rule.endpoint]
        reader = next(
            one
            for one in played.readers
            if one.person is not None and (not row.roles or row.roles & set(one.roles))
        )
        for forge in islice(ways, times(2, len(FORGED))):
            sent = Sent("POST", address, forge.__name__)
            sent.content_type = "application/x-www-form-urlencoded"
            forge(walk, reader, sent)
            status = walk.answer(reader, sent).status_code
            posted += 1
            refused += status == 400
            assert status == 400, (forge.__name__, address, reader.name)
    assert changed(before, tables(played)) == []
    leave("forged_requests", "routes", {"requests": posted, "refused": refused, "changed": 0})


def test_reading_every_page_as_every_role_changes_nothing(walk: Walk) -> None:
    """But the records of readings and of denied attempts, and a log-in's last use."""
    assert changed(walk.before, walk.after) == []
    leave(
        "forged_requests",
        "reading",
        {"pages": len(walk.harvest.answers), "tables": len(walk.before), "changed": 0},
    )
