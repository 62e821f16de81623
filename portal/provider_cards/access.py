"""Who stands in which relation to a card."""

from __future__ import annotations

from uuid import UUID

from portal.organisations.models import Organisation, Person
from portal.permissions import ACTS, Kind, may
from portal.provider_cards.models import ProviderCard
from portal.provider_cards.rules import CardState
from portal.shared.names import DEFAULT_LANGUAGE, name_in


def providers_of(person: Person) -> list[Organisation]:
    """The providers whose cards the person may write, by name."""
    return _by_name(person.organisations_as(*ACTS["write_card"]), {Kind.PROVIDER})


def referring_for(person: Person) -> list[Organisation]:
    """The offices and buyers in whose name the person may remark on a card, by name."""
    return _by_name(
        person.organisations_as(*ACTS["remark_on_card"]), {Kind.EMPLOYMENT_OFFICE, Kind.BUYER}
    )


def _by_name(found: list[Organisation], kinds: set[Kind]) -> list[Organisation]:
    fitting = [organisation for organisation in found if kinds & organisation.kinds]
    return sorted(fitting, key=lambda one: (name_in(one.name, DEFAULT_LANGUAGE), one.id))


def is_of_provider(person: Person, card: ProviderCard) -> bool:
    """Whether the person works for the card's provider."""
    return may(person, "write_card", card.provider_id)


def may_see_card(person: Person, card: ProviderCard) -> bool:
    """Cards are everybody's to read who is logged in; a withdrawn one its provider's alone."""
    return card.state == CardState.SHOWN or is_of_provider(person, card)


def reads_remarks(person: Person, card: ProviderCard) -> bool:
    """Remarks are between referrers and the provider itself."""
    return is_of_provider(person, card) or may(person, "remark_on_card")


def keeps_cards_of(person: Person, provider_id: UUID) -> bool:
    """Whether the person may be named as the keeper of a provider's card: one of its people."""
    return may(person, "write_card", provider_id)
