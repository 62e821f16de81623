"""What later rooms tell of a procurement."""

from __future__ import annotations

from portal.procurement.models import (
    Procurement,
)
from portal.procurement.rules import (
    State,
    moved,
)


def note_opened(procurement: Procurement) -> None:
    """Told by the offers' room that the offers have been opened."""
    procurement.state = moved(procurement.state, "open_offers")


def note_decided(procurement: Procurement) -> None:
    """Told by the evaluation's room that the decision has been issued, offers opened or not."""
    unopened = procurement.state == State.PUBLISHED
    procurement.state = moved(
        procurement.state, "discontinue_unopened" if unopened else "issue_decision"
    )


def note_decided_anew(procurement: Procurement, *, opened: bool) -> None:
    """Told by the evaluation's room that something of the decision is void."""
    procurement.state = moved(
        procurement.state, "decide_anew" if opened else "decide_anew_unopened"
    )
