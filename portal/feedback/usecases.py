"""Giving feedback, answering what it proposes, and the links by which those without account do."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.capacity.access import sponsors_office
from portal.capacity.models import Training
from portal.config import settings_of
from portal.enrolments.models import Enrolment
from portal.feedback.models import Feedback, FeedbackLink, Proposal
from portal.feedback.rules import HAVE_STARTED, link_works
from portal.organisations.models import Organisation, Person
from portal.organisations.rules import hash_of, new_token
from portal.permissions import Kind, Role, require
from portal.shared.errors import RuleBroken


def give_feedback(
    session: Session,
    *,
    training: Training,
    points: int,
    text: str = "",
    proposal: str | None = None,
    enrolment: Enrolment | None = None,
    employer: Organisation | None = None,
    by: Person | None,
    at: datetime,
) -> tuple[Feedback, Proposal | None]:
    """One answer per giver and training: a participant's, an employer's, or a course sponsor's.

    ``points`` are from 1 to 5. A participant and an employer have no account, so for them ``by``
    is None. A later answer takes the place of the earlier; what that one proposed stays, and
    ``proposal`` adds to it. Raises ``wrong_state`` for a participant who has not started.
    """
    chain = training.contract.procurement_id
    actor = None if by is None else by.id
    with acting(session, "give_feedback", chain=chain, by=actor, at=at) as facts:
        _require_giver(session, training, enrolment, employer, by)
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
        session.flush()
        proposed = None
        if proposal is not None:
            proposed = Proposal(
                training_id=training.id, feedback=given, text=proposal.strip(), made_at=at
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
        if not (
            by.holds({Role.TRAINER}, contract.provider_id)
            or by.holds({Role.PROCUREMENT_OFFICER}, contract.buyer_id)
        ):
            raise RuleBroken("not_permitted")
        if proposal.answered_at is not None:
            raise RuleBroken("wrong_state")
        if not text.strip():
            raise RuleBroken("text_missing", field="text")
        proposal.answer, proposal.answered_at = text.strip(), at
        proposal.answered_by_id = by.id
        facts.note(proposal=proposal.id, training=proposal.training_id)


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
        earlier = update(FeedbackLink).where(
            FeedbackLink.training_id == training.id, FeedbackLink.expires_at > at
        )
        if enrolment is not None:
            earlier = earlier.where(FeedbackLink.enrolment_id == enrolment.id)
        elif employer is not None:
            earlier = earlier.where(FeedbackLink.employer_id == employer.id)
        # A moment before now, since a link still works at its last moment.
        session.execute(earlier.values(expires_at=at - timedelta(microseconds=1)))
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
        session.add(link)
        session.flush()
        facts.note(link=link.id, training=training.id)
        return token


def link_in_force(session: Session, token: str, at: datetime) -> FeedbackLink:
    """The link of a token. Raises ``link_expired`` for one that is unknown or too old."""
    link = session.scalar(select(FeedbackLink).where(FeedbackLink.token_hash == hash_of(token)))
    if link is None or not link_works(at, link.expires_at):
        raise RuleBroken("link_expired")
    return link


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
