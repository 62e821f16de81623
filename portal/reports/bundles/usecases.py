"""That a bundle was made, on the record; and how it is made while nobody waits."""

from __future__ import annotations

from datetime import datetime
from tempfile import TemporaryFile
from uuid import UUID

from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.database import beside_in_one_state
from portal.jobs import work
from portal.jobs.models import Work
from portal.organisations.models import Person
from portal.reports.bundles.access import bundled_for, scope_for
from portal.reports.bundles.queries.packing import pack
from portal.reports.bundles.rules import Made, Scope, safe_name
from portal.shared.errors import RuleBroken
from portal.shared.names import DEFAULT_LANGUAGE


def make_bundle(
    session: Session, *, procurement_id: UUID, made: Made, by: Person | None, at: datetime
) -> None:
    """Note a bundle that has been packed, before it is handed out; None is who keeps the machine.

    It was packed from what could be seen then: whoever may no longer have as much, because a
    decision was corrected or a conflict declared meanwhile, is not handed it. Raises NotFound,
    ``conflict_of_interest``, ``changed_meanwhile``.
    """
    bundled_for(session, procurement_id, by)
    actor = None if by is None else by.id
    with acting(session, "make_bundle", chain=procurement_id, by=actor, at=at) as facts:
        procurement = bundled_for(session, procurement_id, by)
        if scope_for(session, procurement, by) != made.scope:
            raise RuleBroken("changed_meanwhile")
        facts.note(sha256=made.sha256, size=made.size, files=made.files, scope=made.scope.value)


def begin_bundle(session: Session, procurement_id: UUID, by: Person, at: datetime) -> Work:
    """Have a bundle made in the background. Raises NotFound, ``conflict_of_interest``."""
    bundled_for(session, procurement_id, by)
    return work.begin(
        session,
        "archive_bundle",
        person_id=by.id,
        subject=procurement_id,
        language=by.language or DEFAULT_LANGUAGE,
        at=at,
    )


def _make(session: Session, asked: Work, progress: work.Progress) -> work.Made:
    assert asked.subject is not None
    file = TemporaryFile()  # noqa: SIM115  # whoever keeps it closes it
    try:
        with beside_in_one_state(session) as snapshot:
            by = snapshot.get_one(Person, asked.by_id)
            name = safe_name(bundled_for(snapshot, asked.subject, by).reference)
            made = pack(snapshot, asked.subject, by, file, progress)
    except BaseException:
        file.close()
        raise
    facts = {"scope": made.scope.value, "files": made.files, "size": made.size}
    return work.Made(file, f"{name}.zip", "application/zip", {**facts, "sha256": made.sha256})


def _keep(session: Session, asked: Work, result: work.Made, at: datetime) -> None:
    assert asked.subject is not None
    facts = result.facts
    made = Made(Scope(facts["scope"]), facts["files"], facts["size"], facts["sha256"])
    by = session.get_one(Person, asked.by_id)
    make_bundle(session, procurement_id=asked.subject, made=made, by=by, at=at)


def _allow(session: Session, asked: Work) -> None:
    """As when it was made: whoever may no longer have as much is not handed it."""
    assert asked.subject is not None
    by = session.get_one(Person, asked.by_id)
    procurement = bundled_for(session, asked.subject, by)
    if scope_for(session, procurement, by) != asked.facts["scope"]:
        raise RuleBroken("changed_meanwhile")


BUNDLE = work.Kind(_make, _keep, _allow)
