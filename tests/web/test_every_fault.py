"""Whatever fails, wherever: a page in the reader's language with a reference, and one line of it.

The words of the fault, which may quote what somebody wrote, are in neither, nor is the address.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from typing import Any, NoReturn
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.routing import Rule

from portal.app import of_own_offers
from portal.database import Database
from portal.organisations.models import Organisation, Person
from portal.permissions import PAGES, Role
from portal.web import pages as web_pages
from portal.web.logging import JsonLines
from portal.web.security import HEADERS
from tests.cast import Cast, person
from tests.page import Browser
from tests.promises.figures import leave, times

Browse = Callable[..., Browser]
SECRET = "KANARIA SELECT secret FROM /srv/portal.sqlite"
LANGUAGES = ("fi", "sv", "en")
OFFICIAL = Role.RESPONSIBLE_OFFICIAL


def fails(*_given: object, **_named: object) -> NoReturn:
    raise RuntimeError(SECRET)


def database_is_gone(*_given: object, **_named: object) -> NoReturn:
    raise OperationalError(SECRET, {"name": SECRET}, Exception(SECRET))


@pytest.fixture
def app(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    return app


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Callable[[], list[dict[str, Any]]]:
    """The lines of the log since last asked."""
    caplog.set_level(logging.INFO)

    def since() -> list[dict[str, Any]]:
        found = [json.loads(JsonLines().format(record)) for record in caplog.records]
        caplog.clear()
        return found

    return since


def routes(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """Every route with each of its methods and an address that leads there."""
    adapter = app.url_map.bind("localhost")
    for rule in (rule for rule in app.url_map.iter_rules() if rule.endpoint in PAGES):
        values: dict[str, object] = {}
        for name in rule.arguments:
            converter = rule._converters[name]
            kind = type(converter).__name__
            if kind == "UUIDConverter":
                values[name] = uuid4()
            elif kind == "IntegerConverter":
                values[name] = 1
            elif kind == "AnyConverter":
                values[name] = sorted(converter.items)[0]
            else:
                values[name] = "kanaria-0sui"
        url = adapter.build(rule.endpoint, values)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield rule, method, url


@pytest.fixture
def people(database: Database, cast: Cast) -> list[Person]:
    """Somebody of every role."""
    with database.transaction() as session:
        session.expire_on_commit = False
        office = session.get_one(Organisation, cast.office.id)
        return [*cast.people, person(session, "Vesa Virkailija", office, OFFICIAL)]


def who_may(endpoint: str, people: list[Person]) -> Person | None:
    row = PAGES[endpoint]
    return None if row.public else next(one for one in people if row.allows(one))


class Readers:
    """One browser for each reader, in languages taken in turn."""

    def __init__(self, browse: Browse) -> None:
        self._browse = browse
        self._open: dict[Any, Browser] = {}
        self._languages = cycle(LANGUAGES)

    def __getitem__(self, person: Person | None) -> Browser:
        key = person.id if person is not None else None
        if key not in self._open:
            self._open[key] = self._browse(person, next(self._languages))
        return self._open[key]


def check(browser: Browser, method: str, url: str, lines: Callable[[], Any], status: int) -> Any:
    """The one line that tells the fault which this request met."""
    lines()
    answer = browser.whatever(method, url)
    body = answer.get_data(as_text=True)
    assert answer.status_code == status, (method, url, answer.status_code)
    reference = answer.headers["X-Request-ID"]
    assert f"<code>{reference}</code>" in body
    assert f'<html lang="{browser.language}"' in body
    for leaked in ("KANARIA", "Traceback", "SELECT", ".py", "/srv", "RuntimeError"):
        assert leaked not in body, f"{leaked} on {method} {url}"
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    logged = lines()
    faults = [line for line in logged if "fault" in line]
    assert len(faults) == 1, (method, url, logged)
    assert faults[0]["request"] == reference
    assert faults[0]["through"]
    text = json.dumps(logged, ensure_ascii=False)
    assert "KANARIA" not in text
    assert "kanaria" not in text, f"the address of {url} is in the log"
    return faults[0]


@pytest.mark.trust
def test_a_fault_in_any_view_is_told_by_a_reference_and_one_line_of_the_log(
    app: Flask,
    browse: Browse,
    people: list[Person],
    told: Callable[[], list[dict[str, Any]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readers, tried = Readers(browse), 0
    hidden = of_own_offers()
    for rule, method, url in islice(routes(app), 0, None, times(4, 1)):
        endpoint = rule.endpoint
        monkeypatch.setitem(app.view_functions, endpoint, fails)
        line = check(readers[who_may(endpoint, people)], method, url, told, 500)
        assert line["fault"] == "RuntimeError"
        assert line.get("route") == (None if endpoint in hidden else endpoint)
        tried += 1
    assert tried > times(75, 300)
    leave("errors_leak_nothing", "views", {"routes": tried, "details shown": 0, "left untold": 0})


@pytest.mark.trust
def test_no_view_is_reached_when_nobody_can_tell_who_asks(
    app: Flask,
    browse: Browse,
    people: list[Person],
    told: Callable[[], list[dict[str, Any]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readers, tried = Readers(browse), 0
    reached: list[str] = []
    for rule, method, url in islice(routes(app), 0, None, times(4, 1)):
        endpoint = rule.endpoint
        if PAGES[endpoint].public:
            continue
        browser = readers[who_may(endpoint, people)]
        monkeypatch.setitem(app.view_functions, endpoint, lambda **_: reached.append("a view"))
        with monkeypatch.context() as patch:
            patch.setattr(app.extensions["portal"], "log_in_of", database_is_gone)
            assert check(browser, method, url, told, 503)["fault"] == "OperationalError"
        tried += 1
    assert not reached
    leave("errors_leak_nothing", "who asks is unknown", {"routes": tried, "views reached": 0})


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fault_in_a_template_is_told_like_any_other(
    app: Flask,
    browse: Browse,
    told: Callable[[], list[dict[str, Any]]],
    monkeypatch: pytest.MonkeyPatch,
    language: str,
) -> None:
    shown = web_pages.render_template

    def breaks(template: str, **context: Any) -> str:
        return shown(template, **context) if template.startswith("errors/") else fails()

    monkeypatch.setattr(web_pages, "render_template", breaks)
    assert check(browse(None, language), "GET", "/", told, 500)["route"] == "home"


def test_a_fault_in_the_error_page_itself_leaves_a_page_with_the_reference(
    app: Flask,
    browse: Browse,
    told: Callable[[], list[dict[str, Any]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(web_pages, "render_template", fails)
    answer = browse().whatever("GET", "/")
    body = answer.get_data(as_text=True)
    assert answer.status_code == 500
    reference = answer.headers["X-Request-ID"]
    assert body.count(f"<code>{reference}</code>") == 3
    assert "KANARIA" not in body
    assert answer.headers["Content-Security-Policy"]
    faults = [line for line in told() if "fault" in line]
    assert [line["message"] for line in faults] == ["fault", "fault in the error page"]
    assert {line["request"] for line in faults} == {reference}
    assert "KANARIA" not in json.dumps(faults)


def test_a_fault_on_the_way_out_is_told_and_leaves_no_page_without_its_headers(
    app: Flask,
    browse: Browse,
    told: Callable[[], list[dict[str, Any]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    around = {None: [*app.after_request_funcs[None], fails]}
    monkeypatch.setattr(app, "after_request_funcs", around)
    answer = browse().whatever("GET", "/")
    assert answer.status_code == 500
    assert answer.headers["Content-Security-Policy"]
    assert "KANARIA" not in answer.get_data(as_text=True) + json.dumps(told())


def test_a_fault_before_there_is_a_request_or_after_it_is_told_in_three_languages(
    app: Flask,
    browse: Browse,
    told: Callable[[], list[dict[str, Any]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for place in ("request_context", "process_response"):
        with monkeypatch.context() as patch:
            browser = browse()
            told()
            patch.setattr(app, place, fails)
            if place == "process_response":
                patch.setattr(app, "handle_exception", fails)
            answer = browser.client.get("/")
        assert answer.status_code == 500
        reference = answer.headers["X-Request-ID"]
        assert answer.get_data(as_text=True).count(reference) == 3
        (line,) = [line for line in told() if "fault" in line]
        assert line["fault"] == "RuntimeError"
        assert "KANARIA" not in json.dumps(line)


def test_others_lines_are_kept_without_what_they_quote(
    told: Callable[[], list[dict[str, Any]]],
) -> None:
    logging.getLogger("a.library").warning("could not read %s", SECRET)
    assert [line["message"] for line in told()] == ["could not read %s"]
