"""Who reads, and the days by which what waits for them is found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Date, String, bindparam

from portal.config import Settings
from portal.database import Instant
from portal.organisations.models import Person
from portal.permissions import Role
from portal.shared.clock import day_in_helsinki


@dataclass(frozen=True)
class Days:
    """This moment and what is reckoned from it.

    ``notices_until`` is the last notice day of an option that is told of already. The last month
    is the calendar month before today's, and ``period`` its name as records of workdays have it.
    """

    at: datetime
    today: date
    notices_until: date
    last_month_begins: date
    last_month_ends: date
    period: str

    @classmethod
    def of(cls, at: datetime, settings: Settings) -> Days:
        """Those of a moment."""
        today = day_in_helsinki(at)
        ends = today.replace(day=1) - timedelta(days=1)
        ahead = timedelta(days=max(settings.notice_reminder_days, default=0))
        return cls(at, today, today + ahead, ends.replace(day=1), ends, f"{ends:%Y-%m}")

    @classmethod
    def any(cls) -> Days:
        """Places for them in a statement that is kept."""
        types = {"at": Instant(), "period": String()}
        names = cls.__dataclass_fields__
        return cls(**{name: cast("Any", _place(name, types.get(name, Date()))) for name in names})

    def values(self) -> dict[str, Any]:
        """What stands in those places."""
        return asdict(self)


def _place(name: str, of_type: Any) -> Any:
    return bindparam(name, type_=of_type)


@dataclass(frozen=True)
class Reader:
    """Whose things are looked for."""

    person: Person
    days: Days

    def places(self, *roles: Role) -> list[UUID]:
        """The organisations in which the reader has one of the roles."""
        return [one.id for one in self.person.organisations_as(*roles)]
