"""A browser for tests that inspects every page it is shown.

Each answer is checked for what every page promises: its status, its language, one heading, a
title, labels, unique ids, no inline script or style, the security headers, no text without its
translation, nothing of a template or of Python in sight.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit

import html5lib
from bs4 import BeautifulSoup, Tag
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from markupsafe import escape
from sqlalchemy import Engine, event, select
from werkzeug.test import TestResponse

from portal.audit.models import ReadEntry
from portal.enrolments.models import Enrolment
from portal.paths import TRANSLATIONS
from portal.web.language import COOKIE
from portal.web.security import HEADERS, policy_of
from portal.web.unit import TOKEN
from tests.people_pages import SHOWS_PEOPLE

LEAKS = re.compile(r"\{\{|\}\}|\{%|%\}|%\(\w+\)|\bNone\b|\bUndefined\b|<\w+ object at|\bUUID\(")
VOID_INPUTS = {"hidden", "submit", "button", "reset", "image"}
TOKENS = re.compile(r'(?<=value=")[\w-]{40,}\.[\w-]+\.[\w-]+(?=")')
"""The values of the forms' tokens, which are new in every answer."""

_in_order: set[bytes] = set()


class Page:
    """One HTML answer, parsed."""

    def __init__(self, url: str, response: TestResponse) -> None:
        self.url = url
        self.response = response
        self.status = response.status_code
        self.html = response.get_data().decode(errors="replace")

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The answer's elements; read only when asked for, since a test reads few of its pages."""
        return BeautifulSoup(self.html, "html.parser")

    @property
    def text(self) -> str:
        """What a reader sees in the main part, with every run of spaces as one."""
        return words(self.soup.find("main") or self.soup)

    @property
    def title(self) -> str:
        """The page's title without the product's name."""
        assert self.soup.title is not None
        return self.soup.title.get_text().rpartition(" — ")[0]

    @property
    def heading(self) -> str:
        """The text of its h1."""
        return words(self.one("h1"))

    @property
    def flashes(self) -> list[str]:
        """What the portal tells about the act just done."""
        return [words(flash) for flash in self.all("#flashes .flash")]

    @property
    def errors(self) -> list[str]:
        """What the error summary says, without the names of the fields."""
        return [words(line.find("a") or line) for line in self.all("#error-summary li")]

    def all(self, selector: str) -> list[Tag]:
        """Every element that the CSS selector finds."""
        return list(self.soup.select(selector))

    def one(self, selector: str) -> Tag:
        """The only element that the selector finds."""
        found = self.all(selector)
        assert len(found) == 1, f"{len(found)} of {selector} on {self.url}, expected one"
        return found[0]

    def has(self, selector: str) -> bool:
        """Whether the selector finds anything."""
        return bool(self.all(selector))

    def value(self, name: str) -> str:
        """What the field of that name holds: the page's own, a visible one before a hidden one."""
        found = self.all(f'main [name="{name}"]') or self.all(f'[name="{name}"]')
        found = [one for one in found if one.get("type") != "hidden"] or found
        assert len(found) == 1, f"{len(found)} fields {name} on {self.url}, expected one"
        (field,) = found
        if field.name == "textarea":
            return field.get_text().removeprefix("\r\n").removeprefix("\n")
        if field.name == "select":
            return str(next((o["value"] for o in field.select("option[selected]")), ""))
        return str(field.get("value", ""))


class Browser:
    """One reader's browser: its cookies, its language, with htmx or without."""

    def __init__(
        self, app: Flask, *, language: str = "en", htmx: bool = False, token: str | None = None
    ) -> None:
        self.app = app
        self.language = language
        self.htmx = htmx
        self.client = app.test_client()
        self.client.set_cookie(COOKIE, language)
        self.page: Page | None = None
        self.response: TestResponse | None = None
        self.url = "/"
        self.statements: list[str] = []
        with self.client.session_transaction() as kept:
            kept["csrf_token"] = self._secret = secrets.token_hex(20)
            if token is not None:
                kept[TOKEN] = token

    @property
    def queries(self) -> int:
        """How many statements the last answer took."""
        return len(self.statements)

    def get(self, url: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Page:
        """Open a page, as from the address bar."""
        return self._ask("GET", url, status, headers=dict(headers or {}))

    def post(
        self,
        url: str,
        data: Mapping[str, Any] | None = None,
        status: int = 303,
        headers: Mapping[str, str] | None = None,
    ) -> Page:
        """Send a form with the right token; 303 stands for htmx's ways of moving on, too."""
        sent = {"csrf_token": self.csrf_token(), **(data or {})}
        given = dict(headers or {})
        if self.htmx:
            current = urljoin("http://localhost", self.url)
            given = {"HX-Request": "true", "HX-Current-URL": current, **given}
        return self._ask("POST", url, status, data=sent, headers=given)

    def submit(
        self,
        selector: str = "main form",
        values: Mapping[str, Any] | None = None,
        status: int = 303,
        button: str | None = None,
        **more: Any,
    ) -> Page:
        """Fill in a form of the page last shown, as a reader would, and send it.

        ``button`` is the name of the button pressed, where the form has several.
        """
        assert self.page is not None, "no page has been opened"
        form = self.page.one(selector)
        filled = {**(values or {}), **more}
        data = form_values(form)
        unknown = filled.keys() - {str(field["name"]) for field in form.select("[name]")}
        assert not unknown, f"no such field in {selector}: {sorted(unknown)}"
        data |= filled
        for pressed in form.select(f'button[name="{button}"]') if button else ():
            data.setdefault(button, str(pressed.get("value", "")))
        data = {name: value for name, value in data.items() if value is not None}
        url = urljoin(self.page.url, str(form.get("action") or self.page.url))
        if str(form.get("method", "get")).lower() == "post":
            return self.post(url, data, status)
        return self._ask("GET", url, status if status != 303 else 200, query_string=data)

    def follow(self, status: int = 200) -> Page:
        """Go where the last answer sent the reader."""
        assert self.response is not None
        headers = self.response.headers
        url = headers.get("Location") or headers.get("HX-Redirect")
        assert url, "the last answer leads nowhere"
        return self.get(url, status)

    def download(self, url: str, status: int = 200) -> bytes:
        """The bytes of a file."""
        self._ask("GET", url, status)
        assert self.response is not None
        return self.response.get_data()

    def whatever(self, method: str, url: str) -> TestResponse:
        """The answer to an empty request with the right token, whatever it is."""
        data = {"csrf_token": self.csrf_token()} if method == "POST" else None
        return self.client.open(url, method=method, data=data, buffered=True)

    def csrf_token(self) -> str:
        """A token that the portal accepts from this browser."""
        with self.client.session_transaction() as kept:
            secret = kept.setdefault("csrf_token", self._secret)
        serializer = URLSafeTimedSerializer(str(self.app.secret_key), salt="wtf-csrf-token")
        return str(serializer.dumps(secret))

    def _ask(self, method: str, url: str, status: int, **kwargs: Any) -> Page:
        with counted(self.app.extensions["portal"].database.engine) as self.statements:
            response = self.client.open(url, method=method, buffered=True, **kwargs)
        self.response = response
        path = url.partition("#")[0]
        _check_status(method, path, response, status, self.url if self.htmx else None)
        for header, value in {**HEADERS, "Content-Security-Policy": policy_of(response)}.items():
            assert response.headers.get(header) == value, f"{header} is missing on {path}"
        page = Page(path, response)
        check_reads(self.app, page, str(kwargs.get("data", "")))
        is_redirect = 300 <= response.status_code < 400
        if response.mimetype == "text/html" and page.html and not is_redirect:
            # A page that was found to be in order in this language is so the next time as well.
            bare = TOKENS.sub("", page.html)
            seen = hashlib.sha256(f"{self.language} {bare}".encode()).digest()
            if seen not in _in_order:
                inspect(page, self.language)
                _in_order.add(seen)
            self._check_translations()
            self.page = page
            if method == "GET":
                self.url = path
        return page

    def _check_translations(self) -> None:
        missing: set[tuple[str, str]] = self.app.extensions["missing_translations"]
        if (TRANSLATIONS / self.language / "LC_MESSAGES" / "messages.po").exists():
            mine = sorted(text for language, text in missing if language == self.language)
            assert not mine, f"no {self.language} for {mine}"


def words(element: Tag | None) -> str:
    """The text of an element with every run of spaces as one."""
    return " ".join(element.get_text(" ").split()) if element is not None else ""


def form_values(form: Tag) -> dict[str, Any]:
    """What a form sends when nothing is touched and no named button is pressed."""
    data: dict[str, Any] = {}
    for field in form.select("input[name], select[name], textarea[name]"):
        name, kind = str(field["name"]), str(field.get("type", "text"))
        if field.has_attr("disabled") or kind in ("submit", "button", "file"):
            continue
        if field.name == "textarea":
            value: Any = field.get_text().removeprefix("\r\n").removeprefix("\n")
        elif field.name == "select":
            options = field.select("option[selected]")
            if not options and not field.has_attr("multiple"):
                options = field.select("option")[:1]
            chosen = [str(option.get("value", option.get_text())) for option in options]
            value = chosen if field.has_attr("multiple") else next(iter(chosen), "")
        elif kind in ("checkbox", "radio"):
            if not field.has_attr("checked"):
                continue
            value = str(field.get("value", "on"))
            if kind == "checkbox" and name in data:
                earlier = data[name]
                value = [*(earlier if isinstance(earlier, list) else [earlier]), value]
        else:
            value = str(field.get("value", ""))
        data[name] = value
    return data


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Collects the statements that are sent to the database meanwhile."""
    statements: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "PRAGMA")):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _check_status(
    method: str, path: str, response: TestResponse, status: int, on_screen: str | None
) -> None:
    got = response.status_code
    if status == 303 and got == 204 and "HX-Redirect" in response.headers:
        assert on_screen is not None, "only htmx is sent on by a header"
        return
    if got != status:
        told = Page(path, response)
        hint = f": {told.errors or told.text[:300]}" if response.mimetype == "text/html" else ""
        raise AssertionError(f"{method} {path} answered {got}, expected {status}{hint}")
    if got == 303 and on_screen is not None:
        there = urlsplit(response.headers["Location"]).path
        assert there == urlsplit(on_screen).path, "htmx would swap another page into the region"


def check_reads(app: Flask, page: Page, typed: str) -> None:
    """Whoever is shown a participant by name leaves a trace: one reading for each of them."""
    services = app.extensions["portal"]
    with services.database.reading() as session:
        people = session.execute(select(Enrolment.id, Enrolment.name)).all()
    # A letter alone, as some tests name people, is a word of many pages; and what somebody typed
    # and gets back they have not been shown by the portal.
    shown = {
        str(key)
        for key, name in people
        if len(name) > 1
        and str(escape(name)) in page.html
        and name not in typed
        and names(name).search(page.html)
    }
    if not shown:
        return
    endpoint, _values = app.url_map.bind("localhost").match(
        urlsplit(page.url).path, method=page.response.request.method
    )
    with services.reads_database.reading() as session:
        read = set(session.scalars(select(ReadEntry.subject).where(ReadEntry.page == endpoint)))
    untold = shown - read
    assert endpoint in SHOWS_PEOPLE, f"{endpoint} shows participants and is not in SHOWS_PEOPLE"
    # Two trainings may have a person of the same name.
    told = {name for key, name in people if str(key) in read}
    missed = sorted({name for key, name in people if str(key) in untold} - told)
    assert not missed, f"{endpoint} shows {missed} and records no reading of them"


@cache
def names(name: str) -> re.Pattern[str]:
    """The name as a word of its own, as it stands in a page."""
    return re.compile(rf"(?<![\w.-]){re.escape(str(escape(name)))}(?![\w-])")


def inspect(page: Page, language: str) -> None:
    """Everything that every page promises. Raises AssertionError naming what is not so."""
    soup, url = page.soup, page.url
    parser = html5lib.HTMLParser()
    parser.parse(page.html)
    faults = [f"{place}: {code} {facts}" for place, code, facts in parser.errors]
    assert not faults, f"{url} is not valid HTML: {faults[:5]}"
    html = page.one("html")
    assert html.get("lang") == language, f"{url} is in {html.get('lang')}, asked for {language}"
    for other in soup.select("[lang]"):
        assert other["lang"] in ("fi", "sv", "en"), f"{url}: unknown language {other['lang']}"
    assert len(soup.find_all("h1")) == 1, f"{url} has {len(soup.find_all('h1'))} h1"
    assert page.heading, f"{url} has an empty h1"
    assert soup.title is not None, f"{url} has no title"
    assert page.title, f"{url} has an empty title"
    assert soup.title.get_text().endswith(" — Siirtymä"), f"{url} is not titled as the portal's"
    _check_ids(page)
    _check_fields(page)
    _check_content(page)
    _check_without_scripts(page)
    leaks = LEAKS.findall(soup.get_text(" "))
    assert not leaks, f"{url} shows {leaks}"


def _check_ids(page: Page) -> None:
    ids = [str(element["id"]) for element in page.soup.select("[id]")]
    doubled = {key for key in ids if ids.count(key) > 1}
    assert not doubled, f"{page.url} has ids more than once: {sorted(doubled)}"
    assert all(ids), f"{page.url} has an empty id"
    for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
        for element in page.soup.select(f"[{attribute}]"):
            given = element[attribute]
            keys = given if isinstance(given, list) else str(given).split()
            lost = [key for key in keys if key not in ids]
            assert not lost, f"{page.url}: {attribute} leads to no {lost}"
    for link in page.soup.select('a[href^="#"]'):
        assert str(link["href"])[1:] in ids, f"{page.url}: a link leads to no {link['href']}"
    for target in page.soup.select('[hx-target^="#"]'):
        assert str(target["hx-target"])[1:] in ids, f"{page.url}: no {target['hx-target']} to swap"


def _check_fields(page: Page) -> None:
    labelled = {str(label["for"]) for label in page.soup.select("label[for]")}
    for field in page.soup.select("input, select, textarea"):
        if field.get("type") in VOID_INPUTS:
            continue
        has_label = (
            field.get("id") in labelled
            or field.find_parent("label") is not None
            or field.get("aria-label")
            or field.get("aria-labelledby")
        )
        assert has_label, f"{page.url}: no label for {field}"
    for label in page.soup.select("label, legend"):
        assert words(label), f"{page.url}: an empty {label.name}"
    for form in page.soup.select("form"):
        method = str(form.get("method", "")).lower()
        assert method in ("get", "post"), f"{page.url}: a form without a method"
        assert form.has_attr("action"), f"{page.url}: a form without an action"
        if method == "post":
            tokens = form.select('input[type="hidden"][name$="csrf_token"]')
            assert tokens, f"{page.url}: the form to {form['action']} has no token"


def _check_content(page: Page) -> None:
    url = page.url
    for script in page.soup.find_all("script"):
        assert script.get("src"), f"{url} has an inline script"
    assert not page.soup.find_all("style"), f"{url} has an inline style sheet"
    for element in page.soup.find_all(True):
        inline = [name for name in element.attrs if name == "style" or name.startswith("on")]
        assert not inline, f"{url}: inline {inline} on <{element.name}>"
    for image in page.soup.find_all("img"):
        assert image.has_attr("alt"), f"{url}: an image without alt"
    for pressed in page.soup.select("a[href], button"):
        assert words(pressed) or pressed.get("aria-label"), f"{url}: nothing to read on {pressed}"
    for table in page.soup.find_all("table"):
        assert table.find("caption"), f"{url}: a table without a caption"
    for head in page.soup.find_all("th"):
        assert head.get("scope"), f"{url}: a th without scope: {head}"


def _check_without_scripts(page: Page) -> None:
    """Whatever htmx does, a form does as well where no script runs."""
    for element in page.soup.select("[hx-get], [hx-post], [hx-put], [hx-patch], [hx-delete]"):
        if str(element.get("hx-trigger", "")).startswith("every "):
            # It shows again what stands on the page already.
            continue
        where = f"{page.url}: what htmx does on <{element.name}>"
        assert element.name == "form", f"{where} has no form to do it without"
        method = str(element.get("method", "")).lower()
        assert element.has_attr(f"hx-{method}"), f"{where} is not what its form does"
        if element.has_attr("data-autosave"):
            continue
        path = str(element[f"hx-{method}"]).partition("?")[0]
        assert path == str(element["action"]).partition("?")[0], f"{where} goes elsewhere"
        # A button of the same form may stand outside it.
        buttons = element.select("button:not([type=button], [hidden])")
        buttons += page.soup.select(f'button[form="{element.get("id", "")}"]')
        assert buttons, f"{where} has no button"
    for button in page.soup.select('button[type="button"]'):
        hidden = (
            button.has_attr("hidden")
            or button.find_parent(hidden=True)
            or button.find_parent("dialog")
        )
        assert hidden, f"{page.url}: {words(button)} does nothing without scripts"
