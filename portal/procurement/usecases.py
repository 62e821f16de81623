"""Drafting, publishing, asking and answering, appointing evaluators."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from portal.audit.record import acting
from portal.config import settings_of
from portal.criteria.bank import bank
from portal.criteria.rules import Use, require_use
from portal.documents import store
from portal.jobs.mail import send_mail
from portal.organisations.models import Organisation, Person
from portal.permissions import Role, require
from portal.procurement.changes import (
    CALL_PARTS,
    LOT_PARTS,
    CallChanges,
    amended,
    differences,
    require_amendable,
    require_before_deadline,
)
from portal.procurement.cpv import require_cpv
from portal.procurement.models import (
    Appointment,
    BegunFromSounding,
    CallAmendment,
    Procurement,
    Question,
)
from portal.procurement.queries.copying import copy_of
from portal.procurement.rules import (
    CallTerms,
    ProcurementKind,
    State,
    frozen_call,
    frozen_hash,
    moved,
    require_one_scale,
    require_publishable,
    require_shared_criteria,
)
from portal.procurement.terms import (
    SCALARS,
    call_terms,
    criterion_row,
    lot_row,
    requirement_row,
)
from portal.shared.canonical import canonical
from portal.shared.clock import in_time
from portal.shared.errors import RuleBroken
from portal.shared.names import LANGUAGES
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


def publish(session: Session, *, procurement: Procurement, by: Person, at: datetime) -> None:
    """Freeze the call with its criteria written out, and open it for offers.

    Raises ``wrong_state``, ``call_incomplete``, ``weights_not_100``, ``use_not_permitted``,
    ``scale_differs``.
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


Told = Callable[[Session, Procurement, CallAmendment, datetime], None]

_told_of_amendments: list[Told] = []


def told_of_amendments(tell: Told) -> None:
    """Let a later room say, at wiring, whom it tells that a call has been amended."""
    if tell not in _told_of_amendments:
        _told_of_amendments.append(tell)


def amend(
    session: Session,
    *,
    procurement: Procurement,
    changes: CallChanges,
    reason: str,
    by: Person,
    at: datetime,
    revision: int | None = None,
) -> CallAmendment:
    """Change a published call before its deadline; every submitted offer is to be confirmed again.

    The call is frozen anew, with the criteria as they were frozen; what was frozen before is kept.
    Raises ``wrong_state`` for a draft and once decided, ``deadline_passed``, ``reason_missing``,
    ``changed_meanwhile``, and what `require_amendable` raises.
    """
    with acting(session, "amend", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "amend", procurement.buyer_id)
        if procurement.state == State.DRAFT:
            raise RuleBroken("wrong_state")
        require_before_deadline(procurement.offers_due, at)
        if procurement.state != State.PUBLISHED:
            raise RuleBroken("wrong_state")
        if not reason.strip():
            raise RuleBroken("reason_missing", field="reason")
        if revision is not None and revision != procurement.revision:
            raise RuleBroken("changed_meanwhile")
        before = call_terms(procurement)
        after = amended(before, changes)
        require_amendable(before, after, at)
        assert procurement.frozen is not None
        assert procurement.frozen_sha256 is not None
        frozen_before, sha256_before = procurement.frozen, procurement.frozen_sha256
        for name in CALL_PARTS:
            setattr(procurement, name, getattr(after, name))
        for row, terms in zip(procurement.lots, after.lots, strict=True):
            for name in LOT_PARTS:
                setattr(row, name, getattr(terms, name))
        texts = {terms["key"]: terms["text"] for terms in frozen_before["criteria"]}
        procurement.frozen = frozen_call(call_terms(procurement), texts)
        procurement.frozen_sha256 = frozen_hash(procurement.frozen)
        procurement.amended += 1
        amendment = CallAmendment(
            procurement_id=procurement.id,
            n=procurement.amended,
            reason=reason,
            differences=json.loads(canonical([asdict(one) for one in differences(before, after)])),
            frozen_before=frozen_before,
            sha256_before=sha256_before,
            sha256_after=procurement.frozen_sha256,
            amended_at=at,
            amended_by_id=by.id,
        )
        session.add(amendment)
        session.flush()
        _make_documents(session, procurement, amendment.id, at)
        for tell in _told_of_amendments:
            tell(session, procurement, amendment, at)
        facts.note(amendment=amendment.n, sha256=amendment.sha256_after)
    return amendment


def appoint_evaluator(
    session: Session, *, procurement: Procurement, evaluator: Person, by: Person, at: datetime
) -> None:
    """Let an evaluator of the buyer or of an employment office take part; twice is once."""
    with acting(session, "appoint_evaluator", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "appoint_evaluator", procurement.buyer_id)
        if procurement.state == State.DECIDED:
            raise RuleBroken("wrong_state")
        if not evaluator.holds({Role.EVALUATOR}):
            raise RuleBroken("not_an_evaluator", field="evaluator")
        if appointed(session, procurement, evaluator):
            return
        session.add(
            Appointment(
                procurement_id=procurement.id,
                person_id=evaluator.id,
                appointed_at=at,
                appointed_by_id=by.id,
            )
        )
        facts.note(evaluator=evaluator.id)


def appointed(session: Session, procurement: Procurement, person: Person) -> bool:
    """Whether this person has been appointed to evaluate the procurement."""
    row = select(Appointment.id).where(
        Appointment.procurement_id == procurement.id, Appointment.person_id == person.id
    )
    return session.scalar(row) is not None


def appointed_people(session: Session, procurement: Procurement) -> list[Person]:
    """The appointed evaluators, in the order of their appointment."""
    appointments = session.scalars(
        select(Appointment)
        .where(Appointment.procurement_id == procurement.id)
        .order_by(Appointment.appointed_at, Appointment.id)
    )
    return [appointment.person for appointment in appointments]


def ask(
    session: Session, *, procurement: Procurement, text: str, by: Person, at: datetime
) -> Question:
    """Ask about the call. Raises ``wrong_state`` for a draft, ``questions_closed``."""
    with acting(session, "ask", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "ask")
        if procurement.state == State.DRAFT or procurement.questions_due is None:
            raise RuleBroken("wrong_state")
        if not in_time(at, procurement.questions_due):
            raise RuleBroken("questions_closed")
        # Whoever asks at the same moment waits for this number to be taken.
        session.execute(
            select(Procurement.id).where(Procurement.id == procurement.id).with_for_update()
        )
        last = session.scalar(
            select(func.max(Question.n)).where(Question.procurement_id == procurement.id)
        )
        question = Question(
            procurement_id=procurement.id,
            n=(last or 0) + 1,
            text=text,
            asked_at=at,
            asked_by_id=by.id,
        )
        session.add(question)
        facts.note(question=question.id)
    return question


def answer(
    session: Session,
    *,
    procurement: Procurement,
    question: Question,
    text: str,
    by: Person,
    at: datetime,
) -> None:
    """Answer a question for all to read. Raises ``wrong_state`` when it has been answered."""
    with acting(session, "answer", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "answer", procurement.buyer_id)
        if question.answered_at is not None:
            raise RuleBroken("wrong_state")
        question.answer, question.answered_at, question.answered_by_id = text, at, by.id
        send_mail(
            session,
            to=session.get_one(Person, question.asked_by_id),
            letter="call_answered",
            facts={
                "reference": procurement.reference,
                "path": f"/procurements/{procurement.id}",
            },
            at=at,
        )
        facts.note(question=question.id)


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
