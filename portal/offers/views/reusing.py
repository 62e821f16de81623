"""Using an own earlier offer again."""

from __future__ import annotations

from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.offers import queries, usecases
from portal.offers.reuse.form import ReuseForm, reuse_form
from portal.offers.reuse.queries import earlier_offer, earlier_offers, reuse_page
from portal.offers.views.blueprint import OFFER, bp
from portal.offers.views.own import asked, context, own_page, own_url
from portal.shared.errors import NotFound, RuleBroken
from portal.web.language import current_language
from portal.web.pages import done, page
from portal.web.unit import me, now, reading, record_read, transaction

EARLIER = f"{OFFER}/earlier"


@bp.get(EARLIER)
def earlier(procurement_id: UUID) -> ResponseReturnValue:
    """The own offers in other calls, to choose one from."""
    own = _open_page(procurement_id)
    return page("offers/earlier.html", found=earlier_offers(reading(), own), **context(own))


@bp.get(f"{EARLIER}/<uuid:offer_id>")
def compare(procurement_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    """One earlier offer beside this call."""
    return _compare_page(procurement_id, offer_id, None)


@bp.post(f"{EARLIER}/<uuid:offer_id>")
def reuse(procurement_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    """Take what was ticked into the draft."""
    form = ReuseForm()
    try:
        with transaction() as session:
            by = me(session)
            procurement, provider = queries.own_side(session, procurement_id, by, asked())
            usecases.reuse_answers(
                session,
                procurement=procurement,
                provider=provider,
                earlier=earlier_offer(session, provider, offer_id, procurement.id),
                criteria=[*form.answers.data, *form.replacing.data],
                replacing=form.replacing.data,
                promises=form.promises.data,
                seen=form.seen.data or None,
                by=by,
                at=now(),
            )
        return done(
            _("The answers are in the draft. Read them through: nothing has been submitted."),
            own_url(".show", procurement_id),
        )
    except RuleBroken as broken:
        return _compare_page(procurement_id, offer_id, broken)


def _open_page(procurement_id: UUID) -> queries.OwnOffer:
    """The own page while there is time to write. Raises NotFound."""
    own = own_page(procurement_id)
    if not own.standing.open:
        raise NotFound
    return own


def _compare_page(procurement_id: UUID, offer_id: UUID, broken: RuleBroken | None) -> Response:
    own = own_page(procurement_id)
    found = reuse_page(reading(), own, offer_id, current_language())
    record_read(found.earlier.id)
    form = reuse_form(found)
    if broken is not None:
        form.validate()
        form.refuse(broken)
    form.seen.data = own.hash
    return page(
        "offers/reuse.html",
        status=422 if broken is not None else 200,
        form=form,
        found=found,
        **context(own),
    )
