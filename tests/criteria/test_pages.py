"""The bank as everybody reads it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.criteria.bank import bank
from portal.database import Database
from tests.cast import Cast
from tests.page import Browser
from tests.procurement.calls import put_call

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
        texts = [fact for point in criterion.points for fact in point.facts]
        texts += [text for sample in criterion.samples for text in (sample.answer, sample.reason)]
        texts += criterion.other_sources
        assert all(" ".join(text[language].split()) in shown.text for text in texts)
    for chosen in bank().sets:
        assert chosen.title[language] in page.text
        shown = browser.get(f"/criteria/sets/{chosen.key}")
        assert shown.heading == chosen.title[language]
        for phase in chosen.phases:
            assert phase.title[language] in shown.text
        for entry in chosen.criteria:
            assert entry.criterion.title[language] in shown.text


def test_a_criterion_that_is_not_there_is_not_found(browse: Browse) -> None:
    browse().get("/criteria/no_such", 404)
    browse().get("/criteria/service_process?version=99", 404)
    browse().get("/criteria/sets/no_such", 404)


@pytest.mark.parametrize("count", [1, 3, 30])
def test_a_criterion_says_where_it_is_in_use_in_as_many_queries_for_many_calls(
    browse: Browse, database: Database, cast: Cast, count: int
) -> None:
    put_call(database, cast, reference="LUONNOS")
    for n in range(count):
        put_call(database, cast, published=True, reference=f"ESIM/{n}/2026")
    browser = browse()
    page = browser.get("/criteria/staff_competence")
    assert "Toppis and work-based training" in page.text
    assert f"{count} published call" in page.text
    assert len(page.all("#calls li")) == min(count, 20)
    assert "LUONNOS" not in page.text
    assert browser.queries <= 2
    assert "No published call uses this version yet." in browser.get("/criteria/needs_mapping").text
