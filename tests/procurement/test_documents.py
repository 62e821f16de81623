"""The call's document is made in every language, whatever languages its own criteria have."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from portal.database import Database
from portal.documents.render import render
from portal.procurement.documents import call_context
from portal.procurement.rules import CriterionTerms
from tests.cast import Cast
from tests.documents.reading import text_of
from tests.procurement.calls import CALL, put_call

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
    for words in said:
        assert words in text
