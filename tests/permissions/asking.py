"""Asking an address and reading what comes back: which keys go into it, and what is left of it."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal.models import Base
from tests import reach
from tests.page import TOKENS
from tests.permissions.filling import NOT_OF_ANYBODY
from tests.permissions.world import Row, World, ancestors

TABLES = {
    "card_id": "provider_card",
    "document_id": "stored_document",
    "file_id": "remedy_file",
    "letter_id": "bidder_letter",
    "line_id": "after_guidance",
    "log_in_id": "login_session",
    "message_id": "accessibility_message",
    "office_id": "organisation",
    "paper_id": "provider_paper",
    "plan_id": "improvement_plan",
    "provider_id": "organisation",
    "remark_id": "card_remark",
    "report_id": "indicator_report",
    "unit_id": "qualification_unit",
    "view_id": "saved_view",
    "visit_id": "workplace_visit",
}
"""The table of a key whose name is not that of a table."""
BY_ROOM = {
    ("arrangements", "need_id"): "ranked_need",
    ("improvement", "step_id"): "improvement_step",
    ("plans", "step_id"): "plan_step",
    ("privacy", "held_id"): "training",
}
OF_ROOM = {
    "criteria": "service_process",
    "indicators": "open_market_share",
    "training_forms": "unit_toppis",
    "procurement": "register",
}
"""What ``key`` is in the rooms in which it is not a lot's."""
RANDOM_HEADERS = {"X-Request-Id", "Date", "Expires", "Set-Cookie", "Content-Length"}
MOST_ROWS = 4


@dataclass(frozen=True)
class Address:
    """One address of one route, about things of one side."""

    url: str
    rule: Rule
    keys: Mapping[str, UUID]
    """The keys in it, by argument."""

    @property
    def endpoint(self) -> str:
        """The route's name."""
        return str(self.rule.endpoint)

    def with_keys(self, others: Mapping[str, str]) -> str:
        """The same address with other keys."""
        return exchanged(self.url, others)


def exchanged(told: str, others: Mapping[str, str]) -> str:
    """The text with each key in place of which another stands."""
    for key, other in others.items():
        told = told.replace(key, other)
    return told


def table_of(rule: Rule, name: str) -> str:
    """Which table an argument is the key of."""
    room = str(rule.endpoint).partition(".")[0]
    table = BY_ROOM.get((room, name)) or TABLES.get(name) or name.removesuffix("_id")
    assert table in Base.metadata.tables, (
        f"{rule.endpoint} has a key <{name}> of an unknown table: add it to TABLES in"
        " tests/permissions/asking.py"
    )
    return table


def addresses(app: Flask, world: World, side: str, method: str) -> Iterator[Address]:
    """Every address of every route about everything of the side."""
    rows = world.keys[side]
    adapter = app.url_map.bind("localhost")
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: (one.endpoint, one.rule)):
        if method not in (rule.methods or set()):
            continue
        for values in _values(rows, rule):
            keys = {name: one for name, one in values.items() if isinstance(one, UUID)}
            yield Address(adapter.build(rule.endpoint, values), rule, keys)


def _values(rows: Mapping[str, list[Row]], rule: Rule) -> Iterator[dict[str, Any]]:
    keys = {name: table_of(rule, name) for name in sorted(rule.arguments) if reach.is_key(name)}
    plain = {name: _plain(rule, name) for name in rule.arguments - keys.keys()}
    if not keys:
        yield plain
        return
    # The thing that hangs on the others says which of them are its own.
    narrowest = max(keys, key=lambda name: _depth(keys[name]))
    table = keys[narrowest]
    if table in NOT_OF_ANYBODY:
        # A log-in is its person's own, which the room of accounts holds (test_fresh).
        return
    for row in rows[table][:MOST_ROWS]:
        above = ancestors(rows, table, row)
        values: dict[str, Any] = dict(plain)
        for name, of in keys.items():
            found = row if name == narrowest else above.get(of) or rows[of][0]
            values[name] = found["id"] if "id" in found else next(iter(found.values()))
        if "lot_key" in values and "procurement_id" in values:
            lots = [lot for lot in rows["lot"] if lot["procurement_id"] == values["procurement_id"]]
            values["lot_key"] = lots[0]["key"]
        yield values


def _plain(rule: Rule, name: str) -> str:
    room = str(rule.endpoint).partition(".")[0]
    if name == "key" and room in OF_ROOM:
        return OF_ROOM[room]
    return str(reach.plain_values(rule, name)[0])


def _depth(table: str) -> int:
    """How far down a table hangs: the tables are in the order of what they hang on."""
    names = [one.name for one in Base.metadata.sorted_tables]
    return names.index(table)


@dataclass(frozen=True)
class Told:
    """An answer without what is new in each: its status, its headers, its text."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str

    @classmethod
    def of(cls, answer: TestResponse, hide: Mapping[str, str] | None = None) -> Told:
        """``hide`` has the keys that were asked with, each with the word to stand for it."""
        hide = hide or {}
        headers = (
            (key, exchanged(text, hide))
            for key, text in answer.headers
            if key.title() not in RANDOM_HEADERS
        )
        return cls(answer.status_code, tuple(sorted(headers)), exchanged(text_of(answer), hide))

    def hiding(self, hide: Mapping[str, str]) -> Told:
        """The same with words in place of keys."""
        headers = tuple((key, exchanged(text, hide)) for key, text in self.headers)
        return Told(self.status, headers, exchanged(self.body, hide))

    def unlike(self, other: Told) -> str:
        """Where the two differ first, or nothing."""
        if self == other:
            return ""
        ours, theirs = (
            [str(told.status), *map(str, told.headers), *told.body.splitlines()]
            for told in (self, other)
        )
        return next(
            (
                f"{one!r} for {another!r}"
                for one, another in zip(ours, theirs, strict=False)
                if one != another
            ),
            f"{self} for {other}",
        )

    def __str__(self) -> str:
        return f"{self.status} {hashlib.sha256(self.body.encode()).hexdigest()[:8]}"


def text_of(answer: TestResponse) -> str:
    """What an answer says, of the parts of an archive or a workbook as well."""
    content = answer.get_data()
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return "".join(
                f"{name}\n{parts.read(name).decode(errors='replace')}" for name in parts.namelist()
            )
    return TOKENS.sub("", content.decode(errors="replace"))


@dataclass
class Form:
    """A form of a page: where it goes and what its fields hold, those of a reader filled in."""

    action: str
    method: str
    fields: dict[str, list[str]]


class _Reading(HTMLParser):
    """Reads the forms of a page, quickly."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select: tuple[str, list[str], list[str]] | None = None
        self._area: str | None = None
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a form or a field."""
        given = {key: value or "" for key, value in attrs}
        if tag == "form":
            form = Form(given.get("action", ""), given.get("method", "get").lower(), {})
            self.forms.append(form)
            self._inside = True
        if not self._inside:
            return
        name = given.get("name", "")
        if tag == "select" and name:
            self._select = (name, [], [])
        elif tag == "option" and self._select is not None:
            self._select[1].append(given.get("value", ""))
            if "selected" in given:
                self._select[2].append(given.get("value", ""))
        elif tag == "textarea" and name:
            self._area = name
            self._put(name, "")
        elif tag == "input" and name and given.get("type") not in ("submit", "button", "file"):
            self._put(name, _typed(given))

    def handle_data(self, data: str) -> None:
        """What a text area holds."""
        if self._area is not None:
            self.forms[-1].fields[self._area] = [data.strip()]

    def handle_endtag(self, tag: str) -> None:
        """End a form or a field; what is empty is filled in."""
        if tag == "form":
            self._inside = False
        elif tag == "textarea" and self._area is not None:
            held = self.forms[-1].fields[self._area]
            self.forms[-1].fields[self._area] = held if held != [""] else ["Teksti täytetty."]
            self._area = None
        elif tag == "select" and self._select is not None:
            name, options, selected = self._select
            filled = [one for one in options if one]
            self._put(name, (selected or filled or [""])[0])
            self._select = None

    def _put(self, name: str, value: str) -> None:
        held = self.forms[-1].fields.setdefault(name, [])
        if value not in held:
            held.append(value)


def _typed(given: Mapping[str, str]) -> str:
    kind, value = given.get("type", "text"), given.get("value", "")
    if kind in ("checkbox", "radio", "hidden") or value:
        return value
    return {
        "date": "2026-10-15",
        "datetime-local": "2026-10-15T12:00",
        "time": "12:00",
        "number": "1",
        "email": "joku@esimerkki.example",
    }.get(kind, "1" if given.get("inputmode") in ("numeric", "decimal") else "Teksti")


def forms_of(page: str) -> list[Form]:
    """The forms of a page, filled in as a reader would; of several choices, the first."""
    reading = _Reading()
    reading.feed(page)
    for form in reading.forms:
        form.fields.pop("csrf_token", None)
    return reading.forms


KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def keys_in(form: Form) -> set[str]:
    """Every key in a form: in its address and in its fields."""
    said = form.action + " ".join(one for values in form.fields.values() for one in values)
    return set(KEY.findall(said))
