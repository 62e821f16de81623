"""Values as the standard writes them: numbers, moments, days, names, parties."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from portal.reports.open_data.rules.facts import Party
from portal.shared.clock import HELSINKI
from portal.shared.names import DEFAULT_LANGUAGE, LANGUAGES, name_in

CURRENCY = "EUR"
# The Finnish business information system in the register of org-id.guide.
BUSINESS_IDS = "FI-PRO"

Plain = dict[str, Any]


def number(value: Decimal | int) -> int | float:
    """A JSON number, whole where it is."""
    return int(value) if value == int(value) else float(value)


def money(value: Decimal) -> Plain:
    """Euros without value added tax."""
    return {"amount": number(value), "currency": CURRENCY}


def instant(at: datetime) -> str:
    """A moment in UTC, to the second, which is how times are shown everywhere."""
    return at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def first_moment(day: date) -> datetime:
    """The day's first moment in Finland."""
    return datetime.combine(day, time(), tzinfo=HELSINKI)


def day_begins(day: date) -> str:
    """The day as the beginning of a period."""
    return first_moment(day).isoformat()


def day_ends(day: date) -> str:
    """The day as the end of a period: its own last second is within."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=HELSINKI).isoformat()


def after(day: date) -> datetime:
    """The first moment that is after the day."""
    return first_moment(day + timedelta(days=1))


def texts(field: str, names: Mapping[str, str]) -> Plain:
    """A text in Finnish, and in other languages as ``FIELD_LANGUAGE``; nothing without one."""
    told = name_in(names, DEFAULT_LANGUAGE)
    others = {
        f"{field}_{language}": names[language]
        for language in LANGUAGES
        if language != DEFAULT_LANGUAGE and names.get(language)
    }
    return {field: told, **others} if told else {}


def party_id(party: Party) -> str:
    """What other parts of a release know the organisation by."""
    return f"{BUSINESS_IDS}-{party.business_id}" if party.business_id else str(party.key)


def reference(party: Party) -> Plain:
    """A mention of an organisation."""
    return {"id": party_id(party), "name": name_in(party.name, DEFAULT_LANGUAGE)}


def organisation(party: Party, roles: tuple[str, ...]) -> Plain:
    """An organisation in its roles: names and its business id, and nobody who works there."""
    told: Plain = {"id": party_id(party), **texts("name", party.name)}
    if party.business_id:
        told["identifier"] = {
            "scheme": BUSINESS_IDS,
            "id": party.business_id,
            "legalName": name_in(party.name, DEFAULT_LANGUAGE),
        }
    return {**told, "roles": list(roles)}


def only_given(told: Plain) -> Plain:
    """Without what is not known: absence says it, and null would take away what stood."""
    return {name: value for name, value in told.items() if value is not None}
