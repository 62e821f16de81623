"""The form of a criterion of the call's own: the same parts as those of the bank."""

from __future__ import annotations

from collections.abc import Mapping
from types import new_class
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.procurement.forms.typed import (
    LONGEST_LINE,
    LONGEST_TEXT,
    RevisionForm,
    above_zero,
    names_shown,
    names_typed,
)
from portal.procurement.rules import CriterionTerms
from portal.shared.names import DEFAULT_LANGUAGE, LANGUAGES
from portal.web.fields import (
    LongTextField,
    NumberField,
    TextField,
    at_most_characters,
    optional,
    required,
    within,
)

_LINE, _TEXT = at_most_characters(LONGEST_LINE), at_most_characters(LONGEST_TEXT)


class OwnCriterionForm(RevisionForm):
    """The base of the form that `own_criterion_form` builds for one scale."""

    scale_top = 0
    weight = NumberField(_l("Weight of this criterion"), [required(), above_zero, within(most=100)])

    def part(self, name: str) -> list[Any]:
        """The fields of a part, a language each."""
        return [self[f"{name}_{language}"] for language in LANGUAGES]

    @property
    def values(self) -> list[int]:
        """The points of the scale."""
        return list(range(self.scale_top + 1))

    def validate(self, extra_validators: Any = None) -> bool:
        """Each translation of the facts has as many of them as the Finnish text."""
        right = bool(super().validate(extra_validators))
        for value in self.values:
            facts = self._facts(value)
            wanted = len(facts[DEFAULT_LANGUAGE])
            for language, given in facts.items():
                if given and wanted and len(given) != wanted:
                    field = self[f"facts{value}_{language}"]
                    field.errors = [_("Write as many facts as in Finnish, one on each line.")]
                    right = False
        return right

    def _facts(self, value: int) -> dict[str, list[str]]:
        typed = {language: self[f"facts{value}_{language}"].data or "" for language in LANGUAGES}
        return {
            language: [line.strip() for line in text.splitlines() if line.strip()]
            for language, text in typed.items()
        }

    def criterion(self, key: str) -> CriterionTerms:
        """What was typed, in the form of the bank."""
        assert self.weight.data is not None
        return CriterionTerms(
            key,
            self.weight.data,
            question=names_typed(self, "question"),
            text={
                "title": names_typed(self, "title"),
                "guidance": names_typed(self, "guidance"),
                "points": [
                    {"value": value, "facts": _by_fact(self._facts(value))} for value in self.values
                ],
            },
        )


def _by_fact(facts: Mapping[str, list[str]]) -> list[dict[str, str]]:
    count = len(facts[DEFAULT_LANGUAGE])
    return [
        {language: texts[n] for language, texts in facts.items() if len(texts) == count}
        for n in range(count)
    ]


def own_criterion_form(
    scale_top: int, revision: int, criterion: CriterionTerms | None = None
) -> OwnCriterionForm:
    """The form for a scale: with what was typed, else with what the criterion says."""
    fields: dict[str, Any] = {"scale_top": scale_top}
    for name, labels, kind, rule in _parts(scale_top):
        for language in LANGUAGES:
            must = required() if language == DEFAULT_LANGUAGE else optional()
            fields[f"{name}_{language}"] = kind(labels[language], [must, rule])
    built: type[OwnCriterionForm] = new_class(
        "ScaledOwnCriterionForm", (OwnCriterionForm,), exec_body=lambda body: body.update(fields)
    )
    return built(data={"revision": revision} | (_values(criterion) if criterion else {}))


def _parts(scale_top: int) -> list[tuple[str, dict[str, str], Any, Any]]:
    parts = [
        (
            "title",
            {
                "fi": _("Title in Finnish"),
                "sv": _("Title in Swedish"),
                "en": _("Title in English"),
            },
            TextField,
            _LINE,
        ),
        (
            "question",
            {
                "fi": _("Question in Finnish"),
                "sv": _("Question in Swedish"),
                "en": _("Question in English"),
            },
            LongTextField,
            _TEXT,
        ),
        (
            "guidance",
            {
                "fi": _("What counts as evidence, in Finnish"),
                "sv": _("What counts as evidence, in Swedish"),
                "en": _("What counts as evidence, in English"),
            },
            LongTextField,
            _TEXT,
        ),
    ]
    parts += [
        (
            f"facts{value}",
            {
                "fi": _("Facts for %(n)s, in Finnish", n=value),
                "sv": _("Facts for %(n)s, in Swedish", n=value),
                "en": _("Facts for %(n)s, in English", n=value),
            },
            LongTextField,
            _TEXT,
        )
        for value in range(scale_top + 1)
    ]
    return parts


def _values(criterion: CriterionTerms) -> dict[str, Any]:
    text = criterion.text or {}
    values: dict[str, Any] = {"weight": criterion.weight}
    values |= names_shown("question", criterion.question or {})
    for part in ("title", "guidance"):
        values |= names_shown(part, text.get(part) or {})
    for point in text.get("points", ()):
        for language in LANGUAGES:
            facts = [fact[language] for fact in point["facts"] if language in fact]
            values[f"facts{point['value']}_{language}"] = "\n".join(facts)
    return values
