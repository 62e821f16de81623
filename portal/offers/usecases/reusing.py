"""Taking answers of an own earlier offer into the draft of another call."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.offers.models import Offer
from portal.offers.reuse.rules import has_answer, reused
from portal.offers.rules import OfferContent, OfferState
from portal.offers.usecases.drafting import (
    draft_content,
    keep_draft,
    own_offer,
    require_open_call,
    submitted_content,
)
from portal.organisations.models import Organisation, Person
from portal.permissions import require
from portal.procurement.models import Procurement
from portal.shared.errors import NotFound, RuleBroken


def reuse_answers(
    session: Session,
    *,
    procurement: Procurement,
    provider: Organisation,
    earlier: Offer,
    criteria: Collection[str],
    replacing: Collection[str] = (),
    promises: Collection[str] = (),
    seen: str | None = None,
    by: Person,
    at: datetime,
) -> Offer:
    """Take the answers under ``criteria``, and the promises under ``promises``, into the draft.

    They come from what the same provider last submitted in another call, whatever became of it.
    An answer that the draft has is overwritten only if ``replacing`` names its criterion. ``seen``
    is the hash of the draft that the writer had before their eyes. Raises ``wrong_state``,
    ``deadline_passed``, ``nothing_chosen``, ``changed_meanwhile``, ``answer_in_draft``,
    ``too_many_promises``, and NotFound for another's offer or a criterion that is not in both.
    """
    with acting(session, "reuse_answers", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "reuse_answers", provider.id)
        require_open_call(procurement, at)
        version = earlier.current_version
        if (
            version is None
            or earlier.provider_id != provider.id
            or earlier.procurement_id == procurement.id
        ):
            raise NotFound
        if not criteria and not promises:
            raise RuleBroken("nothing_chosen")
        offer = own_offer(session, procurement, provider, to_change=True)
        draft = OfferContent() if offer is None else draft_content(session, offer)
        if seen is not None and seen != draft.hash():
            raise RuleBroken("changed_meanwhile")
        source = submitted_content(session, version)
        asked = {criterion.key for criterion in procurement.criteria}
        if not {*criteria, *promises} <= asked:
            raise NotFound
        if not all(has_answer(source, key) for key in criteria):
            raise NotFound
        content = reused(draft, source, criteria=criteria, replacing=replacing, promises=promises)
        if offer is None:
            offer = Offer(procurement_id=procurement.id, provider=provider, state=OfferState.DRAFT)
            session.add(offer)
            session.flush()
        keep_draft(session, offer, content, at)
        facts.note(answers=len(criteria))
    return offer
