"""No secret passage survives, whatever the order, the overlap or the line breaks."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.offers.rules import (
    SECRET_MARK,
    OfferContent,
    Promise,
    Secret,
    pieces_of,
    public_answer,
    public_answers,
    require_secrets,
    scrubbed,
    secret_passages,
)
from portal.shared.errors import RuleBroken

MARK = SECRET_MARK["fi"]
ANSWER = "Tunnemme seudun. Sahan kanssa on sovittu 12 paikasta. Kouluttajia on kaksi."
PASSAGE = "Sahan kanssa on sovittu 12 paikasta."

letters = st.sampled_from("ab \n")
any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@st.composite
def texts_with_passages(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A text and passages cut out of it, which overlap and repeat; and any others."""
    text = draw(st.text(letters, min_size=4, max_size=80) | any_text.filter(lambda t: len(t) > 4))
    passages = draw(st.lists(any_text | st.text(letters, max_size=8), max_size=3))
    for _n in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(text) - 1))
        passages.append(text[start : start + draw(st.integers(4, 20))])
    return text, draw(st.permutations(passages))


def survivors(shown: str, passages: list[str]) -> list[str]:
    """The passages of four characters or more that stand between the marks."""
    between = [" ".join(piece.split()).lower() for piece in shown.split(MARK)]
    sought = [" ".join(passage.split()).lower() for passage in passages]
    return [p for p in sought if len(p) >= 4 and any(p in piece for piece in between)]


@given(texts_with_passages())
def test_no_passage_survives_whatever_the_order_or_overlap(drawn: tuple[str, list[str]]) -> None:
    text, passages = drawn
    assert survivors(scrubbed(text, passages, "fi"), passages) == []
    secrets = [Secret("c", "r", passage) for passage in passages if passage.strip()]
    assert survivors(public_answer(text, secrets, "fi"), passages) == []


@given(texts_with_passages())
def test_the_order_of_the_passages_does_not_matter(drawn: tuple[str, list[str]]) -> None:
    text, passages = drawn
    assert scrubbed(text, passages, "sv") == scrubbed(text, passages[::-1], "sv")


@given(any_text, any_text, any_text)
def test_a_passage_inside_any_text_is_removed(before: str, passage: str, after: str) -> None:
    shown = scrubbed(f"{before} {passage} {after}", [passage], "fi")
    assert survivors(shown, [passage]) == []


@given(any_text)
def test_a_text_without_secrets_stays_as_it_is(text: str) -> None:
    pieces = pieces_of(text, [])
    assert [secret for _piece, secret in pieces] == [False] * len(pieces)
    assert scrubbed(text, [], "en") == scrubbed(scrubbed(text, [], "en"), [], "en")


@given(texts_with_passages())
def test_the_pieces_together_are_the_text(drawn: tuple[str, list[str]]) -> None:
    text, passages = drawn
    pieces = pieces_of(text, passages)
    assert "".join(piece for piece, _secret in pieces) == scrubbed(text, [], "fi")
    secret = [is_secret for _piece, is_secret in pieces]
    assert all(one != other for one, other in pairwise(secret))


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_passage_gives_way_to_a_mark_in_the_readers_language(language: str) -> None:
    shown = public_answer(ANSWER, [Secret("c", "r", PASSAGE)], language)
    assert shown == f"Tunnemme seudun. {SECRET_MARK[language]} Kouluttajia on kaksi."


def test_a_secret_without_a_passage_is_the_whole_answer() -> None:
    assert public_answer(ANSWER, [Secret("c", "r")], "fi") == MARK
    assert public_answer("", [Secret("c", "r")], "fi") == ""
    assert public_answer(ANSWER, [], "fi") == ANSWER


@pytest.mark.parametrize(
    "quoted",
    [
        "sahan kanssa on sovittu 12 paikasta.",
        "Sahan kanssa\non   sovittu 12 paikasta.",
        "SAHAN KANSSA ON SOVITTU 12 PAIKASTA.",
    ],
)
def test_a_quotation_is_found_whatever_its_spaces_and_the_size_of_its_letters(quoted: str) -> None:
    assert scrubbed(f"Hyvä, sillä {quoted}", [PASSAGE], "fi") == f"Hyvä, sillä {MARK}"


def test_a_letter_with_an_accent_is_one_letter_however_it_is_coded() -> None:
    assert scrubbed("Pa\u0308a\u0308asia ei ole", ["Pääasia"], "fi") == f"{MARK} ei ole"


def test_what_is_too_short_to_be_looked_for_blackens_nothing() -> None:
    assert scrubbed("Kaikki on ok.", ["ok", "  ", ""], "fi") == "Kaikki on ok."


def test_a_sentence_of_an_answer_that_is_secret_as_a_whole_is_found_in_other_texts() -> None:
    content = OfferContent(answers={"c": ANSWER}, secrets=(Secret("c", "r"),))
    reason = "Perustelu: sahan kanssa on sovittu 12 paikasta, mikä riittää."
    assert "sahan" not in scrubbed(reason, secret_passages(content), "fi")


def test_a_secret_of_one_answer_is_removed_from_another_that_repeats_it() -> None:
    content = OfferContent(
        answers={"c": ANSWER, "d": f"Kuten sanottu: {PASSAGE}"},
        secrets=(Secret("c", "r", PASSAGE),),
    )
    assert PASSAGE not in "".join(public_answers(content, "fi").values())


FULL = OfferContent(
    answers={"c": ANSWER, "d": "Toinen vastaus."},
    promises=(Promise("c", "Ryhmä alkaa viidessä päivässä."),),
    secrets=(Secret("c", "Sopimus ei ole julkinen.", PASSAGE), Secret("d", "Omaa työtä.")),
)


@pytest.mark.parametrize(
    "secrets",
    [
        (),
        FULL.secrets,
        (Secret("c", "r", "alkaa viidessä"),),
        (Secret("c", "r", "tunnemme   seudun"),),
        (Secret("", "r", file="b1"),),
    ],
)
def test_a_secret_that_is_found_is_taken(secrets: tuple[Secret, ...]) -> None:
    require_secrets(replace(FULL, secrets=secrets))


@pytest.mark.parametrize(
    ("secret", "rule", "field"),
    [
        (Secret("c", "r", "Tunnemme maan."), "passage_not_found", "secret-1-passage"),
        (Secret("d", "r", PASSAGE), "passage_not_found", "secret-0-passage"),
        (Secret("e", "r", PASSAGE), "passage_not_found", "secret-0-passage"),
        (Secret("c", "r", "12"), "passage_short", "secret-1-passage"),
        (Secret("c", " ", PASSAGE), "secret_reason_missing", "secret-1-reason"),
    ],
)
def test_a_secret_that_is_not_there_is_refused_beside_its_field(
    secret: Secret, rule: str, field: str
) -> None:
    first = Secret("c", "r", PASSAGE)
    with pytest.raises(RuleBroken) as refused:
        require_secrets(replace(FULL, secrets=(first, secret)))
    assert (refused.value.rule, refused.value.field) == (rule, field)
