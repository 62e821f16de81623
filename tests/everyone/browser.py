"""Debian's Chromium, for what runs beside the suite."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.conftest import FLAGS, path_of_chromium


@contextmanager
def opened_browser() -> Iterator[Browser]:
    """The browser that the suite uses as well."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path_of_chromium(), args=FLAGS)
        yield browser
        browser.close()
