"""Suitability is judged beside what the call asks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import update

from portal.database import Database
from portal.procurement.models import Procurement
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.evaluation.conftest import TERMS, Evaluating
from tests.page import Browser

Browse = Callable[..., Browser]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_what_the_call_asks_stands_beside_the_judgement(
    browse: Browse,
    cast: Cast,
    url: str,
    evaluating: Evaluating,
    after: SettableClock,
    language: str,
) -> None:
    evaluating.until("declared")
    olli = browse(cast.olli, language)
    for path in ("", f"/{evaluating.offer_id(cast.river)}"):
        page = olli.get(f"{url}/suitability{path}")
        assert TERMS.requirements[0].title[language] in page.text
        assert ("Certificate" if language == "en" else "Verovelkatodistus") in page.text


def test_a_call_that_was_frozen_without_requirements_asks_what_the_law_asks(
    browse: Browse,
    cast: Cast,
    url: str,
    database: Database,
    evaluating: Evaluating,
    after: SettableClock,
) -> None:
    evaluating.until("declared")
    with database.transaction() as session:
        frozen = session.get_one(Procurement, evaluating.call).frozen or {}
        older = {name: value for name, value in frozen.items() if name != "requirements"}
        session.execute(update(Procurement).values(frozen=older))
    page = browse(cast.olli).get(f"{url}/suitability")
    assert "The call declares no requirements of its own." in page.text
