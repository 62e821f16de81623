"""What a provider card says, how its state moves, and when it is out of date."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from portal.shared.errors import RuleBroken
from portal.shared.identity_codes import require_no_identity_code
from portal.shared.names import DEFAULT_LANGUAGE, name_in
from portal.shared.transitions import status_after

WHOLE_COUNTRY = "whole_country"
"""The entry of the regions that takes the place of all others."""
MOST_ENTRIES = 30
"""So many of one list a card may name; more would say nothing."""
_LONGEST_SORTED = 80


class CardState(StrEnum):
    """Where a card is in its life."""

    SHOWN = "card_shown"
    WITHDRAWN = "card_withdrawn"


CARD_TRANSITIONS: dict[str, tuple[CardState, CardState]] = {
    "write_card": (CardState.SHOWN, CardState.SHOWN),
    "confirm_card": (CardState.SHOWN, CardState.SHOWN),
    "remark_on_card": (CardState.SHOWN, CardState.SHOWN),
    "answer_remark": (CardState.SHOWN, CardState.SHOWN),
    "withdraw_card": (CardState.SHOWN, CardState.WITHDRAWN),
}
"""The one table that moves a card: act → from, to."""


def card_after(state: str, act: str) -> CardState:
    """The state after an act. Raises ``wrong_state`` where the table has no such move."""
    return status_after(CARD_TRANSITIONS, state, act)


class EntryKind(StrEnum):
    """The lists that a card chooses from."""

    STAGE = "stage"
    FIELD = "field"
    SUPPORT = "support"
    REGION = "region"


Texts = Mapping[str, str]


@dataclass(frozen=True)
class CardTerms:
    """What a provider says of one of its services (the study, lines 1104-1108).

    Texts are by language; ``entries`` are keys of the lists; ``area`` names employment areas or
    municipalities in the provider's own words.
    """

    title: Texts
    description: Texts
    services: Texts = field(default_factory=dict)
    target_groups: Texts = field(default_factory=dict)
    preconditions: Texts = field(default_factory=dict)
    entries: Mapping[EntryKind, Collection[str]] = field(default_factory=dict)
    area: str = ""
    contact_name: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""


def require_card(terms: CardTerms, known: Mapping[EntryKind, Collection[str]]) -> None:
    """Refuses a card that would help nobody.

    By ``text_missing`` one without a title or a description in any language, by ``stage_missing``
    and ``region_missing`` one that is of no stage or region, by ``entry_unknown`` a key that is on
    no list, by ``contact_missing`` one without a telephone number or an address, by
    ``address_unusable`` a web address that no browser opens, by ``identity_code`` a personal
    identity code in a text.
    """
    for name in ("title", "description"):
        if not any(text.strip() for text in getattr(terms, name).values()):
            raise RuleBroken("text_missing", field=f"{name}_{DEFAULT_LANGUAGE}")
    for kind, chosen in terms.entries.items():
        if len(chosen) > MOST_ENTRIES or not set(chosen) <= set(known[kind]):
            raise RuleBroken("entry_unknown", field=kind)
    if not terms.entries.get(EntryKind.STAGE):
        raise RuleBroken("stage_missing", field=EntryKind.STAGE)
    if not terms.entries.get(EntryKind.REGION):
        raise RuleBroken("region_missing", field=EntryKind.REGION)
    if not terms.phone.strip() and not terms.email.strip():
        raise RuleBroken("contact_missing", field="phone")
    if terms.website and not terms.website.startswith(("https://", "http://")):
        raise RuleBroken("address_unusable", field="website")
    for name in ("title", "description", "services", "target_groups", "preconditions"):
        texts = getattr(terms, name)
        require_no_identity_code(*((f"{name}_{key}", text) for key, text in texts.items()))


def entries_to_keep(
    entries: Mapping[EntryKind, Collection[str]],
) -> list[tuple[EntryKind, str]]:
    """Each entry once, in a fixed order; the whole country takes the place of its regions."""
    kept: list[tuple[EntryKind, str]] = []
    for kind in EntryKind:
        chosen = sorted(set(entries.get(kind, ())))
        if kind == EntryKind.REGION and WHOLE_COUNTRY in chosen:
            chosen = [WHOLE_COUNTRY]
        kept += [(kind, key) for key in chosen]
    return kept


def due_day(confirmed_on: date, days: int) -> date:
    """The last day on which a card that was confirmed then is held to be true."""
    return confirmed_on + timedelta(days=days)


def is_out_of_date(confirmed_on: date, today: date, days: int) -> bool:
    """Whether nobody has confirmed the card for more than so many days."""
    return today > due_day(confirmed_on, days)


def out_of_date_before(today: date, days: int) -> date:
    """Whatever was last confirmed before that day is out of date today."""
    return today - timedelta(days=days)


_FINNISH_ORDER = str.maketrans({"å": "{", "ä": "|", "ö": "}"})


def sorted_as(title: Texts) -> str:
    """By what a card is put in order: å, ä and ö come last, as in Finnish and Swedish.

    Compared sign by sign, so that both databases have the same order.
    """
    name = unicodedata.normalize("NFC", name_in(title, DEFAULT_LANGUAGE)).casefold()
    return " ".join(name.split())[:_LONGEST_SORTED].translate(_FINNISH_ORDER)
