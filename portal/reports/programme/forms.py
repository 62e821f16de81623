"""The form of a selection, which is sent in the address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from portal.indicators.rules import Period
from portal.reports.programme.queries import Choices
from portal.reports.programme.rules import Selection
from portal.shared.names import name_in
from portal.web.fields import ChecksField, DayField, optional
from portal.web.forms import PortalForm
from portal.web.language import current_language

_KEYED = ("contracts", "lots", "providers", "buyers")
_WORDED = ("forms", "regions")


class SelectionForm(PortalForm):
    """Which contracts and which period; nothing chosen is everything."""

    class Meta(PortalForm.Meta):
        """It changes nothing, so it carries no token, which would stay in the address."""

        csrf = False

    first = DayField(
        _l("First day"),
        [optional()],
        description=_l("Those who started are counted by their start, results by the end."),
    )
    last = DayField(_l("Last day"), [optional()])
    providers = ChecksField(_l("Provider"), validate_choice=False)
    buyers = ChecksField(_l("Buyer"), validate_choice=False)
    regions = ChecksField(_l("Region"), validate_choice=False)
    forms = ChecksField(_l("Form of training"), validate_choice=False)
    lots = ChecksField(_l("Lot"), validate_choice=False)
    contracts = ChecksField(_l("Contract"), validate_choice=False)

    def selection(self) -> Selection:
        """What was asked for; what is no key at all is left out, like a key of nothing."""
        keys: dict[str, Any] = {name: _keys(self[name].data) for name in _KEYED}
        words: dict[str, Any] = {name: tuple(self[name].data or ()) for name in _WORDED}
        return Selection(**keys, **words, period=Period(self.first.data, self.last.data))

    def offer(self, choices: Choices) -> None:
        """Fill in what can be chosen."""
        language = current_language()
        for name in (*_KEYED, *_WORDED):
            self[name].choices = [
                (key, _called(called, language)) for key, called in getattr(choices, name)
            ]


class PeriodForm(PortalForm):
    """The period of a report that is kept."""

    first = DayField(_l("First day"), [optional()])
    last = DayField(_l("Last day"), [optional()])


def _keys(given: Iterable[str] | None) -> tuple[UUID, ...]:
    found = []
    for text in given or ():
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return tuple(found)


def _called(called: str | Mapping[str, str], language: str) -> str:
    return called if isinstance(called, str) else name_in(called, language)
