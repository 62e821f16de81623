"""Words are broken at syllables, in each language, and what is no word is never broken."""

from __future__ import annotations

import re
import subprocess

import pyphen
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.documents.catalogue import preview
from portal.documents.hyphens import FINNISH, add_finnish, keep_codes_whole
from portal.documents.render import render
from tests.documents.reading import text_of

FI = pyphen.Pyphen(filename=str(FINNISH), left=3, right=3)
VOWELS = "aeiouyåäö"
LONG = "Lentokonesuihkuturbiinimoottoriapumekaanikkoaliupseerioppilaskoulutushankinta"


@pytest.mark.parametrize(
    "broken",
    [
        "kil-pai-lu-tus-asia-kir-jat",
        "han-kin-ta-yk-sikkö",
        "osa-tut-kin-to-kou-lu-tus",
        "ammat-ti-opisto",
        "hyvin-voin-ti-alue",
        "työl-li-syys-alue",
        "tar-jous-aika",
        "tilaa-ja-vas-tuu-sel-vi-tys",
        "oikai-su-vaa-ti-mus-ohje",
        "hen-ki-lö-koh-tais-ta-mi-nen",
        "eri-tyis-ope-tus",
        "kuu-kausi-erä",
    ],
)
def test_words_of_the_field_are_broken_where_their_parts_meet(broken: str) -> None:
    assert FI.inserted(broken.replace("-", "")) == broken


@given(st.text(alphabet="aeiouyäöhjklmnprstv", min_size=1, max_size=40))
def test_a_word_keeps_its_letters_and_three_of_them_on_each_side_of_a_break(word: str) -> None:
    parts = FI.inserted(word).split("-")
    assert "".join(parts) == word
    assert len(parts) == 1 or min(len(parts[0]), len(parts[-1])) >= 3


@given(st.from_regex(r"(?:[bcdfghjklmnprstv][aeiouyäö]){4,12}", fullmatch=True))
def test_a_break_comes_before_a_consonant_and_its_vowel(word: str) -> None:
    for part in FI.inserted(word).split("-")[1:]:
        assert re.match(f"[^{VOWELS}]?[{VOWELS}]", part)


def test_all_three_languages_have_a_dictionary() -> None:
    add_finnish()
    for language in ("fi", "sv", "en"):
        assert pyphen.language_fallback(language) is not None


@pytest.mark.parametrize(
    "code",
    [
        "https://siirtyma.esimerkki.fi/verify",
        "hankinta@pohjoinen-esimerkkikeskus.example",
        "TARJOUSPYYNTO/12/2026",
        "siirtyma.esimerkki.fi",
        "abcdefabcdefabcdef01",
        "avoin_koulutushankinta",
    ],
)
def test_what_is_no_word_is_marked_and_nothing_else(code: str) -> None:
    html = f'<title>{code}</title><p title="{code}">Katso ({code}), hankintayksikkö.</p>'
    marked = keep_codes_whole(html)
    assert marked == html.replace(f"({code})", f'(<span class="code">{code}</span>)')
    assert (
        keep_codes_whole("<p>Koulutushankinta-asiakirja&amp;liite ja 12 päivää</p>").count("<span")
        == 1
    )


@given(st.text(min_size=0, max_size=60))
def test_marking_changes_no_text(text: str) -> None:
    from html import escape, unescape

    marked = keep_codes_whole(f"<p>{escape(text)}</p>")
    assert unescape(re.sub(r"</?(?:p|span)[^>]*>", "", marked)) == unescape(escape(text))


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_nothing_lies_outside_the_page_and_broken_words_are_whole_for_a_reader(
    language: str,
) -> None:
    context = preview("award_decision", language)
    lot = context["lots"][0]
    lot["title"] = {language: f"{LONG} {LONG.lower()} ja muuta"}
    context["buyer"]["name"] = {language: f"Pohjois-Esimerkin {LONG}kuntayhtymä"}
    context["procurement"]["reference"] = "ESIM/" + "9" * 60
    made = render("award_decision", language, context)
    layout = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=made.pdf, capture_output=True, check=True
    ).stdout.decode()
    for edge, most in (("xMax", 595.3 - 50), ("yMax", 841.9 - 5)):
        assert max(float(value) for value in re.findall(f'{edge}="([^"]*)"', layout)) <= most
    assert min(float(value) for value in re.findall('xMin="([^"]*)"', layout)) >= 50
    assert "\xad" not in text_of(made.pdf)
    assert LONG in text_of(made.pdf).replace(" ", "").replace("‐", "")
