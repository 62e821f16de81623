"""What an organisation's own qualification unit is made of."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.shared.errors import RuleBroken
from portal.shared.names import DEFAULT_LANGUAGE
from portal.training_forms.shape import Field


@dataclass(frozen=True)
class UnitTerms:
    """The key of a field, the unit's name by language, and an example of sensible use."""

    field: str
    name: Mapping[str, str]
    example: Mapping[str, str] = dataclasses.field(default_factory=dict)


def require_unit(
    terms: UnitTerms, into: Field | None, own_names: Iterable[Mapping[str, str]]
) -> None:
    """Refuses by ``field_unknown``, ``text_missing`` (no Finnish name) or ``unit_known``."""
    if into is None:
        raise RuleBroken("field_unknown", field="field")
    name = _plain(terms.name)
    if not name:
        raise RuleBroken("text_missing", field="name_fi")
    if name in {_plain(one) for one in (*(unit.name for unit in into.units), *own_names)}:
        raise RuleBroken("unit_known", field="name_fi")


def _plain(names: Mapping[str, str]) -> str:
    return " ".join(names.get(DEFAULT_LANGUAGE, "").split()).casefold()
