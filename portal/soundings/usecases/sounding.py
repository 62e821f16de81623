"""Drafting and publishing a sounding, and the market's answers to it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.organisations.models import Organisation, Person
from portal.permissions import Kind, require
from portal.shared.errors import RuleBroken
from portal.soundings.models import Need, SoundedNeed, Sounding, SoundingAnswer
from portal.soundings.rules import (
    MarketAnswer,
    NeedState,
    SoundingState,
    SoundingTerms,
    in_time,
    need_after,
    require_answer,
    require_complete,
    sounding_after,
)


def draft_sounding(
    session: Session,
    *,
    buyer: Organisation,
    terms: SoundingTerms,
    by: Person,
    at: datetime,
    needs: Collection[UUID] = (),
) -> Sounding:
    """Begin a sounding of the buyer, built on these needs. Raises ``wrong_state``."""
    sounding = Sounding(
        buyer=buyer,
        buyer_id=buyer.id,
        state=SoundingState.DRAFT,
        created_by_id=by.id,
        created_at=at,
    )
    with acting(session, "draft_sounding", chain=sounding.id, by=by.id, at=at) as facts:
        require(by, "draft_sounding", buyer.id)
        _write(sounding, terms)
        session.add(sounding)
        session.flush()
        _build_on(session, sounding, needs)
        facts.note(needs=len(set(needs)))
    return sounding


def change_sounding(
    session: Session,
    *,
    sounding: Sounding,
    terms: SoundingTerms,
    by: Person,
    at: datetime,
    needs: Collection[UUID] = (),
    revision: int | None = None,
) -> None:
    """Replace the texts of a draft and the needs that it builds on.

    ``revision`` is the one that the writer had before their eyes. Raises ``wrong_state`` once it
    has been published or for a need that is not open, ``changed_meanwhile``.
    """
    with acting(session, "change_sounding", chain=sounding.id, by=by.id, at=at) as facts:
        require(by, "change_sounding", sounding.buyer_id)
        sounding.state = sounding_after(sounding.state, "change_sounding")
        if revision is not None and revision != sounding.revision:
            raise RuleBroken("changed_meanwhile")
        _write(sounding, terms)
        _build_on(session, sounding, needs)
        facts.note(needs=len(set(needs)))


def publish_sounding(session: Session, *, sounding: Sounding, by: Person, at: datetime) -> None:
    """Put the sounding before the market; the needs that it builds on are thereby used.

    A need that its office has taken back meanwhile is left out, as is one that another sounding
    has used before. Raises ``wrong_state``, ``sounding_incomplete``.
    """
    with acting(session, "publish_sounding", chain=sounding.id, by=by.id, at=at) as facts:
        require(by, "publish_sounding", sounding.buyer_id)
        state = sounding_after(sounding.state, "publish_sounding")
        require_complete(terms_of(sounding), at)
        used = []
        for need in _needs_held(session, sounding):
            if need.state == NeedState.OPEN:
                need.state = need_after(need.state, "use_need")
                used.append(need.id)
        session.execute(
            delete(SoundedNeed).where(
                SoundedNeed.sounding_id == sounding.id, SoundedNeed.need_id.not_in(used)
            )
        )
        sounding.state = state
        sounding.published_by_id = by.id
        sounding.published_at = at
        facts.note(needs=len(used))


def answer_sounding(
    session: Session,
    *,
    sounding: Sounding,
    provider: Organisation,
    answer: MarketAnswer,
    by: Person,
    at: datetime,
) -> SoundingAnswer:
    """Tell the buyer, and everybody, whether the provider would bid.

    An earlier answer of the provider is kept and no longer stands. Raises ``wrong_state`` for a
    draft, ``comments_closed``, ``reason_missing``.
    """
    with acting(session, "answer_sounding", chain=sounding.id, by=by.id, at=at) as facts:
        require(by, "answer_sounding", provider.id)
        if Kind.PROVIDER not in provider.kinds:
            raise RuleBroken("not_permitted")
        sounding_after(sounding.state, "answer_sounding")
        if sounding.comments_due is None or not in_time(at, sounding.comments_due):
            raise RuleBroken("comments_closed")
        require_answer(answer)
        before = session.scalar(
            select(SoundingAnswer).where(
                SoundingAnswer.sounding_id == sounding.id,
                SoundingAnswer.provider_id == provider.id,
                SoundingAnswer.replaced_at.is_(None),
            )
        )
        if before is not None:
            before.replaced_at = at
            session.flush()
        given = SoundingAnswer(
            sounding_id=sounding.id,
            provider_id=provider.id,
            would_bid=answer.would_bid,
            reason="" if answer.would_bid else answer.reason.strip(),
            comment=answer.comment.strip(),
            answered_by_id=by.id,
            answered_at=at,
        )
        session.add(given)
        facts.note(
            provider=provider.id,
            would_bid=answer.would_bid,
            replaces=None if before is None else before.id,
        )
    return given


def terms_of(sounding: Sounding) -> SoundingTerms:
    """What the sounding says."""
    return SoundingTerms(
        title=sounding.title,
        description=sounding.description,
        capacity=sounding.capacity,
        questions=sounding.questions,
        comments_due=sounding.comments_due,
    )


def _write(sounding: Sounding, terms: SoundingTerms) -> None:
    sounding.title = dict(terms.title)
    sounding.description = dict(terms.description)
    sounding.capacity = dict(terms.capacity)
    sounding.questions = dict(terms.questions)
    sounding.comments_due = terms.comments_due


def _build_on(session: Session, sounding: Sounding, needs: Collection[UUID]) -> None:
    wanted = set(needs)
    session.execute(delete(SoundedNeed).where(SoundedNeed.sounding_id == sounding.id))
    still_open = set(
        session.scalars(select(Need.id).where(Need.id.in_(wanted), Need.state == NeedState.OPEN))
    )
    if still_open != wanted:
        raise RuleBroken("wrong_state", field="needs")
    session.add_all(SoundedNeed(sounding_id=sounding.id, need_id=key) for key in sorted(wanted))
    session.flush()


def _needs_held(session: Session, sounding: Sounding) -> list[Need]:
    """The needs, held until the transaction ends so that no office changes one meanwhile."""
    return list(
        session.scalars(
            select(Need)
            .join(SoundedNeed, SoundedNeed.need_id == Need.id)
            .where(SoundedNeed.sounding_id == sounding.id)
            .order_by(Need.id)
            .with_for_update(of=Need)
        )
    )
