"""Debian's Chromium, for what runs beside the suite."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.conftest import FLAGS


@contextmanager
def opened_browser() -> Iterator[Browser]:
    """The browser that the suite uses as well."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert path, "chromium is missing: make setup-tests installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
