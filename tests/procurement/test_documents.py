"""The call's document is made in every language, whatever languages its own criteria have."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from bs4 import BeautifulSoup

from portal.database import Database
from portal.documents.render import html_of, render
from portal.procurement.documents import call_context
from portal.procurement.rules import CriterionTerms
from tests.cast import Cast
from tests.documents.reading import text_of
from tests.inspection import words
from tests.procurement.calls import CALL, LOT, put_call

OWN = CriterionTerms(
    "own-2",
    Decimal("22.5"),
    question={"fi": "Miten aloitatte?"},
    text={
        "title": {"fi": "Aloitus", "sv": "Början"},
        "guidance": {"fi": "Näytöksi käy aloitusviikon ohjelma."},
        "points": [
            {"value": 0, "facts": [{"fi": "Aloitusta ei kuvata."}]},
            {"value": 1, "facts": [{"fi": "Päivä on ilmoitettu.", "sv": "Dagen är angiven."}]},
            {"value": 2, "facts": [{"fi": "Ohjelma on kirjattu."}, {"fi": "Vetäjät on nimetty."}]},
            {"value": 3, "facts": [{"fi": "Myöhäinen aloitus on kuvattu."}]},
        ],
    },
)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fi", ["Aloitus", "Ohjelma on kirjattu. Vetäjät on nimetty.", "kaksi kuorta"]),
        ("sv", ["Början", "Dagen är angiven.", "Aloitusta ei kuvata.", "två kuvert"]),
        ("en", ["Aloitus", "Päivä on ilmoitettu.", "two envelopes"]),
    ],
)
def test_a_text_that_lacks_a_language_is_printed_in_finnish(
    database: Database, cast: Cast, language: str, said: list[str]
) -> None:
    criteria = (replace(CALL.criteria[0]), OWN)
    key = put_call(database, cast, published=True, criteria=criteria, two_envelopes=True)
    with database.reading() as session:
        document = render("call", language, call_context(session, key, language))
    text = " ".join(text_of(document.pdf).split())
    for each in said:
        assert each in text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "fi",
            [
                "Avoin menettely",
                "80500000-9, 80530000",
                "180 000,00 €",
                "25,5 prosenttia",
                "Hintoja tarkistetaan kerran vuodessa, 1. maaliskuuta",
                "Verot on maksettu Verovelkatodistus",
                "pitkäaikaistyötön, työelämän ulkopuolella",
            ],
        ),
        (
            "sv",
            [
                "Öppet förfarande",
                "25,5 procent",
                "den 1 mars",
                "Skatterna är betalda Verovelkatodistus",
                "långtidsarbetslös, utanför arbetslivet",
            ],
        ),
        (
            "en",
            [
                "Open procedure",
                "€180,000.00",
                "25.5 percent",
                "1 March, by this index: Consumer price index",
                "Taxes are paid Certificate of tax debt",
                "long-term unemployed, outside working life",
            ],
        ),
    ],
)
def test_the_document_says_all_that_the_call_declares(
    database: Database, cast: Cast, language: str, said: list[str]
) -> None:
    bonus = {**(LOT.result_bonus or {}), "only_started_as": ["long_term_unemployed", "outside"]}
    key = put_call(database, cast, published=True, lots=(replace(LOT, result_bonus=bonus),))
    text = printed(database, key, language)
    assert [each for each in said if each not in text] == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "fi",
            ["Ei ilmoitettu tarjouspyynnössä", "Hinnat pysyvät tarjottuina", "omia vaatimuksia"],
        ),
        ("sv", ["Anges inte i anbudsförfrågan", "De erbjudna priserna gäller", "inga egna krav"]),
        ("en", ["Not stated in the call", "Prices stay as they were offered", "no requirements"]),
    ],
)
def test_what_the_call_does_not_say_is_said_in_words(
    database: Database, cast: Cast, language: str, said: list[str]
) -> None:
    lot = replace(LOT, vat_rate=None, price_revision=None, result_bonus=None)
    bare = {"lots": (lot,), "requirements": (), "cpv": (), "estimated_value": None}
    key = put_call(database, cast, published=True, **bare)
    text = printed(database, key, language)
    assert [each for each in said if each not in text] == []


def printed(database: Database, key: UUID, language: str) -> str:
    """What is laid out; the test above reads the PDF itself."""
    with database.reading() as session:
        html = html_of("call", language, call_context(session, key, language))
    return words(BeautifulSoup(html, "html.parser").body)
