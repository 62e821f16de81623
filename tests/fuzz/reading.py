"""What a page offers: its links, and its forms with all their fields."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from tests.fuzz.values import MARK, kind_of

_PARSER = html.HTMLParser(encoding="utf-8")


@dataclass(frozen=True)
class Field:
    """One field: its name, what it seems to be for, what it sends untouched, what it offers."""

    name: str
    of_type: str
    kind: str
    values: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Form:
    """One form as it stands on a page."""

    page: str
    action: str
    method: str
    enctype: str
    fields: tuple[Field, ...]
    htmx: bool = False

    @property
    def signature(self) -> tuple[str, tuple[str, ...]]:
        """The same for the same form on pages of other things."""
        return self.method, tuple(sorted({one.name for one in self.fields}))


@dataclass
class Reading:
    """One page read."""

    title: str = ""
    language: str = ""
    links: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    has_summary: bool = False
    strange: list[str] = field(default_factory=list)
    """Elements and attributes that only a value of ours can have made."""
    inline: list[str] = field(default_factory=list)
    """Scripts, styles and handlers that stand in the page itself."""


def read(url: str, content: bytes) -> Reading:
    """Read a page; an empty one for an answer without any."""
    reading = Reading()
    if not content.strip():
        return reading
    tree = html.document_fromstring(content, parser=_PARSER)
    reading.language = tree.get("lang", "")
    reading.title = (tree.findtext(".//title") or "").strip()
    for element in tree.iter():
        if isinstance(element.tag, str):
            _look_at(element, url, reading)
    reading.forms = [_form(one, url) for one in tree.iter("form")]
    return reading


NEVER_OURS = {
    "applet", "audio", "base", "custom-zq", "embed", "iframe", "isindex", "keygen",
    "marquee", "math", "noscript", "object", "template", "video", "xss",
}  # fmt: skip
"""Elements that no template of the portal has."""


def _look_at(element: etree._Element, url: str, reading: Reading) -> None:
    tag = element.tag
    if tag.startswith(MARK) or tag in NEVER_OURS:
        reading.strange.append(f"<{tag}>")
    for name in element.attrib:
        if name.startswith(MARK):
            reading.strange.append(f"<{tag} {name}>")
        elif name in ("src", "href", "action", "formaction", "srcdoc") and _is_strange(
            element.get(name)
        ):
            reading.strange.append(f"<{tag} {name}={element.get(name)[:40]}>")
        elif name == "style" or name.startswith(("on", "hx-on")):
            reading.inline.append(f"<{tag} {name}>")
    if tag == "style" or (tag == "script" and not element.get("src")):
        reading.inline.append(f"<{tag}>")
    if tag == "a" and element.get("href"):
        link = _inside(url, element.get("href"))
        if link is not None:
            reading.links.append(link)
    if element.get("id") == "error-summary":
        reading.has_summary = True


def _is_strange(address: str) -> bool:
    """Whether an address of an element runs something or leads to where the corpus does."""
    plain = re.sub(r"[\x00-\x20]", "", address).lower()
    return plain.startswith(("javascript:", "data:", "vbscript:", "//")) or "zq.example/x" in plain


def _inside(url: str, href: str) -> str | None:
    """The link's path and query, where it stays in the portal."""
    try:
        parts = urlsplit(urljoin(f"http://localhost{url}", href))
    except ValueError:
        return None
    if parts.netloc != "localhost" or parts.scheme != "http" or href.startswith("#"):
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _form(form: etree._Element, url: str) -> Form:
    action = _inside(url, form.get("action") or url) or url
    return Form(
        url,
        action,
        form.get("method", "get").upper(),
        form.get("enctype", "application/x-www-form-urlencoded"),
        tuple(_fields(form)),
        any(name.startswith("hx-") for name in form.attrib),
    )


def _fields(form: etree._Element) -> list[Field]:
    found: dict[str, Field] = {}
    for element in form.iter("input", "select", "textarea", "button"):
        name = element.get("name")
        if not name or element.get("disabled") is not None:
            continue
        one = _field(element, name)
        before = found.get(name)
        if before is not None:
            one = Field(
                name,
                before.of_type,
                before.kind,
                before.values + one.values,
                before.options + one.options,
            )
        found[name] = one
    return list(found.values())


def _field(element: etree._Element, name: str) -> Field:
    if element.tag == "textarea":
        text = (element.text or "").removeprefix("\n")
        return Field(name, "textarea", kind_of(name, "textarea", text, ""), (text,))
    if element.tag == "select":
        options = [(one.get("value", one.text or ""), one) for one in element.iter("option")]
        chosen = tuple(value for value, one in options if one.get("selected") is not None)
        if not chosen and element.get("multiple") is None:
            chosen = tuple(value for value, _one in options[:1])
        offered = tuple(value for value, _one in options)
        return Field(name, "select", "choice", chosen, offered)
    of_type = element.get("type", "submit" if element.tag == "button" else "text")
    value = element.get("value", "")
    kind = kind_of(name, of_type, value, element.get("inputmode", ""))
    if of_type in ("checkbox", "radio"):
        checked = (value or "on",) if element.get("checked") is not None else ()
        return Field(name, of_type, kind, checked, (value or "on",))
    if of_type == "submit":
        return Field(name, of_type, "choice", (), (value,))
    if of_type == "file":
        return Field(name, of_type, "file")
    return Field(name, of_type, kind, (value,))
