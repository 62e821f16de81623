"""Who stands in which relation to a need or a sounding."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, or_

from portal.organisations.models import Organisation, Person
from portal.permissions import ACTS, BUYERS_HANDLERS, Kind, Role
from portal.shared.names import DEFAULT_LANGUAGE, name_in
from portal.soundings.models import Need, Sounding
from portal.soundings.rules import SoundingState


def offices_of(person: Person) -> list[Organisation]:
    """The employment offices for which the person may record needs, by name."""
    return _by_name(person.organisations_as(*ACTS["record_need"]), Kind.EMPLOYMENT_OFFICE)


def buyers_of(person: Person) -> list[Organisation]:
    """The buyers for which the person may sound out the market, by name."""
    return _by_name(person.organisations_as(*ACTS["draft_sounding"]), Kind.BUYER)


def providers_of(person: Person) -> list[Organisation]:
    """The providers in whose name the person may answer, by name."""
    return _by_name(person.organisations_as(*ACTS["answer_sounding"]), Kind.PROVIDER)


def _by_name(found: list[Organisation], kind: Kind) -> list[Organisation]:
    fitting = [organisation for organisation in found if kind in organisation.kinds]
    return sorted(fitting, key=lambda one: (name_in(one.name, DEFAULT_LANGUAGE), one.id))


def sees_all_needs(person: Person) -> bool:
    """A buyer's officer reads the needs of every office."""
    return person.holds({Role.PROCUREMENT_OFFICER})


def offices_read_by(person: Person) -> list[UUID]:
    """The offices whose needs the person may read as one of their own people."""
    roles = ACTS["record_need"] | {Role.AUDITOR}
    return [office.id for office in person.organisations_as(*roles)]


def is_own_need(person: Person, need: Need) -> bool:
    """Whether the person may change the need: somebody of the office that recorded it."""
    return person.holds(ACTS["change_need"], need.office_id)


def is_sounder(person: Person | None, sounding: Sounding) -> bool:
    """A procurement officer of the sounding's buyer."""
    return person is not None and person.holds({Role.PROCUREMENT_OFFICER}, sounding.buyer_id)


def may_see_sounding(person: Person | None, sounding: Sounding) -> bool:
    """Published soundings are everybody's to read; drafts the buyer's own people's alone."""
    if sounding.state != SoundingState.DRAFT:
        return True
    readers = BUYERS_HANDLERS | {Role.AUDITOR}
    return person is not None and person.holds(readers, sounding.buyer_id)


def buyers_read_by(person: Person | None) -> list[UUID]:
    """The buyers whose drafts the person reads."""
    if person is None:
        return []
    return [one.id for one in person.organisations_as(*BUYERS_HANDLERS, Role.AUDITOR)]


def soundings_seen_by(person: Person | None) -> ColumnElement[bool]:
    """A condition on Sounding: as `may_see_sounding`."""
    return or_(Sounding.state != SoundingState.DRAFT, Sounding.buyer_id.in_(buyers_read_by(person)))
