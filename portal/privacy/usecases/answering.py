"""What a participant may ask for: everything that is known about them, and its correction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.record import ACCOUNTS, acting
from portal.enrolments.models import Enrolment
from portal.organisations.models import Person
from portal.permissions import ACTS, require
from portal.privacy.models import AnonymisedPerson
from portal.privacy.queries.known import keys_of_person
from portal.shared.errors import RuleBroken
from portal.shared.identity_codes import require_no_identity_code

CORRECTED = ("name", "external_key", "birth_year", "sex", "education", "referral_source")


def export_participant(
    session: Session, *, enrolment: Enrolment, sha256: str, by: Person, at: datetime
) -> None:
    """Note that what is known about a participant was handed out; ``sha256`` is of the file.

    Raises ``not_permitted``.
    """
    chain = enrolment.training.contract.procurement_id
    with acting(session, "export_participant", chain=chain, by=by.id, at=at) as facts:
        _require_answering(by, enrolment, "export_participant")
        facts.note(enrolment=enrolment.id, sha256=sha256)


def export_own_account(session: Session, *, sha256: str, by: Person, at: datetime) -> None:
    """Note that somebody took what is known about their own account."""
    with acting(session, "export_own_account", chain=ACCOUNTS, by=by.id, at=at) as facts:
        facts.note(person=by.id, sha256=sha256)


def correct_participant(
    session: Session,
    *,
    enrolment: Enrolment,
    name: str,
    external_key: str,
    birth_year: int,
    sex: str,
    education: str,
    referral_source: str | None,
    by: Person,
    at: datetime,
) -> None:
    """Put right what was wrong about a participant, in all their participations in the office.

    What stood there before is not kept: a wrong value is not to live on. The record says which
    fields were changed and no value. Raises ``not_permitted``, ``anonymised_already``,
    ``identity_code``, ``applied_already``.
    """
    chain = enrolment.training.contract.procurement_id
    with acting(session, "correct_participant", chain=chain, by=by.id, at=at) as facts:
        _require_answering(by, enrolment, "correct_participant")
        if session.get(AnonymisedPerson, enrolment.id) is not None:
            raise RuleBroken("anonymised_already")
        key = external_key.strip() or enrolment.external_key
        require_no_identity_code(("name", name), ("external_key", key))
        people = keys_of_person(session, enrolment)
        _require_nobody_elses(session, enrolment.office_id, key, people)
        new = dict(
            zip(
                CORRECTED,
                (name.strip(), key, birth_year, sex, education, referral_source or None),
                strict=True,
            )
        )
        changed = {column for column in CORRECTED if getattr(enrolment, column) != new[column]}
        for one in session.scalars(select(Enrolment).where(Enrolment.id.in_(people))):
            for column in CORRECTED:
                setattr(one, column, new[column])
        facts.note(enrolment=enrolment.id, fields=sorted(changed))


def _require_answering(by: Person, enrolment: Enrolment, act: str) -> None:
    require(by, act)
    if not by.holds(ACTS[act], enrolment.office_id):
        raise RuleBroken("not_permitted")


def _require_nobody_elses(
    session: Session, office_id: UUID, key: str, people: Sequence[UUID]
) -> None:
    taken = select(Enrolment.id).where(
        Enrolment.office_id == office_id,
        Enrolment.external_key == key,
        Enrolment.id.not_in(people),
    )
    if session.scalar(taken.limit(1)) is not None:
        raise RuleBroken("applied_already", field="external_key")
