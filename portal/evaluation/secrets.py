"""The bidders' trade secrets, kept out of whatever is given to anybody but their owner.

Those who write reasons read the whole offers and may quote them. What goes to a bidder is cleared
of the secrets of all the others; what goes to several bidders at once, of everybody's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.offers.models import Offer, OpenedContent
from portal.offers.rules import scrubbed, secret_passages, unpacked
from portal.procurement.models import Procurement

Clear = Callable[[str], str]


@dataclass(frozen=True)
class Secrets:
    """What each opened offer of a procurement holds to be secret, by the offer's key."""

    passages: Mapping[UUID, tuple[str, ...]]

    def clear(self, language: str, owner: UUID | None = None) -> Clear:
        """How a text is cleared for everybody or, with an ``owner``, for that bidder alone."""
        sought = [
            passage
            for offer_id, passages in self.passages.items()
            if offer_id != owner
            for passage in passages
        ]
        return lambda text: scrubbed(text, sought, language) if sought else text


def secrets_of(session: Session, procurement: Procurement) -> Secrets:
    """The secrets of all opened offers of a procurement, in one query."""
    rows = session.execute(
        select(OpenedContent.offer_id, OpenedContent.content)
        .join(Offer, Offer.id == OpenedContent.offer_id)
        .where(Offer.procurement_id == procurement.id)
    )
    return Secrets({row.offer_id: secret_passages(unpacked(row.content)) for row in rows})
