"""Who may extend the list of qualification units, and for whom."""

from __future__ import annotations

from portal.organisations.models import Organisation, Person
from portal.permissions import ACTS
from portal.shared.names import DEFAULT_LANGUAGE, name_in
from portal.training_forms.models import QualificationUnit


def organisations_of(person: Person) -> list[Organisation]:
    """The offices and buyers for which the person may add units, by name."""
    return sorted(
        person.organisations_as(*ACTS["add_unit"]),
        key=lambda one: (name_in(one.name, DEFAULT_LANGUAGE), one.id),
    )


def may_withdraw(person: Person, unit: QualificationUnit) -> bool:
    """Whether the unit is of an organisation for which the person may withdraw it."""
    return person.holds(ACTS["withdraw_unit"], unit.organisation_id)
