"""The form of a search in the record, which is sent in the address."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l

from portal.auditing.queries import EntriesPage, Search
from portal.auditing.words import act_in_words
from portal.shared.clock import from_local
from portal.shared.names import name_in
from portal.web.fields import ChoiceField, DayField, TextField, optional
from portal.web.forms import PortalForm
from portal.web.language import current_language


class _InAddress(PortalForm):
    """A form that changes nothing, so it carries no token, which would stay in the address."""

    class Meta(PortalForm.Meta):
        """As above."""

        csrf = False


class ReadsForm(_InAddress):
    """Whose readings of which procurement, on which days."""

    procurement = ChoiceField(_l("Procurement"), [optional()], validate_choice=False)
    person = TextField(_l("Person"), [optional()], description=_l("The name or a part of it."))
    first = DayField(_l("First day"), [optional()])
    last = DayField(_l("Last day"), [optional()])

    def search(self) -> Search:
        """What was asked for; a key that is none finds nothing of the record."""
        return Search(
            procurement=_key(self.procurement.data),
            person=(self.person.data or "").strip(),
            since=_begin(self.first),
            before=_begin(self.last, days=1),
        )

    def offer_procurements(self, listed: Iterable[tuple[UUID, str, dict[str, str]]]) -> None:
        """Fill in which procurements can be chosen."""
        language = current_language()
        self.procurement.choices = [
            ("", _l("All")),
            *((str(key), f"{ref} {name_in(title, language)}") for key, ref, title in listed),
        ]


class EntriesForm(ReadsForm):
    """Which entries of the record."""

    act = ChoiceField(_l("Act"), [optional()], validate_choice=False)
    outcome = ChoiceField(
        _l("Outcome"),
        [optional()],
        choices=[("", _l("All")), ("done", _l("Done")), ("denied", _l("Refused"))],
        validate_choice=False,
    )
    rule = TextField(
        _l("Rule"),
        [optional()],
        description=_l("The name of the rule that refused, as the list shows it."),
    )

    def search(self) -> Search:
        """As above, with the act, its outcome and the rule that refused it."""
        asked = super().search()
        return Search(
            procurement=asked.procurement,
            person=asked.person,
            since=asked.since,
            before=asked.before,
            act=self.act.data or "",
            outcome=self.outcome.data or "",
            rule=(self.rule.data or "").strip(),
        )

    def offer(self, found: EntriesPage) -> None:
        """Fill in what can be chosen."""
        self.offer_procurements(found.procurements)
        language = current_language()
        named = [(act, act_in_words(act, language) or act) for act in found.acts]
        self.act.choices = [("", _l("All")), *sorted(named, key=lambda pair: pair[1])]


NOTHING = UUID(int=0)
"""The key of no procurement."""


def _key(text: str | None) -> UUID | None:
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        return NOTHING


def _begin(field: DayField, *, days: int = 0) -> datetime | None:
    if field.data is None:
        return None
    return from_local(datetime.combine(field.data + timedelta(days=days), time()))
