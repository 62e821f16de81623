"""Only the buyer's officer moves a deadline; it is on record, and every bidder is written to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

import portal.installation  # noqa: F401  # wires who is told of an amendment
from portal.audit.models import AuditEntry
from portal.database import Database
from portal.jobs.models import OutgoingMail
from portal.organisations.models import Membership, Person
from portal.permissions import Role
from portal.procurement.changes import CallChanges
from portal.procurement.models import Procurement
from portal.procurement.usecases import amend
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.offers.conftest import CALL, DUE, OPENS, Acting
from tests.promises.figures import leave

LATER = OPENS + timedelta(hours=2)
CHANGES = {
    "offers_due": CallChanges(offers_due=DUE + timedelta(days=7)),
    "questions_due": CallChanges(questions_due=CALL.questions_due + timedelta(days=1)),
}


def moved(database: Database, call: UUID, by: Person, changes: CallChanges) -> str | None:
    """Try to move a deadline; the rule that refuses it."""
    try:
        with unit_of_work(database) as session:
            amend(
                session,
                procurement=session.get_one(Procurement, call),
                changes=changes,
                reason="Kysymysten vuoksi.",
                by=session.get_one(Person, by.id),
                at=LATER,
            )
    except RuleBroken as broken:
        return broken.rule
    return None


def records(database: Database, call: UUID) -> list[tuple[str, UUID | None]]:
    """The outcomes and doers of all amendments on the record of the procurement."""
    with database.reading() as session:
        rows = session.execute(
            select(AuditEntry.outcome, AuditEntry.by).where(
                AuditEntry.act == "amend", AuditEntry.chain == str(call)
            )
        )
        return [(row.outcome, row.by) for row in rows]


def letters(database: Database, recipients: Iterable[UUID]) -> int:
    with database.reading() as session:
        return (
            session.scalar(
                select(func.count()).where(OutgoingMail.recipient_id.in_(list(recipients)))
            )
            or 0
        )


@pytest.mark.trust
def test_nobody_but_the_buyers_officer_moves_a_deadline_and_every_attempt_is_on_record(
    database: Database,
    cast: Cast,
    call: UUID,
    act: Acting,
) -> None:
    act.save()
    act.submit()
    # Every role there is, held in the buyer's own organisation and elsewhere.
    with database.transaction() as session:
        session.expire_on_commit = False
        others = [one for one in cast.people if one.id != cast.olli.id]
        for n, role in enumerate(role for role in Role if role != Role.PROCUREMENT_OFFICER):
            made = Person(
                name=f"Kaikki {role}",
                email=f"rooli{n}@esimerkki.example",
                created_at=OPENS,
                confirmed_at=OPENS,
                memberships=[
                    Membership(organisation_id=cast.buyer.id, role=role),
                    Membership(organisation_id=cast.elsewhere.id, role=Role.PROCUREMENT_OFFICER),
                ],
            )
            session.add(made)
            others.append(made)
        session.flush()
    tried = 0
    for by in others:
        for changes in CHANGES.values():
            assert moved(database, call, by, changes) == "not_permitted", by.name
            tried += 1
    with database.reading() as session:
        assert session.get_one(Procurement, call).offers_due == DUE
    on_record = records(database, call)
    assert on_record == [("denied", by.id) for by in others for _changes in CHANGES]
    written = letters(database, [cast.roope.id])
    for changes in CHANGES.values():
        assert moved(database, call, cast.olli, changes) is None
    assert records(database, call)[tried:] == [("done", cast.olli.id)] * 2
    assert letters(database, [cast.roope.id]) == written + 2
    with database.reading() as session:
        assert session.get_one(Procurement, call).offers_due == DUE + timedelta(days=7)
    leave(
        "deadline_changes",
        "matrix",
        {"people": len(others), "refused": tried, "on record": len(on_record), "moved": 2},
    )
