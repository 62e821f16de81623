"""A qualification unit of an office's own, and a way of putting it into the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from portal.database import Database
from portal.organisations.models import Organisation, Person
from portal.training_forms.rules.units import UnitTerms
from portal.training_forms.usecases import add_unit
from tests.cast import Cast

NOW = datetime(2026, 1, 12, 7, 0, tzinfo=UTC)
UNIT = UnitTerms(
    field="property_services",
    name={"fi": "Lumitöiden suunnittelu", "sv": "Planering av snöröjning"},
    example={"fi": "Talvikausi"},
)


def put_unit(
    database: Database,
    cast: Cast,
    *,
    by: Person | None = None,
    organisation: Organisation | None = None,
    at: datetime = NOW,
    **changes: Any,
) -> UUID:
    """Add the unit with these changes."""
    with database.transaction() as session:
        return add_unit(
            session,
            organisation=session.get_one(Organisation, (organisation or cast.office).id),
            terms=replace(UNIT, **changes),
            by=session.get_one(Person, (by or cast.kaisa).id),
            at=at,
        ).id
