"""People beside the standing cast: a second office, a second sponsor, coaches, a way through."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.capacity.models import Training
from portal.enrolments.models import Enrolment
from portal.enrolments.usecases import apply, interview, select, start
from portal.organisations.models import Organisation, Person
from portal.permissions import Kind, Role
from tests.cast import Cast, organisation, person
from tests.underway import CALLED


@dataclass
class More:
    """``pirjo`` is of the same office as Kaisa, ``outi`` of another; ``vilma`` coaches elsewhere,
    ``veikko`` for the same provider as Tuula."""

    far: Organisation
    pirjo: Person
    outi: Person
    vilma: Person
    veikko: Person


def more_people(session: Session, cast: Cast) -> More:
    """Put them into the database."""
    far = organisation(session, "Kaukalan työllisyysalue", None, Kind.EMPLOYMENT_OFFICE)
    return More(
        far=far,
        pirjo=person(session, "Pirjo Koulutusvastaava", cast.office, Role.COURSE_SPONSOR),
        outi=person(session, "Outi Koulutusvastaava", far, Role.COURSE_SPONSOR),
        vilma=person(session, "Vilma Valmentaja", cast.shore, Role.COACH),
        veikko=person(session, "Veikko Valmentaja", cast.river, Role.COACH),
    )


def applied(
    session: Session, training: Training, name: str, by: Person, **values: object
) -> Enrolment:
    """Somebody whom the sponsor has referred."""
    given = {
        "birth_year": 1988,
        "sex": "woman",
        "education": "basic",
        "status": "unemployed",
        "external_key": name,
        **values,
    }
    return apply(session, training=training, name=name, by=by, at=CALLED, **given)  # type: ignore[arg-type]


def brought_to_start(
    session: Session, cast: Cast, training: Training, *names: str, by: Person | None = None
) -> list[Enrolment]:
    """People who have come all the way to the start."""
    people = [applied(session, training, name, by or cast.kaisa) for name in names]
    for one in people:
        interview(
            session, enrolment=one, need=3, urgency=2, suitability=2, by=cast.tuula, at=CALLED
        )
    select(session, training=training, enrolments=people, by=by or cast.kaisa, at=CALLED)
    start(session, training=training, enrolments=people, by=cast.tuula, at=CALLED)
    return people
