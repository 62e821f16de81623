"""Amending a published call."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.organisations.models import Person
from portal.permissions import require
from portal.procurement.changes import (
    CALL_PARTS,
    LOT_PARTS,
    CallChanges,
    amended,
    differences,
    require_amendable,
    require_before_deadline,
)
from portal.procurement.models import (
    CallAmendment,
    Procurement,
)
from portal.procurement.rules import (
    State,
    frozen_call,
    frozen_hash,
)
from portal.procurement.terms import (
    call_terms,
)
from portal.procurement.usecases.publishing import _make_documents
from portal.shared.canonical import canonical
from portal.shared.errors import RuleBroken

Told = Callable[[Session, Procurement, CallAmendment, datetime], None]


_told_of_amendments: list[Told] = []


def told_of_amendments(tell: Told) -> None:
    """Let a later room say, at wiring, whom it tells that a call has been amended."""
    if tell not in _told_of_amendments:
        _told_of_amendments.append(tell)


def amend(
    session: Session,
    *,
    procurement: Procurement,
    changes: CallChanges,
    reason: str,
    by: Person,
    at: datetime,
    revision: int | None = None,
) -> CallAmendment:
    """Change a published call before its deadline; every submitted offer is to be confirmed again.

    The call is frozen anew, with the criteria as they were frozen; what was frozen before is kept.
    Raises ``wrong_state`` for a draft and once decided, ``deadline_passed``, ``reason_missing``,
    ``changed_meanwhile``, and what `require_amendable` raises.
    """
    with acting(session, "amend", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "amend", procurement.buyer_id)
        if procurement.state == State.DRAFT:
            raise RuleBroken("wrong_state")
        require_before_deadline(procurement.offers_due, at)
        if procurement.state != State.PUBLISHED:
            raise RuleBroken("wrong_state")
        if not reason.strip():
            raise RuleBroken("reason_missing", field="reason")
        if revision is not None and revision != procurement.revision:
            raise RuleBroken("changed_meanwhile")
        before = call_terms(procurement)
        after = amended(before, changes)
        require_amendable(before, after, at)
        assert procurement.frozen is not None
        assert procurement.frozen_sha256 is not None
        frozen_before, sha256_before = procurement.frozen, procurement.frozen_sha256
        for name in CALL_PARTS:
            setattr(procurement, name, getattr(after, name))
        for row, terms in zip(procurement.lots, after.lots, strict=True):
            for name in LOT_PARTS:
                setattr(row, name, getattr(terms, name))
        texts = {terms["key"]: terms["text"] for terms in frozen_before["criteria"]}
        procurement.frozen = frozen_call(call_terms(procurement), texts)
        procurement.frozen_sha256 = frozen_hash(procurement.frozen)
        procurement.amended += 1
        amendment = CallAmendment(
            procurement_id=procurement.id,
            n=procurement.amended,
            reason=reason,
            differences=json.loads(canonical([asdict(one) for one in differences(before, after)])),
            frozen_before=frozen_before,
            sha256_before=sha256_before,
            sha256_after=procurement.frozen_sha256,
            amended_at=at,
            amended_by_id=by.id,
        )
        session.add(amendment)
        session.flush()
        _make_documents(session, procurement, amendment.id, at)
        for tell in _told_of_amendments:
            tell(session, procurement, amendment, at)
        facts.note(amendment=amendment.n, sha256=amendment.sha256_after)
    return amendment
