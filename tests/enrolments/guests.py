"""People beside the standing cast: stand-ins, neighbours, coaches of other providers."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.capacity.models import Training, TrainingSponsor
from portal.organisations.models import Organisation, Person
from portal.permissions import Role
from tests.cast import person
from tests.underway import CALLED


def guest(session: Session, name: str, at_home: Organisation, *roles: Role) -> Person:
    """Somebody new in an organisation that is there already."""
    home = session.get_one(Organisation, at_home.id)
    added = person(session, name, home, *roles)
    session.refresh(added, ["memberships"])
    return added


def named(session: Session, training: Training, sponsor: Person, office: Organisation) -> None:
    """The sponsor follows the training in the office's name."""
    training.sponsors.append(
        TrainingSponsor(
            person_id=sponsor.id, office_id=office.id, named_by_id=sponsor.id, named_at=CALLED
        )
    )
    session.flush()
