"""Every word has its sentence, every role its guide, every picture its file; the tour is short."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask

from portal.guides.files import GUIDES, guides, terms, terms_on, tour
from portal.guides.rules import guide_for, step_to_show
from portal.paths import ROOT, TEMPLATES
from portal.permissions import PAGES, Role
from portal.shared.names import LANGUAGES
from tests.cast import Cast
from tests.offers.conftest import call  # noqa: F401  # a fixture
from tests.page import Browser, words

Browse = Callable[..., Browser]
MOST_WORDS = 20
MOST_BYTES = 60_000


def said() -> Iterator[tuple[str, str]]:
    """Every text of the help, with its language."""
    texts: list[Any] = [term.says for term in terms().values()]
    texts += [names for step in tour() for names in (step.heading, step.says)]
    for guide in guides().values():
        texts += [guide.title, guide.lead]
        for part in guide.parts:
            texts += [part.heading, *part.does]
            texts += [part.picture.shows] if part.picture else []
    for names in texts:
        assert set(names) == set(LANGUAGES), names
        for language in LANGUAGES:
            yield language, names[language]


def test_every_sentence_is_short_and_ends() -> None:
    for language, text in said():
        for sentence in re.split(r"(?<=[.!?])\s+", text):
            assert len(sentence.split()) <= MOST_WORDS, (language, sentence)
    for term in terms().values():
        assert all(text.endswith(".") for text in term.says.values()), term.key


def test_every_word_is_explained_on_pages_that_there_are() -> None:
    assert len(terms()) == 40
    for term in terms().values():
        assert term.pages, term.key
        assert set(term.pages) <= PAGES.keys(), term.key
    assert [term.key for term in terms_on("offers.show")] == ["offer"]


def test_every_role_has_a_guide_and_no_two_guides_are_for_the_same() -> None:
    assert set(guides()) == set(GUIDES)
    roles = [role for guide in guides().values() for role in guide.roles]
    assert sorted(roles) == sorted(Role)
    for role in Role:
        assert guide_for(guides(), frozenset({role})) is not None
    assert guide_for(guides(), frozenset()) is None


def test_every_picture_is_there_in_every_language_and_small() -> None:
    folder = Path(ROOT) / "static" / "guide"
    wanted = {
        f"{part.picture.key}.{language}.webp"
        for guide in guides().values()
        for part in guide.parts
        if part.picture
        for language in LANGUAGES
    }
    assert {file.name for file in folder.iterdir()} == wanted
    assert all((folder / name).stat().st_size <= MOST_BYTES for name in wanted)


def test_the_next_step_of_the_tour_is_the_first_that_has_not_been_seen() -> None:
    assert [step_to_show(seen, 4) for seen in (None, 0, 1, 3, 4, 9)] == [1, 1, 2, 4, None, None]


def test_the_glossary_and_the_guides_are_open_to_all_in_three_languages(
    browse: Browse, app: Flask
) -> None:
    for language in LANGUAGES:
        browser = browse(language=language)
        page = browser.get("/glossary")
        shown = [words(term) for term in page.all("main dt")]
        names = sorted((t.name[language] for t in terms().values()), key=str.casefold)
        assert shown == names
        for key, guide in guides().items():
            page = browser.get(f"/guide/{key}")
            assert page.heading == guide.title[language]
            pictures = page.all("main img")
            assert pictures
            assert all(picture["alt"] for picture in pictures)
    browse().get("/guide/nobody", 404)
    assert app.url_map


def test_a_page_explains_its_words_and_leads_to_the_guide_of_the_reader(
    browse: Browse, cast: Cast
) -> None:
    page = browse(cast.roope).get("/offers")
    assert [words(word) for word in page.all(".help dfn")] == ["offer", "provider"]
    assert page.one('.help a[href="/guide/provider"]').get_text() == "Guide of the provider"
    assert browse(cast.olli).get("/").has('.help a[href="/guide/procurement_officer"]')
    assert browse().get("/").has('.help a[href="/guide"]')


def test_a_word_leads_to_its_sentence_once_a_template_and_is_one_of_the_glossary() -> None:
    said = {
        file: re.findall(r'\bterm\("(\w+)"', file.read_text(encoding="utf-8"))
        for file in TEMPLATES.rglob("*.html")
        if "components" not in file.parts
    }
    assert {key for keys in said.values() for key in keys} <= set(terms())
    assert [file for file, keys in said.items() if len(keys) != len(set(keys))] == []


def test_the_first_of_a_word_on_a_call_leads_to_the_glossary(
    browse: Browse,
    cast: Cast,
    call: UUID,  # noqa: F811
) -> None:
    page = browse(cast.roope).get(f"/procurements/{call}")
    shown = [str(one["href"]) for one in page.all("main a.term")]
    assert shown == ["/glossary#lot", "/glossary#criterion"]
    assert page.one('a.term[href="/glossary#lot"]')["title"] == terms()["lot"].says["en"]
    glossary = browse().get("/glossary")
    assert all(glossary.has(f"#{href.partition('#')[2]}") for href in shown)


def test_the_tour_is_gone_through_skipped_and_begun_anew(browse: Browse, cast: Cast) -> None:
    browser = browse(cast.roope)
    page = browser.get("/")
    assert words(page.one(".tour-number")) == "First steps 1/4"
    for number in (2, 3, 4):
        browser.submit("#tour form")
        page = browser.follow()
        assert words(page.one(".tour-number")) == f"First steps {number}/4"
    browser.submit("#tour form")
    assert not browser.follow().has("#tour")
    browser.get("/guide")
    browser.submit("#tour-again")
    page = browser.follow()
    assert words(page.one(".tour-number")) == "First steps 1/4"
    browser.submit("#tour form", button="skip")
    assert not browser.follow().has("#tour")
    assert not browse().get("/").has("#tour")
    assert browse(cast.sanna).get("/").has("#tour")
