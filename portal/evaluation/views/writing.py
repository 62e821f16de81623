"""Points being written: the same whether an assessor writes alone or the officers for the panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol
from uuid import UUID

from flask import Response

from portal.audit.record import take_turn
from portal.evaluation import queries
from portal.evaluation.forms import PointsForm
from portal.evaluation.views.blueprint import refuse
from portal.shared.errors import RuleBroken
from portal.web.unit import me, now, transaction

Place = tuple[UUID, str, UUID]
"""A procurement, the key of a lot, an offer: as addresses name them."""


class Shown(Protocol):
    """A page with a form for points, with how its draft was saved and what stands beside it."""

    def __call__(
        self, form: PointsForm, status: int, *, save_state: str = "", shows_standing: bool = False
    ) -> Response:
        """The page as it is now."""


def act_on_offer(act: Callable[..., None], place: Place, **how: Any) -> None:
    """Do an act about one offer in one lot. Raises what the act raises."""
    procurement_id, lot_key, offer_id = place
    with transaction() as session:
        # Whoever takes the turn first reads everything once, as the one before has left it.
        take_turn(session, procurement_id)
        by = me(session)
        found = queries.lot_part_of(session, procurement_id, lot_key, by)
        procurement = found.part.procurement
        act(
            session,
            procurement=procurement,
            lot=found.lot,
            provider=queries.offer_of(session, procurement, offer_id).provider,
            by=by,
            at=now(),
            **how,
        )


def written(form: PointsForm) -> dict[str, Any]:
    """What acts take of a form for points."""
    return {"points": form.points(), "revision": form.seen_revision()}


def autosaved(form: PointsForm, save: Callable[[], int], shown: Shown) -> Response:
    """Keep the draft; ``save`` does it and tells the revision that now stands.

    After a conflict the revision stays as it was sent, until the reader has chosen between the
    two texts: nothing is overwritten by a keystroke.
    """
    conflict = False
    if form.validate():
        try:
            form.revision.data = str(save())
            return shown(form, 200, save_state="saved")
        except RuleBroken as broken:
            refuse(form, broken)
            conflict = broken.rule == "changed_meanwhile"
    return shown(form, 422, save_state="failed", shows_standing=conflict)
