"""Texts come from the compiled catalogues, and are English without one."""

from __future__ import annotations

from portal.language.texts import gettext_in, translations


def test_a_text_without_a_translation_is_its_english() -> None:
    assert gettext_in("en")("No such text in any catalogue.") == "No such text in any catalogue."
    assert translations("fi").ngettext("one nothing", "many nothings", 2) == "many nothings"
