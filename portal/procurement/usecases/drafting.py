"""Drafting a procurement: anew, from a sounding, or as a copy."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from portal.audit.record import acting
from portal.criteria.bank import bank
from portal.criteria.rules import Use, require_use
from portal.organisations.models import Organisation, Person
from portal.permissions import require
from portal.procurement.cpv import require_cpv
from portal.procurement.models import (
    BegunFromSounding,
    Procurement,
)
from portal.procurement.queries.copying import copy_of
from portal.procurement.rules import (
    CallTerms,
    ProcurementKind,
    State,
    require_shared_criteria,
)
from portal.procurement.terms import (
    SCALARS,
    call_terms,
    criterion_row,
    lot_row,
    requirement_row,
)
from portal.shared.errors import RuleBroken
from portal.soundings.models import Sounding
from portal.soundings.rules import SoundingState


def draft_procurement(
    session: Session, *, buyer: Organisation, call: CallTerms, by: Person, at: datetime
) -> Procurement:
    """Begin a procurement of the buyer.

    Raises ``reference_taken``, ``use_not_permitted``, ``shared_criterion_missing``,
    ``cpv_unknown``.
    """
    procurement = Procurement(
        buyer=buyer, buyer_id=buyer.id, created_by_id=by.id, created_at=at, state=State.DRAFT
    )
    with acting(session, "draft_procurement", chain=procurement.id, by=by.id, at=at):
        require(by, "draft_procurement", buyer.id)
        _require_free_reference(session, buyer, call.reference)
        _write(session, procurement, call)
    return procurement


def draft_from_sounding(
    session: Session,
    *,
    sounding: Sounding,
    reference: str,
    kind: ProcurementKind,
    by: Person,
    at: datetime,
) -> Procurement:
    """Begin a procurement of the sounding's buyer with the sounding's title and description.

    Raises ``wrong_state`` for a sounding that has not been published, ``reference_taken``.
    """
    with acting(session, "draft_from_sounding", chain=sounding.id, by=by.id, at=at) as facts:
        require(by, "draft_procurement", sounding.buyer_id)
        if sounding.state != SoundingState.PUBLISHED:
            raise RuleBroken("wrong_state")
        procurement = draft_procurement(
            session,
            buyer=sounding.buyer,
            call=CallTerms(
                reference=reference,
                title=dict(sounding.title),
                kind=kind,
                description=dict(sounding.description),
            ),
            by=by,
            at=at,
        )
        session.add(BegunFromSounding(procurement_id=procurement.id, sounding_id=sounding.id))
        facts.note(procurement=procurement.id)
    return procurement


def change_procurement(
    session: Session,
    *,
    procurement: Procurement,
    call: CallTerms,
    by: Person,
    at: datetime,
    revision: int | None = None,
) -> None:
    """Replace the terms of a draft.

    ``revision`` is the one that the writer had before their eyes. Raises ``wrong_state`` once
    published, ``changed_meanwhile``, ``reference_taken``, ``use_not_permitted``,
    ``shared_criterion_missing``, ``cpv_unknown``.
    """
    with acting(session, "change_procurement", chain=procurement.id, by=by.id, at=at):
        require(by, "change_procurement", procurement.buyer_id)
        if procurement.state != State.DRAFT:
            raise RuleBroken("wrong_state")
        if revision is not None and revision != procurement.revision:
            raise RuleBroken("changed_meanwhile")
        if call.reference != procurement.reference:
            _require_free_reference(session, procurement.buyer, call.reference)
        _write(session, procurement, call)


def copy_procurement(
    session: Session, *, procurement: Procurement, reference: str, by: Person, at: datetime
) -> Procurement:
    """Begin a draft of the same buyer with the terms of a call in any state.

    Its deadlines and its contract period are left empty, and nothing follows of what others did
    with the call: no question, no evaluator, no offer. Raises ``reference_taken``.
    """
    draft = Procurement(
        buyer=procurement.buyer,
        buyer_id=procurement.buyer_id,
        created_by_id=by.id,
        created_at=at,
        state=State.DRAFT,
    )
    with acting(session, "copy_procurement", chain=draft.id, by=by.id, at=at) as facts:
        require(by, "copy_procurement", procurement.buyer_id)
        _require_free_reference(session, procurement.buyer, reference)
        _write(session, draft, copy_of(call_terms(procurement), reference))
        facts.note(copied_from=procurement.id)
    return draft


def _require_free_reference(session: Session, buyer: Organisation, reference: str) -> None:
    taken = select(Procurement.id).where(
        Procurement.buyer_id == buyer.id, Procurement.reference == reference
    )
    if session.scalar(taken) is not None:
        raise RuleBroken("reference_taken", field="reference")


def _write(session: Session, procurement: Procurement, call: CallTerms) -> None:
    for terms in call.criteria:
        if terms.question is None:
            require_use(bank().criterion(terms.key, terms.version), Use.AWARD)
    if call.criteria_set is not None:
        followed = bank().set_named(call.criteria_set).criteria
        require_shared_criteria(
            call, [(entry.criterion.key, entry.criterion.version) for entry in followed]
        )
    require_cpv(call.cpv)
    for name in SCALARS:
        setattr(procurement, name, getattr(call, name))
    procurement.title = dict(call.title)
    procurement.description = dict(call.description)
    procurement.cpv = list(call.cpv)
    session.add(procurement)
    # Rows are replaced, so the old ones must be gone before their keys are used again.
    procurement.lots.clear()
    procurement.requirements.clear()
    procurement.criteria.clear()
    flag_modified(procurement, "title")
    session.flush()
    procurement.lots.extend(lot_row(lot, place) for place, lot in enumerate(call.lots))
    procurement.requirements.extend(
        requirement_row(requirement, place) for place, requirement in enumerate(call.requirements)
    )
    procurement.criteria.extend(
        criterion_row(criterion, place) for place, criterion in enumerate(call.criteria)
    )
    session.flush()
