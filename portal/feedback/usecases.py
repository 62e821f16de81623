"""Giving feedback, answering what it proposes, and the links by which those without account do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.capacity.access import sponsors_office
from portal.capacity.models import Training
from portal.config import settings_of
from portal.enrolments.models import Enrolment
from portal.feedback.access import first_owner, may_answer
from portal.feedback.items import asked_of
from portal.feedback.models import Feedback, FeedbackItem, FeedbackLink, Proposal
from portal.feedback.rules import (
    HAVE_STARTED,
    Giver,
    answer_day,
    link_works,
    require_items,
)
from portal.organisations.models import Organisation, Person
from portal.organisations.rules import hash_of, new_token
from portal.permissions import Kind, Role, require
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import RuleBroken


def give_feedback(
    session: Session,
    *,
    training: Training,
    points: int,
    text: str = "",
    proposal: str | None = None,
    items: Mapping[str, int] | None = None,
    changed: str = "",
    assessor: str = "",
    enrolment: Enrolment | None = None,
    employer: Organisation | None = None,
    by: Person | None,
    at: datetime,
) -> tuple[Feedback, Proposal | None]:
    """One answer per giver and training: a participant's, an employer's, or a course sponsor's.

    ``points`` are the overall mark, from 1 to 5, and ``items`` those of what this giver is asked
    (`feedback.items`). A participant and an employer have no account, so for them ``by`` is None.
    A later answer takes the place of the earlier with its items; what that one proposed stays,
    and ``proposal`` adds to it, with an owner and a day. Raises ``wrong_state`` for a participant
    who has not started, ``item_unknown``.
    """
    chain = training.contract.procurement_id
    actor = None if by is None else by.id
    with acting(session, "give_feedback", chain=chain, by=actor, at=at) as facts:
        _require_giver(session, training, enrolment, employer, by)
        giver = _kind_of(enrolment, employer)
        require_items(items or {}, (item.key for item in asked_of(giver)))
        given = session.scalar(
            select(Feedback).where(
                Feedback.training_id == training.id,
                Feedback.enrolment_id == (None if enrolment is None else enrolment.id),
                Feedback.employer_id == (None if employer is None else employer.id),
                Feedback.person_id == actor,
            )
        )
        if given is None:
            given = Feedback(
                training_id=training.id,
                contract_id=training.contract_id,
                enrolment_id=None if enrolment is None else enrolment.id,
                employer_id=None if employer is None else employer.id,
                person_id=actor,
            )
            session.add(given)
        given.points, given.text, given.given_at = points, text.strip(), at
        given.changed, given.assessor = changed.strip(), assessor.strip()
        # The earlier rows go first: the same item of the same answer may stand only once.
        given.items = []
        session.flush()
        given.items = [FeedbackItem(item=key, points=each) for key, each in (items or {}).items()]
        session.flush()
        proposed = None
        if proposal is not None:
            owner = first_owner(session, training)
            proposed = Proposal(
                training_id=training.id,
                feedback=given,
                text=proposal.strip(),
                made_at=at,
                owner_id=None if owner is None else owner.id,
                due=answer_day(at, settings_of(session).proposal_answer_days),
            )
            session.add(proposed)
            session.flush()
        facts.note(
            feedback=given.id,
            training=training.id,
            proposal=None if proposed is None else proposed.id,
        )
        return given, proposed


def answer_proposal(
    session: Session, *, proposal: Proposal, text: str, by: Person, at: datetime
) -> None:
    """Say what was done about a proposal: the provider's trainer, or the buyer's officer.

    Raises ``wrong_state`` where it has an answer already, ``text_missing``.
    """
    contract = session.get_one(Training, proposal.training_id).contract
    chain = contract.procurement_id
    with acting(session, "answer_proposal", chain=chain, by=by.id, at=at) as facts:
        if not may_answer(by, contract):
            raise RuleBroken("not_permitted")
        if proposal.answered_at is not None:
            raise RuleBroken("wrong_state")
        if not text.strip():
            raise RuleBroken("text_missing", field="text")
        proposal.answer, proposal.answered_at = text.strip(), at
        proposal.answered_by_id = by.id
        facts.note(proposal=proposal.id, training=proposal.training_id)


def assign_proposal(
    session: Session, *, proposal: Proposal, owner: Person, due: date, by: Person, at: datetime
) -> None:
    """Name who answers an open proposal, and by which day.

    Whoever may answer it names them, and they are of those who may. Raises ``wrong_state`` where
    it has an answer, ``owner_unfit``, ``due_passed``.
    """
    contract = session.get_one(Training, proposal.training_id).contract
    chain = contract.procurement_id
    with acting(session, "assign_proposal", chain=chain, by=by.id, at=at) as facts:
        if not may_answer(by, contract):
            raise RuleBroken("not_permitted")
        if proposal.answered_at is not None:
            raise RuleBroken("wrong_state")
        if not may_answer(owner, contract):
            raise RuleBroken("owner_unfit", field="owner")
        if due < day_in_helsinki(at):
            raise RuleBroken("due_passed", field="due")
        proposal.owner_id, proposal.due = owner.id, due
        facts.note(proposal=proposal.id, owner=owner.id, due=due.isoformat())


def make_feedback_link(
    session: Session,
    *,
    training: Training,
    enrolment: Enrolment | None = None,
    employer: Organisation | None = None,
    by: Person,
    at: datetime,
) -> str:
    """A new personal link for a participant or an employer; returns its token, kept nowhere.

    The course sponsor hands it over, since no address of a participant is known. Earlier links of
    the same giver stop working. Raises ``wrong_state`` for a participant who has not started.
    """
    chain = training.contract.procurement_id
    with acting(session, "make_feedback_link", chain=chain, by=by.id, at=at) as facts:
        require(by, "make_feedback_link")
        sponsors_office(session, by, training)
        if enrolment is not None and not by.holds({Role.COURSE_SPONSOR}, enrolment.office_id):
            raise RuleBroken("not_permitted")
        _require_giver(session, training, enrolment, employer, None)
        if enrolment is not None:
            earlier = FeedbackLink.enrolment_id == enrolment.id
        else:
            assert employer is not None
            earlier = FeedbackLink.employer_id == employer.id
        _end_links(session, training, earlier, at)
        link, token = _new_link(session, training, enrolment, employer, by, at)
        session.add(link)
        session.flush()
        facts.note(link=link.id, training=training.id)
        return token


def make_feedback_links(
    session: Session, *, training: Training, by: Person, at: datetime
) -> list[tuple[Enrolment, str]]:
    """New personal links for everybody of the sponsor's offices who has started, by name.

    Each is returned with its token, kept nowhere; the earlier links of these people stop working.
    Raises ``nobody_to_ask``.
    """
    chain = training.contract.procurement_id
    with acting(session, "make_feedback_links", chain=chain, by=by.id, at=at) as facts:
        require(by, "make_feedback_links")
        sponsors_office(session, by, training)
        offices = [office.id for office in by.organisations_as(Role.COURSE_SPONSOR)]
        people = session.scalars(
            select(Enrolment)
            .where(
                Enrolment.training_id == training.id,
                Enrolment.office_id.in_(offices),
                Enrolment.state.in_(HAVE_STARTED),
            )
            .order_by(Enrolment.name, Enrolment.id)
        ).all()
        if not people:
            raise RuleBroken("nobody_to_ask")
        keys = [person.id for person in people]
        _end_links(session, training, FeedbackLink.enrolment_id.in_(keys), at)
        made = [(one, *_new_link(session, training, one, None, by, at)) for one in people]
        session.add_all(link for _one, link, _token in made)
        session.flush()
        facts.note(training=training.id, links=len(made))
        return [(one, token) for one, _link, token in made]


def _end_links(
    session: Session, training: Training, whose: ColumnElement[bool], at: datetime
) -> None:
    session.execute(
        update(FeedbackLink)
        .where(FeedbackLink.training_id == training.id, FeedbackLink.expires_at > at, whose)
        # A moment before now, since a link still works at its last moment.
        .values(expires_at=at - timedelta(microseconds=1))
    )


def _new_link(
    session: Session,
    training: Training,
    enrolment: Enrolment | None,
    employer: Organisation | None,
    by: Person,
    at: datetime,
) -> tuple[FeedbackLink, str]:
    token = new_token()
    link = FeedbackLink(
        token_hash=hash_of(token),
        training_id=training.id,
        enrolment_id=None if enrolment is None else enrolment.id,
        employer_id=None if employer is None else employer.id,
        made_by_id=by.id,
        made_at=at,
        expires_at=at + timedelta(days=settings_of(session).feedback_link_days),
    )
    return link, token


def link_in_force(session: Session, token: str, at: datetime) -> FeedbackLink:
    """The link of a token. Raises ``link_expired`` for one that is unknown or too old."""
    link = session.scalar(select(FeedbackLink).where(FeedbackLink.token_hash == hash_of(token)))
    if link is None or not link_works(at, link.expires_at):
        raise RuleBroken("link_expired")
    return link


def _kind_of(enrolment: Enrolment | None, employer: Organisation | None) -> Giver:
    if enrolment is not None:
        return Giver.PARTICIPANT
    return Giver.SPONSOR if employer is None else Giver.EMPLOYER


def _require_giver(
    session: Session,
    training: Training,
    enrolment: Enrolment | None,
    employer: Organisation | None,
    by: Person | None,
) -> None:
    """Exactly one giver, who has to do with this training."""
    if [enrolment, employer, by].count(None) != 2:
        raise RuleBroken("not_permitted")
    if enrolment is not None:
        if enrolment.training_id != training.id:
            raise RuleBroken("not_permitted")
        if enrolment.state not in HAVE_STARTED:
            raise RuleBroken("wrong_state")
    elif employer is not None:
        if Kind.EMPLOYER not in employer.kinds:
            raise RuleBroken("not_permitted")
    elif by is not None:
        require(by, "give_feedback")
        sponsors_office(session, by, training)
