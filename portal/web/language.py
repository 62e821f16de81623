"""Which language a reader is answered in, and how they choose another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from babel.support import NullTranslations, Translations
from flask import Blueprint, Flask, Response, g, make_response, redirect, request
from flask_babel import Babel
from flask_babel import Domain as BabelDomain
from markupsafe import Markup

from portal.paths import TRANSLATIONS
from portal.shared.names import DEFAULT_LANGUAGE, LANGUAGES
from portal.web.addresses import page_address, safe_address
from portal.web.unit import current_person, services

COOKIE = "siirtyma_language"
IN_THE_CODE = "en"
"""What the texts of the code are written in, so that it needs no catalogue."""
A_YEAR = 365 * 24 * 3600
OWN_NAMES = {"fi": "Suomeksi", "sv": "På svenska", "en": "In English"}

bp = Blueprint("language", __name__)


def install(app: Flask) -> None:
    """Say everything in the reader's language."""
    babel = Babel(
        app,
        default_locale=DEFAULT_LANGUAGE,
        default_timezone="Europe/Helsinki",
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=chosen_language,
    )
    missing: set[tuple[str, str]] | None = None
    if app.testing:
        missing = app.extensions["missing_translations"] = set()
    babel.domain_instance = domain = _Domain(missing)
    app.jinja_env.globals.update(_=domain.text, gettext=domain.text, ngettext=domain.counted)
    app.jinja_env.globals.update(
        current_language=current_language, page_address=page_address, own_names=OWN_NAMES
    )
    app.register_blueprint(bp)


def current_language() -> str:
    """The language of this answer: fi, sv or en."""
    # A page asks hundreds of times, so that even looking whether it is known would count.
    try:
        return cast("str", g.portal_language)
    except AttributeError:
        g.portal_language = chosen_language()
        return cast("str", g.portal_language)
    except RuntimeError:  # no request and no command is being answered
        return DEFAULT_LANGUAGE


@contextmanager
def answering_in(language: str) -> Iterator[None]:
    """Say what comes inside in that language, whatever the reader's was before."""
    before = current_language()
    g.portal_language = language
    try:
        yield
    finally:
        g.portal_language = before


def chosen_language() -> str:
    """The reader's choice in this browser or account, else the browser's wish, else Finnish."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    person = current_person()
    if person is not None and person.language in LANGUAGES:
        return str(person.language)
    wished = request.accept_languages.best_match(LANGUAGES)
    return wished or DEFAULT_LANGUAGE


@bp.post("/language")
def choose() -> Response:
    """Remember the choice in this browser and go back to the page it was made on."""
    response = make_response(redirect(safe_address(request.form.get("next")), code=303))
    language = request.form.get("language")
    if language in LANGUAGES:
        remember(response, str(language))
    return response


def remember(response: Response, language: str) -> None:
    """Keep the choice in a cookie for a year."""
    response.set_cookie(
        COOKIE,
        language,
        max_age=A_YEAR,
        httponly=True,
        samesite="Lax",
        secure=services().settings.secure_cookies,
    )


class _Domain(BabelDomain):  # type: ignore[misc]  # the library has no types
    """The catalogues by the reader's language, and the texts that templates take from them.

    ``missing``, where it is given, learns each text that the catalogue of a language lacks.
    """

    def __init__(self, missing: set[tuple[str, str]] | None) -> None:
        super().__init__()
        self._missing = missing
        self._known: dict[str, Any] = {}
        self._texts: dict[tuple[str, str], Markup] = {}

    def get_translations(self) -> Any:
        language = current_language()
        found = self._known.get(language)
        if found is None:
            found = self._known[language] = Translations.load(TRANSLATIONS, [language])
            if self._missing is not None and language != IN_THE_CODE:
                found.add_fallback(_Missing(language, self._missing))
        return found

    def text(self, message: str, /, **values: Any) -> Markup:
        """A text with the values put into it; they are escaped, its own marks are not."""
        if not values:
            return self._plain(message)
        return Markup(self.get_translations().ugettext(message)) % values  # noqa: S704  # ours

    def _plain(self, message: str) -> Markup:
        key = (current_language(), message)
        text = self._texts.get(key)
        if text is None:
            # Each text is a format, so that two signs of percent are one also where nothing is put.
            text = Markup(self.get_translations().ugettext(message)) % {}  # noqa: S704  # ours
            if self._missing is None:
                self._texts[key] = text
        return text

    def counted(self, one: str, many: str, num: int, /, **values: Any) -> Markup:
        """The form for that number, which is ``num`` in it unless it is given in words."""
        text = self.get_translations().ungettext(one, many, num)
        return Markup(text) % {"num": num, **values}  # noqa: S704  # ours


class _Missing(NullTranslations):
    """What is asked when a catalogue has no answer."""

    def __init__(self, language: str, missing: set[tuple[str, str]]) -> None:
        super().__init__()
        self._asked = language
        self._seen = missing

    def gettext(self, message: str) -> str:
        self._seen.add((self._asked, message))
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self._seen.add((self._asked, msgid1))
        return msgid1 if n == 1 else msgid2

    ugettext = gettext
    ungettext = ngettext
