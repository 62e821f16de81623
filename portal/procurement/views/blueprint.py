"""The blueprint, and how every page of the officer changes the draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

from flask import Blueprint, Response
from flask_babel import lazy_gettext as _l

from portal.procurement import usecases
from portal.procurement.forms.typed import RevisionForm
from portal.procurement.queries.drafting import Draft, draft_page, officers_procurement
from portal.procurement.rules import CallTerms
from portal.procurement.terms import call_terms
from portal.shared.errors import RuleBroken
from portal.web.filters import add_status_texts
from portal.web.unit import me, now, reading, transaction

bp = Blueprint("procurement", __name__, url_prefix="/procurements")

add_status_texts(
    {
        "not_started": _l("Not started"),
        "under_way": _l("Under way"),
        "done": _l("Done"),
    }
)


def draft_of(procurement_id: UUID) -> Draft:
    """The draft that the officer works on. Raises NotFound, ``wrong_state``."""
    session = reading()
    return draft_page(session, procurement_id, me(session), now())


def change(
    procurement_id: UUID, form: RevisionForm, changed: Callable[[CallTerms], CallTerms]
) -> int:
    """Replace the draft's terms, and tell the revision that now stands.

    Raises NotFound and what `change_procurement` raises.
    """
    with transaction() as session:
        by = me(session)
        procurement = officers_procurement(session, procurement_id, by)
        usecases.change_procurement(
            session,
            procurement=procurement,
            call=changed(call_terms(procurement)),
            by=by,
            at=now(),
            revision=form.revision.data,
        )
        return procurement.revision


class Shown(Protocol):
    """A page with a form of the draft, and with how the draft was saved."""

    def __call__(self, status: int = 200, save_state: str = "") -> Response:
        """The page as it is now."""


def autosaved(
    procurement_id: UUID,
    form: RevisionForm,
    changed: Callable[[CallTerms], CallTerms],
    shown: Shown,
) -> Response:
    """Keep the draft while it is being written; the page swaps only how that went.

    What the form or a rule refuses is not kept, and the line says why. After somebody else's
    change the revision stays as it was sent, so that nothing is overwritten by a keystroke.
    """
    if form.validate():
        try:
            form.stands_at(change(procurement_id, form, changed))
            return shown(save_state="saved")
        except RuleBroken as broken:
            form.refuse(broken)
    return shown(422, "failed")
