"""Goes over pages in windows of every kind, looks at each, and tells what it has found."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from playwright.sync_api import Error, Locator, Page, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect

from tests.everyone.findings import Findings, Seen
from tests.everyone.house import NARROWEST, WIDE, House
from tests.everyone.looking import Fault, axe, by_keyboard, faults, measure, mixed
from tests.fuzz.stage import Reader
from tests.fuzz.walk import Walk as Gathering

_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
_WAIT_FOR_SWAP = (
    "() => { window.settled = false; document.addEventListener('htmx:afterSettle',"
    " () => { window.settled = true; }, {once: true}); }"
)
_SEARCHES = "main form[hx-get]"
_ANSWERING = "form[hx-trigger*=input]"
_TYPED_INTO = "input[type=search], input[type=text], input:not([type]), textarea"
_FORMS = 'main form[method="post" i]'
LARGE_TARGET = 44
"""CSS pixels each way, on the pages of people who may be using a telephone for the first time."""
OF_PARTICIPANTS = frozenset(
    {"feedback.answer", "accessibility.index", "accessibility.send", "accessibility.own"}
)


@dataclass(frozen=True)
class Stop:
    """One page of one reader."""

    reader: Reader
    endpoint: str
    address: str


def all_stops(house: House, readers: Sequence[Reader], each: int = 1) -> list[Stop]:
    """Every page that a reader is led to or may open, ``each`` addresses of a route."""
    gathering = Gathering(house.stage, seed=1)
    found = gathering.gather(readers, each, keep=True)
    by_name = {reader.name: reader for reader in readers}
    return [
        Stop(by_name[name], endpoint, address)
        for name, endpoint, address, answer in found.answers
        if answer.mimetype == "text/html" and answer.status_code == 200
    ]


def newest_first(stops: Sequence[Stop]) -> list[Stop]:
    """Each route once by its first reader, before any is looked at as another reader."""
    seen: dict[str, int] = {}
    ranked: list[tuple[int, Stop]] = []
    for stop in stops:
        seen[stop.endpoint] = seen.get(stop.endpoint, 0) + 1
        ranked.append((seen[stop.endpoint], stop))
    return [stop for _rank, stop in sorted(ranked, key=lambda pair: pair[0])]


@dataclass
class Walk:
    """One walk, and all that it finds."""

    house: House
    findings: Findings = field(default_factory=Findings)
    tell: Callable[[str], None] = lambda line: None
    tried: set[tuple[str, ...]] = field(default_factory=set)
    """Forms that have been sent already, by where to and their fields."""
    titles: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    gone_through: set[str] = field(default_factory=set)
    """Whose pages' heads and ways, which are the same on each page, have been gone through."""

    def look(
        self, stop: Stop, language: str, *, state: str = "full", closely: bool = False
    ) -> None:
        """A page at both widths; ``closely`` goes through it by the Tab key as well.

        The window is made narrow with the page in it, as by whoever zooms in to 400 %.
        """
        page = self.open(stop, language, WIDE)
        seen = Seen(stop.reader.name, stop.endpoint, stop.address, language, WIDE, state)
        if page is None:
            self._note(seen, "not opened", [("not-opened", stop.endpoint, "is no page")])
            return
        self._note(seen, "axe", axe(page))
        self._note(seen, "live region", faults(page, "region"))
        # The world is full of words that name their own fields, and are in no language.
        if state != "filled":
            self._note(seen, "language", mixed(page))
        self._note(seen, "title", self._title(page, stop, language))
        if closely:
            whole = stop.reader.name not in self.gone_through
            self.gone_through.add(stop.reader.name)
            self._note(seen, "keyboard", by_keyboard(page, whole=whole))
        page.set_viewport_size({"width": NARROWEST, "height": 800})
        narrow = Seen(seen.reader, seen.endpoint, seen.address, language, NARROWEST, seen.state)
        self._note(narrow, "reflow", faults(page, "reflow"))
        if closely:
            self._note(narrow, "axe", axe(page))
        if stop.endpoint in OF_PARTICIPANTS:
            self._note(narrow, "targets", faults(page, "targets", LARGE_TARGET))
        page.set_viewport_size({"width": WIDE, "height": 800})

    def send(self, stop: Stop, language: str) -> None:
        """Every form of the page that was not sent before: spoilt, then as it stands."""
        page = self.open(stop, language, WIDE)
        if page is None:
            return
        for place in range(page.locator(_FORMS).count()):
            form = page.locator(_FORMS).nth(place)
            signature = self._signature(form)
            if signature is None or signature in self.tried:
                continue
            self.tried.add(signature)
            for spoilt in (True, False):
                if not spoilt and not form.get_attribute("hx-post"):
                    continue
                seen = Seen(
                    stop.reader.name,
                    stop.endpoint,
                    stop.address,
                    language,
                    WIDE,
                    "with errors" if spoilt else "swapped",
                )
                self._send(page, form, seen, spoilt=spoilt)
                again = self.open(stop, language, WIDE)
                if again is None or page.locator(_FORMS).count() <= place:
                    return

    def search(self, stop: Stop, language: str) -> None:
        """Every form of the page that looks for something, as it stands: its list is swapped."""
        page = self.open(stop, language, WIDE)
        count = page.locator(_SEARCHES).count() if page is not None else 0
        for place in range(count):
            page = self.open(stop, language, WIDE)
            if page is None:
                return
            form = page.locator(_SEARCHES).nth(place)
            signature = ("GET", str(form.get_attribute("hx-get")).partition("?")[0])
            if signature in self.tried:
                continue
            self.tried.add(signature)
            seen = Seen(stop.reader.name, stop.endpoint, stop.address, language, WIDE, "swapped")
            page.evaluate(_WAIT_FOR_SWAP)
            try:
                form.locator("button[type=submit]").first.click(timeout=5000)
                _await_swap(page)
            except (Error, AssertionError) as fault:
                self.tell(f"not searched: {seen.line()}: {str(fault).splitlines()[0][:150]}")
                continue
            self._note(seen, "swap", self._swapped(page))
            self._note(seen, "axe", axe(page))

    def write(self, stop: Stop, language: str) -> None:
        """A letter in every form that answers while one types: the focus stays where one types."""
        page = self.open(stop, language, WIDE)
        forms = page.locator(_ANSWERING) if page is not None else None
        for place in range(forms.count() if forms is not None else 0):
            page = self.open(stop, language, WIDE)
            if page is None:
                return
            form = page.locator(_ANSWERING).nth(place)
            signature = ("typed", *(self._signature(form) or (stop.endpoint,)))
            field = form.locator(_TYPED_INTO).first
            if signature in self.tried or not field.count():
                continue
            self.tried.add(signature)
            seen = Seen(stop.reader.name, stop.endpoint, stop.address, language, WIDE, "swapped")
            page.evaluate(_WAIT_FOR_SWAP)
            try:
                field.focus(timeout=5000)
                page.keyboard.type("5")
                _await_swap(page)
            except (Error, AssertionError) as fault:
                self.tell(f"not typed: {seen.line()}: {str(fault).splitlines()[0][:150]}")
            else:
                page.wait_for_timeout(120)
                found: list[Fault] = []
                if not field.evaluate("field => field === document.activeElement"):
                    found.append(("focus-lost", "form", "what is typed into has lost the focus"))
                told = page.locator("#announcements, #save-state").all_inner_texts()
                if not "".join(told).strip():
                    found.append(("not-announced", "form", "nothing is said while one types"))
                self._note(seen, "typed", found)
            self.house.put_back()

    def open(self, stop: Stop, language: str, width: int) -> Page | None:
        """The page in the reader's window; None where it cannot be opened as a page."""
        page = self.house.window(stop.reader, language, width)
        try:
            answer = page.goto(stop.address, wait_until="load")
        except Error as fault:
            if "Download is starting" not in str(fault):
                self.tell(f"not opened: {stop.address}: {str(fault)[:200]}")
            return None
        if answer is None or answer.status >= 400:
            self.tell(
                f"{stop.address} answered {answer.status if answer else '-'} to {stop.reader.name}"
            )
            return None
        return page

    def _send(self, page: Page, form: Locator, seen: Seen, *, spoilt: bool) -> None:
        swaps = bool(form.get_attribute("hx-post")) and form.get_attribute("data-autosave") is None
        region = form.get_attribute("hx-target")
        if spoilt:
            fields = form.evaluate_handle("form => form")
            if not measure(page, "spoil", fields):
                return
        button = form.locator("button[type=submit]")
        if not button.count() or not button.first.is_visible():
            return
        answers: list[Response] = []
        page.evaluate(_WAIT_FOR_SWAP)
        try:
            with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
                button.first.click(timeout=5000)
            answers.append(sent.value)
            sent.value.finished()
            if swaps and sent.value.status in (200, 303, 422):
                _await_swap(page)
            page.wait_for_load_state("load", timeout=5000)
        except (Error, AssertionError) as fault:
            self.tell(f"not sent: {seen.line()}: {str(fault).splitlines()[0][:150]}")
        status = answers[0].status if answers else 0
        if status == 422:
            self._note(seen, "errors", faults(page, "errors"))
            self._note(seen, "axe", axe(page))
        elif status:
            if swaps and region and page.evaluate("Boolean(window.settled)"):
                self._note(seen, "swap", self._swapped(page))
                self._note(seen, "axe", axe(page))
            self.house.put_back()
        self.findings.looked[f"answers {status}"] += 1

    def _swapped(self, page: Page) -> list[Fault]:
        # The region is filled a moment after the swap, so that it is read after the focus.
        page.wait_for_timeout(120)
        found: list[Fault] = []
        if page.evaluate("document.activeElement === document.body"):
            found.append(("focus-lost", "body", "has the focus after the swap"))
        if not page.locator("#announcements").inner_text().strip():
            found.append(("not-announced", "#announcements", "is empty after the swap"))
        return found

    def _title(self, page: Page, stop: Stop, language: str) -> list[Fault]:
        """WCAG 2.4.2: pages of one reader that are not the same route have titles of their own."""
        titles = self.titles.setdefault((stop.reader.name, language), {})
        title = page.title()
        first = titles.setdefault(title, stop.endpoint)
        if first == stop.endpoint:
            return []
        return [("title", title, f"{first} and {stop.endpoint}")]

    def _signature(self, form: Locator) -> tuple[str, ...] | None:
        action, names = form.evaluate(
            "form => [form.getAttribute('action'),"
            " Array.from(form.elements).filter(e => e.name).map(e => e.name)]"
        )
        path = str(action).partition("?")[0]
        adapter = self.house.stage.app.url_map.bind("localhost")
        try:
            endpoint, _values = adapter.match(path, method="POST")
        except (HTTPException, RequestRedirect, MethodNotAllowed):
            return None
        return (
            str(endpoint),
            *sorted({re.sub(r"\d+", "N", _KEY.sub("KEY", one)) for one in names}),
        )

    def _note(self, seen: Seen, what: str, found: Sequence[Fault]) -> None:
        self.findings.looked[what] += 1
        self.findings.add(seen, found)


def _await_swap(page: Page) -> None:
    """Until htmx has swapped, or another page has come in the place of this one.

    The page's policy lets nobody evaluate a text within it, so it is asked from outside.
    """
    for _turn in range(100):
        if page.evaluate("window.settled") is not False:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"nothing was swapped on {page.url}")
