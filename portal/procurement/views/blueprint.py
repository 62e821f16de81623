"""The blueprint, and how every page of the officer changes the draft."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from portal.procurement import usecases
from portal.procurement.forms.typed import RevisionForm
from portal.procurement.queries.drafting import Draft, draft_page, officers_procurement
from portal.procurement.rules import CallTerms
from portal.procurement.terms import call_terms
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
) -> None:
    """Replace the draft's terms. Raises NotFound and what `change_procurement` raises."""
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
