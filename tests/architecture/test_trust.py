"""docs/trust.md is made of the promises and their figures, and each promise has its keeper."""

from __future__ import annotations

import importlib.util
import re

from portal.paths import ROOT
from tests.promises.bank import figures, promises
from tests.promises.page import PAGE, page

LEFT = re.compile(r"\bleave\(\s*[\"'](\w+)[\"']")


def test_the_page_is_what_is_made_of_the_promises_and_their_figures() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "make trust, or python -m tests.promises write"
    )


def test_what_keeps_a_promise_is_there() -> None:
    for promise in promises():
        assert promise.kept_by, promise.key
        for keeper in promise.kept_by:
            if keeper in promise.trials:
                module = keeper.split()[2]
                assert importlib.util.find_spec(module) is not None, keeper
            else:
                assert (ROOT / keeper).exists(), keeper


def test_a_key_stands_for_one_promise() -> None:
    keys = [promise.key for promise in promises()]
    assert len(keys) == len(set(keys))


def test_every_figure_is_of_a_promise() -> None:
    keys = {promise.key for promise in promises()}
    left = {
        key
        for file in (ROOT / "tests").rglob("*.py")
        if "vendor" not in file.parts
        for key in LEFT.findall(file.read_text(encoding="utf-8"))
    }
    assert left <= keys
    assert {figure.promise for figure in figures()} <= keys
