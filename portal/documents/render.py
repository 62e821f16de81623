"""HTML turned into PDF. The same input gives the same bytes, in every process.

Nothing outside the bundled fonts can be reached from a document, whatever its texts say.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from importlib.resources import files
from io import BytesIO
from threading import Lock
from typing import Any
from urllib.parse import unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from weasyprint import CSS, HTML, Attachment
from weasyprint.css import ColorProfile
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from portal.documents.catalogue import kinds
from portal.documents.claims import claiming
from portal.documents.content import IDENTIFIER, NAME, Content, content_of
from portal.documents.hyphens import add_finnish, keep_codes_whole
from portal.documents.packing import make_once
from portal.documents.plain import require_plain
from portal.language import formats
from portal.language.texts import translations
from portal.paths import DOCUMENTS, STATIC
from portal.shared.names import name_in

FONTS = STATIC / "fonts"
VARIANT = "pdf/a-3a"
# One font configuration serves the whole process, and laying out changes it.
_LAYOUT = Lock()
# The generation that holds all that was made while the collector rested.
_YOUNGEST = 0


@dataclass(frozen=True)
class Rendered:
    """A finished PDF with its SHA-256, the number of its pages, and the hash of its content."""

    pdf: bytes
    sha256: str
    pages: int
    content_sha256: str | None = None


def render(kind: str, language: str, context: dict[str, Any]) -> Rendered:
    """Make a document of ``templates/documents/<kind>`` in one language.

    ``context`` is as the kind's preview.yaml writes it; its ``made_at`` is the document's time.
    Raises NotPlain for a context of anything but plain values, KeyError for an unknown kind, and
    jinja2.UndefinedError where the context lacks something.
    """
    require_plain(context)
    content = content_of(kind, language, context)
    html = html_of(kind, language, context)
    identifier = hashlib.sha256(f"{kind}\n{language}\n{html}".encode()).digest()[:16]
    with _LAYOUT, _garbage_gone_afterwards():
        pdf, pages = _printed(kind, content, html, identifier, context["made_at"])
    return Rendered(pdf, hashlib.sha256(pdf).hexdigest(), pages, content.sha256)


@contextmanager
def _garbage_gone_afterwards() -> Iterator[None]:
    """Let the collector of garbage rest until all that was made is garbage, and then take it.

    While a document is laid out, nearly all that is made lives, and asking for it again and again
    costs a tenth of the time. What outlived the layout would be old garbage, which piles up.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.collect(_YOUNGEST)
            gc.enable()


def _printed(
    kind: str, content: Content, html: str, identifier: bytes, made_at: datetime
) -> tuple[bytes, int]:
    """The PDF of a page with the number of its pages; what it was made of ends with the call."""
    source = HTML(
        string=keep_codes_whole(html), url_fetcher=URLFetcher(allowed_protocols=("data",))
    )
    document = source.render(
        font_config=_fonts(),
        stylesheets=[_base_style(), _style(kind)],
        pdf_variant=VARIANT,
    )
    document.color_profiles["srgb"] = ColorProfile(
        BytesIO(_srgb()), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"])
    )
    if kinds()[kind].data:
        document.metadata.attachments.append(_attached(content, made_at))
    pdf = document.write_pdf(
        finisher=_finishing(content),
        pdf_identifier=identifier,
        pdf_variant=VARIANT,
        output_intent="given",
    )
    return pdf, len(document.pages)


def _finishing(content: Content) -> Callable[[Any, Any], None]:
    claim = claiming(IDENTIFIER + content.sha256)

    def finish(document: Any, pdf: Any) -> None:
        claim(document, pdf)
        make_once(pdf)

    return finish


def _attached(content: Content, made_at: datetime) -> Attachment:
    at = made_at.astimezone(UTC)
    return Attachment(
        file_obj=BytesIO(content.data),
        name=NAME,
        description="The content of this document, as canonical JSON",
        relationship="Source",
        created=at,
        modified=at,
    )


def html_of(kind: str, language: str, context: dict[str, Any]) -> str:
    """The page that becomes the PDF."""
    made = context["made_at"].astimezone(UTC).isoformat(timespec="seconds")
    template = _environment().get_template(f"{kind}/document.html")
    return template.render(
        **context,
        language=language,
        document_title=name_in(kinds()[kind].title, language),
        document_version=kinds()[kind].version,
        content_sha256=content_of(kind, language, context).sha256,
        made_at_utc=made.replace("+00:00", "Z"),
    )


class _FontsOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Reaches the bundled fonts and nothing else."""

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        parts = urlsplit(url)
        name = unquote(parts.path).rsplit("/", 1)[-1]
        if parts.scheme != "file" or url != (FONTS / name).as_uri():
            raise ValueError(f"not one of the bundled fonts: {url}")
        return super().fetch(url, headers)


@cache
def _srgb() -> bytes:
    # Given by us because WeasyPrint, left to itself, leaves its file open at every rendering.
    return (files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()


@cache
def _fonts() -> FontConfiguration:
    add_finnish()
    return FontConfiguration()


@cache
def _base_style() -> CSS:
    return CSS(
        string=(DOCUMENTS / "_base.css").read_text(encoding="utf-8"),
        base_url=FONTS.as_uri() + "/",
        font_config=_fonts(),
        url_fetcher=_FontsOnly(allowed_protocols=("file",)),
    )


@cache
def _style(kind: str) -> CSS:
    return CSS(
        string=(DOCUMENTS / kind / "print.css").read_text(encoding="utf-8"),
        font_config=_fonts(),
        url_fetcher=_FontsOnly(allowed_protocols=("file",)),
    )


@pass_context
def _gettext(context: Context, text: str) -> str:
    return translations(context["language"]).gettext(text)


@pass_context
def _ngettext(context: Context, one: str, many: str, n: int) -> str:
    return translations(context["language"]).ngettext(one, many, n)


@pass_context
def _day(context: Context, value: date) -> str:
    return formats.day(value, context["language"])


@pass_context
def _day_of_year(context: Context, value: int, month: int) -> str:
    return formats.day_of_year(value, month, context["language"])


@pass_context
def _clock(context: Context, value: datetime | time, seconds: bool = False) -> str:
    return formats.clock(value, context["language"], seconds)


@pass_context
def _instant(context: Context, value: datetime, seconds: bool = False) -> str:
    return formats.instant(value, context["language"], seconds)


@pass_context
def _money(context: Context, value: Decimal) -> str:
    return formats.money(value, context["language"])


@pass_context
def _number(context: Context, value: Decimal | int, places: int | None = None) -> str:
    return formats.number(value, context["language"], places)


@pass_context
def _name(context: Context, names: Mapping[str, str]) -> str:
    return name_in(names, context["language"])


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(DOCUMENTS),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # of the i18n extension
        _gettext, _ngettext, newstyle=True
    )
    environment.filters.update(
        day=_day,
        day_of_year=_day_of_year,
        clock=_clock,
        instant=_instant,
        money=_money,
        number=_number,
        name=_name,
    )
    return environment
