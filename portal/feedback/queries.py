"""What the pages of feedback show. Nobody is told who gave which answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.capacity.access import trainings_seen_by
from portal.capacity.models import Training
from portal.enrolments.models import Enrolment
from portal.feedback.models import Feedback, FeedbackLink, Proposal
from portal.feedback.rules import HAVE_STARTED, Giver, points_of
from portal.feedback.usecases import link_in_force
from portal.organisations.models import Organisation, OrganisationKind, Person
from portal.permissions import Kind, Role
from portal.shared.errors import NotFound
from portal.shared.names import name_in
from portal.shared.numbers import rounded


@dataclass(frozen=True)
class Figures:
    """The answers of one kind of giver; the mean with two decimals, None without an answer."""

    giver: Giver
    answers: int
    mean: Decimal | None


@dataclass(frozen=True)
class Said:
    """What one giver wrote, without who it was."""

    giver: Giver
    text: str


@dataclass(frozen=True)
class TrainingFeedback:
    """Everything of a training's page of feedback.

    ``own`` is the reader's own answer, where they may give one (``may_give``). ``participants``
    and ``employers`` are whom the reader may make a link for: a key and a name.
    """

    training: Training
    figures: list[Figures]
    said: list[Said]
    proposals: list[Proposal]
    may_give: bool
    may_answer: bool
    own: Feedback | None
    participants: list[tuple[UUID, str]]
    employers: list[tuple[UUID, str]]


def training_of(session: Session, training_id: UUID, person: Person) -> Training:
    """A training that this reader may see. Raises NotFound, the same for none and for foreign."""
    found = select(Training).where(Training.id == training_id, trainings_seen_by(person))
    training = session.scalar(found)
    if training is None:
        raise NotFound
    return training


def training_feedback(
    session: Session, training_id: UUID, person: Person, language: str
) -> TrainingFeedback:
    """The feedback on a training, and what this reader may do about it. Raises NotFound."""
    training = training_of(session, training_id, person)
    given = session.scalars(
        select(Feedback).where(Feedback.training_id == training.id).order_by(Feedback.id)
    ).all()
    by_giver: dict[Giver, list[Feedback]] = {giver: [] for giver in Giver}
    for one in given:
        by_giver[giver_of(one)].append(one)
    offices = [office.id for office in person.organisations_as(Role.COURSE_SPONSOR)]
    sponsors = any(named.person_id == person.id for named in training.sponsors)
    may_give = sponsors and any(named.office_id in offices for named in training.sponsors)
    contract = training.contract
    return TrainingFeedback(
        training=training,
        figures=[_figures(giver, answers) for giver, answers in by_giver.items()],
        # In the order of random keys, which tells nothing of who answered when.
        said=[Said(giver_of(one), one.text) for one in given if one.text],
        proposals=list(
            session.scalars(
                select(Proposal)
                .where(Proposal.training_id == training.id)
                .order_by(Proposal.answered_at.is_not(None), Proposal.id)
            )
        ),
        may_give=may_give,
        may_answer=person.holds({Role.TRAINER}, contract.provider_id)
        or person.holds({Role.PROCUREMENT_OFFICER}, contract.buyer_id),
        own=next((one for one in given if one.person_id == person.id), None),
        participants=_participants(session, training, offices) if may_give else [],
        employers=_employers(session, language) if may_give else [],
    )


def giver_of(feedback: Feedback) -> Giver:
    """Whose answer it is."""
    if feedback.enrolment_id is not None:
        return Giver.PARTICIPANT
    return Giver.EMPLOYER if feedback.employer_id is not None else Giver.SPONSOR


def _figures(giver: Giver, answers: list[Feedback]) -> Figures:
    points = points_of(one.points for one in answers)
    mean = points.mean
    return Figures(giver, points.answers, None if mean is None else rounded(mean))


def _participants(
    session: Session, training: Training, offices: list[UUID]
) -> list[tuple[UUID, str]]:
    """Those of the sponsor's own offices who have started."""
    found = session.execute(
        select(Enrolment.id, Enrolment.name)
        .where(
            Enrolment.training_id == training.id,
            Enrolment.office_id.in_(offices),
            Enrolment.state.in_(HAVE_STARTED),
        )
        .order_by(Enrolment.name, Enrolment.id)
    )
    return [(enrolment_id, name) for enrolment_id, name in found]


def _employers(session: Session, language: str) -> list[tuple[UUID, str]]:
    found = session.execute(
        select(Organisation.id, Organisation.name)
        .join(OrganisationKind, OrganisationKind.organisation_id == Organisation.id)
        .where(OrganisationKind.kind == Kind.EMPLOYER)
    )
    named = [(organisation_id, name_in(names, language)) for organisation_id, names in found]
    return sorted(named, key=lambda pair: (pair[1], str(pair[0])))


@dataclass(frozen=True)
class ProposalPage:
    """A proposal with its training; ``possible``: this reader may answer it now."""

    proposal: Proposal
    training: Training
    possible: bool


def proposal_of(session: Session, proposal_id: UUID, person: Person) -> Proposal:
    """A proposal on a training that this reader may see. Raises NotFound."""
    proposal = session.get(Proposal, proposal_id)
    if proposal is None:
        raise NotFound
    training_of(session, proposal.training_id, person)
    return proposal


def proposal_page(session: Session, proposal_id: UUID, person: Person) -> ProposalPage:
    """The page on which a proposal is answered. Raises NotFound."""
    proposal = proposal_of(session, proposal_id, person)
    training = session.get_one(Training, proposal.training_id)
    contract = training.contract
    may = person.holds({Role.TRAINER}, contract.provider_id) or person.holds(
        {Role.PROCUREMENT_OFFICER}, contract.buyer_id
    )
    return ProposalPage(proposal, training, may and proposal.answered_at is None)


@dataclass(frozen=True)
class AnswerPage:
    """What the holder of a link sees: which training, and their own earlier answer."""

    training: Training
    link: FeedbackLink
    earlier: Feedback | None
    proposals: int


def answer_page(session: Session, token: str, at: datetime) -> AnswerPage:
    """The page of a personal link. Raises ``link_expired``."""
    link = link_in_force(session, token, at)
    earlier = session.scalar(
        select(Feedback).where(
            Feedback.training_id == link.training_id,
            Feedback.enrolment_id == link.enrolment_id,
            Feedback.employer_id == link.employer_id,
            Feedback.person_id.is_(None),
        )
    )
    proposals = 0
    if earlier is not None:
        counted = select(func.count()).where(Proposal.feedback_id == earlier.id)
        proposals = session.scalar(counted) or 0
    return AnswerPage(link.training, link, earlier, proposals)
