"""Who sees a participant, and who works with them.

Every room asks here, so that nobody sees in one of them what another hides.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, false, inspect, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.interfaces import ORMOption

from portal.audit.record import note_shown
from portal.capacity.access import coached_by, is_named_coach, is_of_provider
from portal.capacity.models import Training, TrainingSponsor
from portal.contracts.models import Contract
from portal.enrolments.models import Enrolment
from portal.organisations.models import Person
from portal.permissions import PROVIDING, Role
from portal.shared.errors import NotFound, RuleBroken

_TOGETHER = 500
TEACHING = (Role.TRAINER, Role.COACH)


def enrolments_seen_by(person: Person) -> ColumnElement[bool]:
    """A condition on Enrolment: a named sponsor's own office's, the provider's, a named coach's.

    A sponsor sees those whom the office in whose name they follow the training has referred, and
    for as long as they hold the role there. The buyer's people see figures, and nobody by name.
    """
    offices = [office.id for office in person.organisations_as(Role.COURSE_SPONSOR)]
    providers = [one.id for one in person.organisations_as(*PROVIDING)]
    sponsored = (
        select(TrainingSponsor.id)
        .where(
            TrainingSponsor.training_id == Enrolment.training_id,
            TrainingSponsor.office_id == Enrolment.office_id,
            TrainingSponsor.person_id == person.id,
            TrainingSponsor.office_id.in_(offices),
        )
        .exists()
    )
    of_provider = Enrolment.training_id.in_(
        select(Training.id)
        .join(Contract, Contract.id == Training.contract_id)
        .where(Contract.provider_id.in_(providers))
    )
    coached = Enrolment.training_id.in_(coached_by(person))
    # A way that nobody can go is left out: asked beside others, it would be tried for every row.
    ways = ((sponsored, offices), (of_provider, providers), (coached, person.holds({Role.COACH})))
    return or_(false(), *(way for way, goes in ways if goes))


def enrolment_seen(session: Session, enrolment_id: UUID, person: Person) -> Enrolment:
    """A participant whom this person sees. Raises NotFound for anybody else's, as for none."""
    return _the_one(session, enrolment_id, enrolments_seen_by(person))


def enrolment_in_guidance(session: Session, enrolment_id: UUID, person: Person) -> Enrolment:
    """As above, and for the responsible officials of the office that referred the person.

    They decide with the trainer how after-guidance is used (the brief, section 2).
    """
    offices = [one.id for one in person.organisations_as(Role.RESPONSIBLE_OFFICIAL)]
    seen = or_(enrolments_seen_by(person), Enrolment.office_id.in_(offices))
    return _the_one(session, enrolment_id, seen)


def read_together(session: Session, keys: Iterable[UUID], *parts: ORMOption) -> list[Enrolment]:
    """These participants, each once and as asked for, in a query for every five hundred of them.

    ``parts`` say what is read along. Whoever has been read before the act took its turn is read
    anew here, together and not one by one.
    """
    wanted = list(dict.fromkeys(keys))
    found: dict[UUID, Enrolment] = {}
    for first in range(0, len(wanted), _TOGETHER):
        some = wanted[first : first + _TOGETHER]
        rows = session.scalars(select(Enrolment).where(Enrolment.id.in_(some)).options(*parts))
        found |= {one.id: one for one in rows}
    return [found[key] for key in wanted]


def keys_of(enrolments: Iterable[Enrolment]) -> list[UUID]:
    """Their keys, without reading anything."""
    return [inspect(one).identity[0] for one in enrolments]  # type: ignore[index]  # they are kept


def teaches(person: Person, training: Training) -> bool:
    """A trainer or coach of the provider, or a coach named for the training."""
    return is_of_provider(person, training, *TEACHING) or is_named_coach(person, training)


def require_teaching(person: Person, training: Training) -> None:
    """Refuses by ``not_permitted`` whoever neither trains nor coaches there."""
    if not teaches(person, training):
        raise RuleBroken("not_permitted")


def require_working_with(person: Person, enrolment: Enrolment) -> None:
    """Refuses by ``not_permitted`` whoever neither teaches the person nor sponsors them.

    The sponsor is one of the office that referred the person.
    """
    if not person.holds({Role.COURSE_SPONSOR}, enrolment.office_id):
        require_teaching(person, enrolment.training)


def _the_one(session: Session, enrolment_id: UUID, seen: ColumnElement[bool]) -> Enrolment:
    found = session.scalar(select(Enrolment).where(Enrolment.id == enrolment_id, seen))
    if found is None:
        raise NotFound
    note_shown(session, found.id)
    return found
