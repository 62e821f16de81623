"""What every page promises, looked at in its markup: valid, one heading, labels, ids, words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

import html5lib
from bs4 import BeautifulSoup, Tag

LEAKS = re.compile(r"\{\{|\}\}|\{%|%\}|%\(\w+\)|\bNone\b|\bUndefined\b|<\w+ object at|\bUUID\(")
VOID_INPUTS = {"hidden", "submit", "button", "reset", "image"}
WORDS = re.compile(r">[^<>&]+(?=<)")
VALUES = re.compile(r'="[^"<>&]*"')

_valid: set[int] = set()


def words(element: Tag | None) -> str:
    """The text of an element with every run of spaces as one."""
    return " ".join(element.get_text(" ").split()) if element is not None else ""


class Elements:
    """All elements of a page, gathered once: a page is asked for too many of them one by one."""

    def __init__(self, soup: BeautifulSoup) -> None:
        self.all: list[Tag] = soup.find_all(True)
        self._named: dict[str, list[Tag]] = defaultdict(list)
        self._having: dict[str, list[Tag]] = defaultdict(list)
        for element in self.all:
            self._named[element.name].append(element)
            for attribute in element.attrs:
                self._having[attribute].append(element)

    def named(self, *names: str) -> list[Tag]:
        """Those of these names."""
        return [element for name in names for element in self._named[name]]

    def having(self, attribute: str) -> list[Tag]:
        """Those with the attribute, also an empty one."""
        return self._having[attribute]


def inspect(soup: BeautifulSoup, html: str, url: str, language: str) -> None:
    """Everything that every page promises. Raises AssertionError naming what is not so."""
    _check_validity(html, url)
    elements = Elements(soup)
    (root,) = elements.named("html")
    assert root.get("lang") == language, f"{url} is in {root.get('lang')}, asked for {language}"
    for other in elements.having("lang"):
        assert other["lang"] in ("fi", "sv", "en"), f"{url}: unknown language {other['lang']}"
    headings = len(elements.named("h1"))
    assert headings == 1, f"{url} has {headings} h1"
    assert words(*elements.named("h1")), f"{url} has an empty h1"
    assert soup.title is not None, f"{url} has no title"
    assert words(soup.title), f"{url} has an empty title"
    assert soup.title.get_text().endswith(" — Siirtymä"), f"{url} is not titled as the portal's"
    _check_ids(url, elements)
    _check_fields(url, elements)
    _check_content(url, elements)
    _check_without_scripts(url, elements)
    leaks = LEAKS.findall(soup.get_text(" "))
    assert not leaks, f"{url} shows {leaks}"


def _check_validity(html: str, url: str) -> None:
    # Whether markup is valid does not depend on its words, so the same skeleton is parsed once.
    skeleton = hash(VALUES.sub('=""', WORDS.sub(">", html)))
    if skeleton not in _valid:
        parser = html5lib.HTMLParser()
        parser.parse(html)
        faults = [f"{place}: {code} {facts}" for place, code, facts in parser.errors]
        assert not faults, f"{url} is not valid HTML: {faults[:5]}"
        _valid.add(skeleton)


def _check_ids(url: str, elements: Elements) -> None:
    ids = Counter(str(element["id"]) for element in elements.having("id"))
    doubled = sorted(key for key, times in ids.items() if times > 1)
    assert not doubled, f"{url} has ids more than once: {doubled}"
    assert "" not in ids, f"{url} has an empty id"
    for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
        for element in elements.having(attribute):
            given = element[attribute]
            keys = given if isinstance(given, list) else str(given).split()
            lost = [key for key in keys if key not in ids]
            assert not lost, f"{url}: {attribute} leads to no {lost}"
    for link in elements.named("a"):
        href = str(link.get("href", ""))
        assert not href.startswith("#") or href[1:] in ids, f"{url}: a link leads to no {href}"
    for target in elements.having("hx-target"):
        there = str(target["hx-target"])
        assert not there.startswith("#") or there[1:] in ids, f"{url}: no {there} to swap"


def _check_fields(url: str, elements: Elements) -> None:
    labels = elements.named("label")
    labelled = {str(label["for"]) for label in labels if label.has_attr("for")}
    for field in elements.named("input", "select", "textarea"):
        if field.get("type") in VOID_INPUTS:
            continue
        has_label = (
            field.get("id") in labelled
            or field.find_parent("label") is not None
            or field.get("aria-label")
            or field.get("aria-labelledby")
        )
        assert has_label, f"{url}: no label for {field}"
    for label in elements.named("label", "legend"):
        assert words(label), f"{url}: an empty {label.name}"
    for form in elements.named("form"):
        method = str(form.get("method", "")).lower()
        assert method in ("get", "post"), f"{url}: a form without a method"
        assert form.has_attr("action"), f"{url}: a form without an action"
        if method == "post":
            hidden = form.find_all("input", type="hidden")
            tokens = [one for one in hidden if str(one.get("name", "")).endswith("csrf_token")]
            assert tokens, f"{url}: the form to {form['action']} has no token"


def _check_content(url: str, elements: Elements) -> None:
    for script in elements.named("script"):
        assert script.get("src"), f"{url} has an inline script"
    assert not elements.named("style"), f"{url} has an inline style sheet"
    for element in elements.all:
        inline = [name for name in element.attrs if name == "style" or name.startswith("on")]
        assert not inline, f"{url}: inline {inline} on <{element.name}>"
    for image in elements.named("img"):
        assert image.has_attr("alt"), f"{url}: an image without alt"
    for pressed in elements.named("a", "button"):
        if pressed.name == "button" or pressed.has_attr("href"):
            read = words(pressed) or pressed.get("aria-label")
            assert read, f"{url}: nothing to read on {pressed}"
    for table in elements.named("table"):
        assert table.find("caption"), f"{url}: a table without a caption"
    for head in elements.named("th"):
        assert head.get("scope"), f"{url}: a th without scope: {head}"


def _check_without_scripts(url: str, elements: Elements) -> None:
    """Whatever htmx does, a form does as well where no script runs."""
    does = ("get", "post", "put", "patch", "delete")
    for element in (one for method in does for one in elements.having(f"hx-{method}")):
        if str(element.get("hx-trigger", "")).startswith("every "):
            # It shows again what stands on the page already.
            continue
        where = f"{url}: what htmx does on <{element.name}>"
        if element.get("hx-trigger") == "load":
            links = [link for link in element.find_all("a") if link["href"] == element["hx-get"]]
            assert links, f"{where} is behind no link of it"
            continue
        assert element.name == "form", f"{where} has no form to do it without"
        method = str(element.get("method", "")).lower()
        assert element.has_attr(f"hx-{method}"), f"{where} is not what its form does"
        if element.has_attr("data-autosave"):
            continue
        path = str(element[f"hx-{method}"]).partition("?")[0]
        assert path == str(element["action"]).partition("?")[0], f"{where} goes elsewhere"
        inside = [one for one in element.find_all("button") if _sends(one)]
        # A button of the same form may stand outside it.
        outside = [one for one in elements.named("button") if one.get("form") == element.get("id")]
        assert inside or (element.get("id") and outside), f"{where} has no button"
    for button in elements.named("button"):
        if button.get("type") == "button":
            hidden = button.has_attr("hidden") or button.find_parent(hidden=True)
            waits = hidden or button.find_parent("dialog")
            assert waits, f"{url}: {words(button)} does nothing without scripts"


def _sends(button: Tag) -> bool:
    return button.get("type") != "button" and not button.has_attr("hidden")
