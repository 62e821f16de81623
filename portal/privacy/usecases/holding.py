"""What is to stay although its period has ended: placed with a reason, and released."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.audit.record import ACCOUNTS, acting
from portal.evaluation.rules import require_reason
from portal.organisations.models import Person
from portal.permissions import ACTS, require
from portal.privacy.models import Hold
from portal.privacy.rules import Held, require_hold_ahead
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken
from portal.shared.identity_codes import require_no_identity_code


def place_hold(
    session: Session,
    *,
    kind: Held,
    subject: UUID,
    organisation_id: UUID,
    reason: str,
    until: date | None,
    by: Person,
    at: datetime,
) -> Hold:
    """Hold one participant's data, or a training's, a contract's or a procurement's.

    The caller has found the subject to be this person's to hold (`queries.holding.subject_of`).
    Raises ``not_permitted``, ``reason_missing``, ``identity_code``, ``hold_over_already``.
    """
    with acting(session, "place_hold", chain=ACCOUNTS, by=by.id, at=at) as facts:
        require(by, "place_hold")
        if not by.holds(ACTS["place_hold"], organisation_id):
            raise RuleBroken("not_permitted")
        require_reason(reason)
        require_no_identity_code(("reason", reason))
        require_hold_ahead(until, day_in_helsinki(at))
        hold = Hold(
            kind=kind.value,
            subject=subject,
            organisation_id=organisation_id,
            reason=reason.strip(),
            until=until,
            placed_by_id=by.id,
            placed_at=at,
        )
        session.add(hold)
        session.flush()
        facts.note(hold=hold.id, kind=kind.value, subject=subject)
        return hold


def release_hold(session: Session, *, hold: Hold, by: Person, at: datetime) -> None:
    """Let go: what is past its period goes with the next day's run.

    Raises ``not_permitted``, ``hold_released``.
    """
    with acting(session, "release_hold", chain=ACCOUNTS, by=by.id, at=at) as facts:
        require(by, "release_hold")
        if not by.holds(ACTS["release_hold"], hold.organisation_id):
            raise RuleBroken("not_permitted")
        if hold.released_at is not None:
            raise RuleBroken("hold_released")
        hold.released_by_id, hold.released_at = by.id, at
        facts.note(hold=hold.id)
