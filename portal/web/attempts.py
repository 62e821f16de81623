"""What was refused outside of any act: by a page, or because there is no such thing for the reader.

Whoever asks for what is not theirs is told that there is no such thing, exactly as of what there
is not, and both leave the same trace: who, on which page, when. What was asked for is not on
record, since only the database knows whether it is somebody's. A reader leaves one such trace for
a page within some time, so that trying out addresses does not fill the record; who is not logged
in leaves none, as the log of requests has it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from flask import request

from portal.audit.record import ACCOUNTS, record_denial
from portal.permissions import PAGES, PROVIDING
from portal.shared.errors import Attempt, RuleBroken
from portal.web.unit import current_person, now, services

NOT_FOUND = "not_found"
ONCE_IN = timedelta(minutes=10)
"""How often at most one reader's tries of one page are written down (proposal)."""
_MOST = 10_000

_noted: dict[tuple[UUID, str], datetime] = {}


def record_refusal(broken: RuleBroken) -> None:
    """Keep the denial of a page; what an act refused is on record already."""
    if broken.attempt is not None:
        return
    person, endpoint = current_person(), request.endpoint or ""
    chain = ACCOUNTS
    if _is_providers_own(endpoint):
        chain = str((request.view_args or {}).get("procurement_id", ACCOUNTS))
    broken.attempt = Attempt(chain, endpoint, person.id if person else None, now())
    with services().database.transaction() as session:
        record_denial(session, broken)


def record_search() -> None:
    """Keep that a reader asked a page for what is missing or not theirs: the two look the same."""
    person, endpoint = current_person(), request.endpoint
    if person is None or endpoint is None or _is_providers_own(endpoint):
        return
    key, at = (person.id, endpoint), now()
    last = _noted.get(key)
    if last is not None and last <= at < last + ONCE_IN:
        return
    if len(_noted) >= _MOST:
        _noted.clear()
    _noted[key] = at
    record_refusal(RuleBroken(NOT_FOUND))


def _is_providers_own(endpoint: str) -> bool:
    row = PAGES.get(endpoint)
    return row is not None and bool(row.roles) and row.roles <= PROVIDING
