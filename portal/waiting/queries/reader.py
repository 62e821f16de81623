"""Who reads, when, and by which settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from portal.config import Settings
from portal.organisations.models import Person
from portal.permissions import Role


@dataclass(frozen=True)
class Reader:
    """Whose things are looked for."""

    person: Person
    at: datetime
    today: date
    settings: Settings

    def places(self, *roles: Role) -> list[UUID]:
        """The organisations in which the reader has one of the roles."""
        return [one.id for one in self.person.organisations_as(*roles)]
