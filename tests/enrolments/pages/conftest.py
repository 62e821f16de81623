"""Two offices in one training, a second training of the same office, everybody in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from portal.capacity.models import Training, TrainingSponsor
from portal.database import Database
from tests.cast import Cast
from tests.conftest import SettableClock
from tests.enrolments.people import More, applied, brought_to_start, more_people
from tests.underway import CALLED, contract_in_force, training_of

NOW = datetime(2026, 3, 16, 7, 0, tzinfo=UTC)


@dataclass
class Underway:
    """Keys of what stands in the database: ``shared`` is of two offices, ``other`` of one."""

    more: More
    shared: UUID
    other: UUID
    ann: UUID
    ben: UUID
    cia: UUID
    far: UUID


def joined(session: Session, cast: Cast, more: More, training: Training) -> None:
    """The other office's call-off joins the training, as pooling does."""
    pooled = training_of(
        session, cast, training.contract, office=more.far, sponsor=more.outi, places=2
    )
    pooled.call_offs[0].training = training
    training.places += 2
    training.sponsors.append(
        TrainingSponsor(
            person_id=more.outi.id, office_id=more.far.id, named_by_id=more.outi.id, named_at=CALLED
        )
    )
    for one in list(pooled.sponsors):
        pooled.sponsors.remove(one)
    session.flush()
    pooled.state = "closed"


@pytest.fixture
def underway(database: Database, cast: Cast, clock: SettableClock) -> Underway:
    """Ann is in the training, Ben has applied, Cia is of the other office."""
    clock.at = NOW
    with database.transaction() as session:
        session.expire_on_commit = False
        more = more_people(session, cast)
        contract = contract_in_force(session, cast)
        training = training_of(session, cast, contract, starts=date(2026, 3, 20))
        other = training_of(session, cast, contract, field="sosiaali- ja terveysala")
        (ann,) = brought_to_start(session, cast, training, "Ann Aalto")
        ben = applied(session, training, "Ben Berg", cast.kaisa, referral_source="adviser")
        joined(session, cast, more, training)
        session.expire_all()
        cia = applied(session, training, "Cia Kaukaa", more.outi)
        session.flush()
        for one in (more.far, more.pirjo, more.outi, more.vilma, more.veikko):
            session.refresh(one)
        return Underway(more, training.id, other.id, ann.id, ben.id, cia.id, more.far.id)
