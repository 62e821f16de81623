"""Publishing a call: freezing it and making its documents."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.config import settings_of
from portal.criteria.bank import bank
from portal.criteria.rules import Use, require_use
from portal.documents import store
from portal.organisations.models import Person
from portal.permissions import require
from portal.procurement.models import (
    Procurement,
)
from portal.procurement.rules import (
    frozen_call,
    frozen_hash,
    moved,
    require_one_scale,
    require_publishable,
)
from portal.procurement.terms import (
    call_terms,
)
from portal.procurement.usecases.openers import seal_call
from portal.shared.names import LANGUAGES


def publish(session: Session, *, procurement: Procurement, by: Person, at: datetime) -> None:
    """Freeze the call with its criteria written out, and open it for offers.

    Raises ``wrong_state``, ``call_incomplete``, ``weights_not_100``, ``use_not_permitted``,
    ``scale_differs``, ``openers_without_keys``.
    """
    with acting(session, "publish", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "publish", procurement.buyer_id)
        state = moved(procurement.state, "publish")
        call = call_terms(procurement)
        require_publishable(call, at)
        texts = {}
        for row in procurement.criteria:
            if row.question is None:
                criterion = bank().criterion(row.key, row.version)
                require_use(criterion, Use.AWARD)
                row.version = criterion.version
                texts[row.key] = criterion.resolved()
            else:
                texts[row.key] = {"key": row.key, "question": row.question, **(row.text or {})}
        require_one_scale(procurement.scale_top, texts)
        facts.note(openers=seal_call(session, procurement, at))
        if procurement.low_price_percent is None:
            procurement.low_price_percent = settings_of(session).low_price_percent
        procurement.frozen = frozen_call(call_terms(procurement), texts)
        procurement.frozen_sha256 = frozen_hash(procurement.frozen)
        procurement.state = state
        procurement.published_at = at
        procurement.published_by_id = by.id
        _make_documents(session, procurement, procurement.id, at)
        facts.note(sha256=procurement.frozen_sha256)


def _make_documents(
    session: Session, procurement: Procurement, subject: UUID, at: datetime
) -> None:
    for language in LANGUAGES:
        store.request(
            session, "call", subject=subject, owner=procurement.id, language=language, at=at
        )
