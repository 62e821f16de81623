"""``portal bundle``: a bundle made on the machine itself."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.database import Database
from portal.organisations.models import Person
from portal.reports.bundles.queries import pack, procurements_called
from portal.reports.bundles.rules import Made
from portal.reports.bundles.usecases import make_bundle
from portal.shared.errors import NotFound, RuleBroken
from portal.unit_of_work import unit_of_work


class BadBundle(Exception):
    """Why no bundle was made, in a line."""


def bundle_to(
    database: Database, reference: str, file: Path, email: str | None, *, at: datetime
) -> Made:
    """Pack the bundle into a file that is not there yet, and note it on the record.

    The file is taken away again where no bundle comes of it. Raises BadBundle.
    """
    with database.reading() as session:
        found = [one.id for one in procurements_called(session, reference)]
        known = select(Person.id).where(func.lower(Person.email) == (email or "").lower())
        person_id = session.scalar(known)
    if len(found) != 1:
        raise BadBundle(f"{len(found)} procurements have the reference {reference}; expected one")
    if email is not None and person_id is None:
        raise BadBundle(f"nobody has the address {email}")
    try:
        written = file.open("xb+")
    except OSError as fault:
        raise BadBundle(f"{file} cannot be made: {fault.strerror}") from fault
    try:
        with written:
            with database.snapshot() as session:
                made = pack(session, found[0], _person(session, person_id), written)
            with unit_of_work(database) as session:
                by = _person(session, person_id)
                make_bundle(session, procurement_id=found[0], made=made, by=by, at=at)
    except NotFound as fault:
        file.unlink()
        raise BadBundle(f"{email or 'the machine'} has no bundle of {reference}") from fault
    except RuleBroken as broken:
        file.unlink()
        raise BadBundle(f"no bundle: {broken.rule}") from broken
    except BaseException:
        file.unlink()
        raise
    return made


def _person(session: Session, key: UUID | None) -> Person | None:
    return None if key is None else session.get_one(Person, key)
