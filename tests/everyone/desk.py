"""Somebody at work: presses, types and chooses in a window, by mouse or by keyboard alone.

The same steps are done by either hand, with scripts or without, on a wide window or a narrow one,
and what they cost is counted: pages, presses, fields, signs, seconds.
"""

from __future__ import annotations

import re
import time
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from playwright.sync_api import Locator, Page, Request, expect

from portal.demonstration import PASSWORD
from tests.everyone.house import House
from tests.fuzz.stage import Reader

MOST_TABS = 250
"""So many times the Tab key is pressed on the way to something."""
WITHIN_MS = 20_000


class Hands(StrEnum):
    """What somebody works with."""

    MOUSE = "mouse"
    KEYBOARD = "keyboard"


@dataclass(frozen=True)
class Way:
    """How a job is done: in which language, how wide, with scripts or without, by which hand."""

    language: str = "fi"
    width: int = 1280
    javascript: bool = True
    hands: Hands = Hands.MOUSE

    def __str__(self) -> str:
        scripts = "scripts" if self.javascript else "no scripts"
        return f"{self.language}, {self.width} px, {scripts}, {self.hands}"


@dataclass
class Effort:
    """What a job has cost whoever did it."""

    pages: int = 0
    presses: int = 0
    fields: int = 0
    signs: int = 0
    seconds: float = 0.0

    def figures(self) -> dict[str, int | float]:
        """Its numbers by name."""
        return {**asdict(self), "seconds": round(self.seconds, 1)}


class Desk:
    """One person's window, and what their work has cost so far."""

    def __init__(self, house: House, reader: Reader, way: Way) -> None:
        self.house, self.reader, self.way = house, reader, way
        self.page: Page = house.free_window(way.language, way.width, javascript=way.javascript)
        self.page.set_default_timeout(WITHIN_MS)
        self.effort = Effort()
        self._began = time.monotonic()
        self.page.on("requestfinished", self._note)

    def leave(self) -> None:
        """The work is done, and somebody else may have the window."""
        if self.effort.seconds:
            return
        self.effort.seconds = time.monotonic() - self._began
        self.page.remove_listener("requestfinished", self._note)
        self.page.goto("about:blank")

    def _note(self, request: Request) -> None:
        if not request.is_navigation_request() or request.frame != self.page.main_frame:
            return
        answer = request.response()
        if answer is not None and not 300 <= answer.status < 400:
            self.effort.pages += 1

    # How they begin.

    def log_in(self, way_in: str = 'a[href^="/login"]', start: str = "/") -> None:
        """By address and password, from the front page or by another link on another page."""
        self.page.goto(start)
        self.press(way_in)
        self.type("email", self.reader.name)
        self.type("password", PASSWORD)
        self.press('main button[type="submit"]')
        self.sees(".user-menu")

    def number(self, text: str) -> str:
        """A number as the reader writes it."""
        return text if self.way.language == "en" else text.replace(".", ",")

    def day(self, iso: str) -> str:
        """A day, given as 2026-09-01, as the reader writes it."""
        year, month, day = iso.split("-")
        return (
            f"{day}/{month}/{year}"
            if self.way.language == "en"
            else f"{int(day)}.{int(month)}.{year}"
        )

    def clock(self, text: str) -> str:
        """A time of day, given as 12:00, as the reader writes it."""
        return text if self.way.language == "en" else text.replace(":", ".")

    # What they do.

    def sees(self, selector: str) -> Locator:
        """Something that must be there before they go on."""
        found = self.page.locator(selector).first
        expect(found).to_be_visible(timeout=WITHIN_MS)
        return found

    def reads(self, text: str | re.Pattern[str]) -> None:
        """Words that must be there before they go on."""
        expect(self.page.locator("main, #flashes").filter(has_text=text).first).to_be_visible(
            timeout=WITHIN_MS
        )

    def press(self, selector: str, text: str | re.Pattern[str] | None = None) -> None:
        """Follow a link, or press a button: the first that can be seen."""
        found = self.page.locator(f"{selector} >> visible=true")
        if text is not None:
            found = found.filter(has_text=text)
        target = found.first
        target.wait_for(state="visible", timeout=WITHIN_MS)
        self.effort.presses += 1
        if self.way.hands is Hands.MOUSE:
            target.click()
        else:
            self._go_to(target)
            link = target.get_attribute("href")
            self.page.keyboard.press("Enter" if link else "Space")
        self.page.wait_for_load_state("load")

    def goes_to(self, path: str) -> None:
        """By the menu, which on a narrow screen is behind a button."""
        button = ".site-menu > summary"
        if self.page.locator(button).is_visible():
            self.press(button)
        self.press(f'.site-nav a[href^="{path}"]')

    def type(self, name: str, text: str) -> None:
        """Fill in the field of that name."""
        target = self.page.locator(f'main [name="{name}"] >> visible=true').first
        self.effort.fields += 1
        self.effort.signs += len(text)
        if self.way.hands is Hands.MOUSE:
            target.fill(text)
        else:
            self._go_to(target)
            self.page.keyboard.press("Control+A")
            self.page.keyboard.insert_text(text)

    def tick(self, name: str, value: str | None = None) -> None:
        """Choose one of a group, or tick a box."""
        of_value = "" if value is None else f'[value="{value}"]'
        target = self.page.locator(f'main [name="{name}"]{of_value}').first
        self.effort.fields += 1
        self.effort.presses += 1
        if self.way.hands is Hands.MOUSE:
            target.check()
        elif target.get_attribute("type") == "radio":
            self._choose_of_group(name, target)
        else:
            self._go_to(target)
            if not target.is_checked():
                self.page.keyboard.press("Space")
        expect(target).to_be_checked()

    def tick_labelled(self, text: str) -> None:
        """Tick the box that has this label."""
        target = self.page.get_by_label(text, exact=False).first
        name, value = target.get_attribute("name"), target.get_attribute("value")
        self.tick(str(name), value)

    def choose(self, name: str, value: str) -> None:
        """Choose from a list by its value."""
        target = self.page.locator(f'main select[name="{name}"]').first
        self.effort.fields += 1
        self.effort.presses += 1
        if self.way.hands is Hands.MOUSE:
            target.select_option(value)
            return
        self._go_to(target)
        values = [one.get_attribute("value") for one in target.locator("option").all()]
        self.page.keyboard.press("Home")
        for _step in range(values.index(value)):
            self.page.keyboard.press("ArrowDown")
        expect(target).to_have_value(value)

    def attach(self, name: str, file: dict[str, Any]) -> None:
        """Choose a file; the browser's own window for that is not part of the page."""
        self.effort.fields += 1
        self.effort.presses += 1
        self.page.locator(f'main [name="{name}"]').first.set_input_files(file)  # type: ignore[arg-type]

    # How the keyboard gets there.

    def _go_to(self, target: Locator) -> None:
        here = self.page.locator(":focus")
        for _step in range(MOST_TABS):
            if target.and_(here).count():
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the Tab key does not lead to {target} on {self.page.url}")

    def _choose_of_group(self, name: str, target: Locator) -> None:
        group = self.page.locator(f'main [name="{name}"]')
        here = self.page.locator(":focus")
        for _step in range(MOST_TABS):
            if group.and_(here).count():
                break
            self.page.keyboard.press("Tab")
        for _step in range(group.count() + 1):
            if target.and_(here).count():
                break
            self.page.keyboard.press("ArrowDown")
        if not target.is_checked():
            self.page.keyboard.press("Space")
