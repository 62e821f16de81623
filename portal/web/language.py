"""Which language a reader is answered in, and how they choose another."""

from __future__ import annotations

from typing import Any

from babel.support import NullTranslations
from flask import Blueprint, Flask, Response, make_response, redirect, request
from flask_babel import Babel, get_locale
from flask_babel import Domain as BabelDomain

from portal.paths import TRANSLATIONS
from portal.shared.names import DEFAULT_LANGUAGE, LANGUAGES
from portal.web.addresses import page_address, safe_address
from portal.web.unit import current_person, services

COOKIE = "siirtyma_language"
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
    babel.domain_instance = _Domain()
    if app.testing:
        missing: set[tuple[str, str]] = set()
        app.extensions["missing_translations"] = missing
        babel.domain_instance = _RecordingDomain(missing)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of the i18n extension
        lambda text: babel.domain_instance.get_translations().ugettext(text),
        lambda one, many, n: babel.domain_instance.get_translations().ungettext(one, many, n),
        newstyle=True,
    )
    app.jinja_env.globals.update(
        current_language=current_language, page_address=page_address, own_names=OWN_NAMES
    )
    app.register_blueprint(bp)


def current_language() -> str:
    """The language of this answer: fi, sv or en."""
    locale = get_locale()
    return locale.language if locale is not None else DEFAULT_LANGUAGE


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
    """The catalogues, found by the language alone: a page asks for a text a hundred times."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, Any] = {}

    def get_translations(self) -> Any:
        locale = get_locale()
        if locale is None:
            return super().get_translations()
        found = self._known.get(locale.language)
        if found is None:
            found = self._known[locale.language] = super().get_translations()
        return found


class _RecordingDomain(BabelDomain):  # type: ignore[misc]  # the library has no types
    """Notes each text that the catalogue of the reader's language lacks."""

    def __init__(self, missing: set[tuple[str, str]]) -> None:
        super().__init__()
        self._missing = missing

    def get_translations(self) -> Any:
        translations = super().get_translations()
        language = current_language()
        if language != "en" and translations._fallback is None:
            translations.add_fallback(_Missing(language, self._missing))
        return translations


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
