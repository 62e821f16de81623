"""The bank as everybody reads it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.criteria.bank import bank
from tests.page import Browser

Browse = Callable[..., Browser]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_everybody_can_read_the_bank_in_their_language(browse: Browse, language: str) -> None:
    browser = browse(None, language)
    page = browser.get("/criteria")
    for criterion in bank().criteria:
        assert criterion.title[language] in page.text
        shown = browser.get(f"/criteria/{criterion.key}")
        assert shown.heading == criterion.title[language]
        assert criterion.question[language] in shown.text
        for point in criterion.points:
            assert all(fact[language] in shown.text for fact in point.facts)


def test_a_criterion_that_is_not_there_is_not_found(browse: Browse) -> None:
    browse().get("/criteria/no_such", 404)
    browse().get("/criteria/service_process?version=99", 404)
