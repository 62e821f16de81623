"""What the pages of feedback show. Nobody is told who gave which answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.audit.record import note_shown
from portal.capacity.access import trainings_seen_by
from portal.capacity.models import Training
from portal.config import settings_of
from portal.contracts.models import Contract
from portal.enrolments.models import Enrolment
from portal.feedback.access import answering, may_answer
from portal.feedback.items import asked_of
from portal.feedback.models import Feedback, FeedbackItem, FeedbackLink, Proposal
from portal.feedback.rules import (
    HAVE_STARTED,
    Giver,
    is_overdue,
    large_enough,
    may_say_whose,
    points_of,
)
from portal.feedback.usecases import link_in_force
from portal.organisations.models import Organisation, OrganisationKind, Person
from portal.permissions import Kind, Role
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import NotFound
from portal.shared.names import name_in
from portal.shared.numbers import rounded
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging


@dataclass(frozen=True)
class ItemMean:
    """What one item got: its name, how many answered it, and the mean unless they are too few."""

    name: Mapping[str, str]
    answers: int
    mean: Decimal | None


@dataclass(frozen=True)
class Figures:
    """The answers of one kind of giver; the means with one decimal.

    ``mean`` is None without an answer, and where the answers are ``too_few`` to be shown apart;
    ``items`` is empty then.
    """

    giver: Giver
    answers: int
    mean: Decimal | None
    too_few: bool
    items: list[ItemMean]


@dataclass(frozen=True)
class Said:
    """What one giver wrote, without who it was; of which kind only where that tells nobody."""

    giver: Giver | None
    text: str


@dataclass(frozen=True)
class TrainingFeedback:
    """Everything of a training's page of feedback.

    ``own`` is the reader's own answer, where they may give one (``may_give``). ``participants``
    and ``employers`` are whom the reader may make a link for: a key and a name. ``small_group``
    is the number of answers from which they are shown broken down.
    """

    training: Training
    figures: list[Figures]
    said: list[Said]
    changed: list[str]
    proposals: list[Proposal]
    may_give: bool
    may_answer: bool
    own: Feedback | None
    participants: list[tuple[UUID, str]]
    employers: list[tuple[UUID, str]]
    small_group: int


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
    small_group = settings_of(session).small_group
    points = _points_of_items(session, training)
    tells_nobody = may_say_whose((len(answers) for answers in by_giver.values()), small_group)
    # By their letters, which tells nothing of who answered when, nor which words belong together.
    said = [Said(giver_of(one) if tells_nobody else None, one.text) for one in given if one.text]
    # Only participants are asked what changed for them, so a few such words stand among the rest.
    changed = sorted(one.changed for one in given if one.changed)
    apart = large_enough(len(changed), small_group)
    if not apart:
        said += [Said(None, text) for text in changed]
    offices = [office.id for office in person.organisations_as(Role.COURSE_SPONSOR)]
    sponsors = any(named.person_id == person.id for named in training.sponsors)
    may_give = sponsors and any(named.office_id in offices for named in training.sponsors)
    contract = training.contract
    return TrainingFeedback(
        training=training,
        figures=[
            _figures(giver, answers, points, small_group) for giver, answers in by_giver.items()
        ],
        said=sorted(said, key=lambda one: (one.giver or "", one.text)),
        changed=changed if apart else [],
        proposals=list(
            session.scalars(
                select(Proposal)
                .where(Proposal.training_id == training.id)
                .order_by(Proposal.answered_at.is_not(None), Proposal.due, Proposal.id)
            )
        ),
        may_give=may_give,
        may_answer=may_answer(person, contract),
        own=next((one for one in given if one.person_id == person.id), None),
        participants=_participants(session, training, offices) if may_give else [],
        employers=_employers(session, language) if may_give else [],
        small_group=small_group,
    )


def giver_of(feedback: Feedback) -> Giver:
    """Whose answer it is."""
    if feedback.enrolment_id is not None:
        return Giver.PARTICIPANT
    return Giver.EMPLOYER if feedback.employer_id is not None else Giver.SPONSOR


def _points_of_items(session: Session, training: Training) -> dict[UUID, list[FeedbackItem]]:
    found: dict[UUID, list[FeedbackItem]] = defaultdict(list)
    for one in session.scalars(
        select(FeedbackItem)
        .join(Feedback, Feedback.id == FeedbackItem.feedback_id)
        .where(Feedback.training_id == training.id)
    ):
        found[one.feedback_id].append(one)
    return found


def _figures(
    giver: Giver,
    answers: list[Feedback],
    points: Mapping[UUID, list[FeedbackItem]],
    small_group: int,
) -> Figures:
    shown = large_enough(len(answers), small_group)
    if not shown:
        return Figures(giver, len(answers), None, bool(answers), [])
    mean = points_of(one.points for one in answers).mean
    by_item: dict[str, list[int]] = defaultdict(list)
    for one in answers:
        for item in points.get(one.id, ()):
            by_item[item.item].append(item.points)
    rows = [
        _item_mean(item.name, by_item[item.key], small_group)
        for item in asked_of(giver)
        if by_item[item.key]
    ]
    return Figures(giver, len(answers), _shown(mean), False, rows)


def _item_mean(name: Mapping[str, str], given: list[int], small_group: int) -> ItemMean:
    enough = large_enough(len(given), small_group)
    return ItemMean(name, len(given), _shown(points_of(given).mean) if enough else None)


def _shown(mean: Fraction | None) -> Decimal | None:
    # One decimal: of two, the mean before and after an answer would give that answer away.
    return None if mean is None else rounded(mean, 1)


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
    ).all()
    note_shown(session, *(row.id for row in found))
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
    """A proposal with its training; ``possible``: this reader may answer or assign it now.

    ``owners`` are those who may be named for it: a key and a name.
    """

    proposal: Proposal
    training: Training
    possible: bool
    owners: list[tuple[UUID, str]]


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
    possible = may_answer(person, training.contract) and proposal.answered_at is None
    owners: list[tuple[UUID, str]] = []
    if possible:
        found = session.execute(
            select(Person.id, Person.name)
            .where(answering(training.contract))
            .order_by(Person.name, Person.id)
        )
        owners = [(key, name) for key, name in found]
    return ProposalPage(proposal, training, possible, owners)


@dataclass(frozen=True)
class ProposalRow:
    """A proposal in the list; ``training`` is its reference, ``owner`` a name."""

    id: UUID
    text: str
    training_id: UUID
    training: str
    owner: str | None
    due: date | None
    overdue: bool
    answered_at: datetime | None


@dataclass(frozen=True)
class ProposalsPage:
    """The proposals that the reader sees: open ones by their day, so overdue ones come first."""

    rows: list[ProposalRow]
    paging: Paging
    chosen: str
    answered: int
    total: int


CHOICES = ("open", "mine", "answered")
"""What the list may be narrowed to."""


def proposals_page(
    session: Session, person: Person, at: datetime, chosen: str, n: int
) -> ProposalsPage:
    """The list of proposals on all trainings that this reader sees."""
    today = day_in_helsinki(at)
    chosen = chosen if chosen in CHOICES else CHOICES[0]
    seen = Proposal.training_id.in_(select(Training.id).where(trainings_seen_by(person)))
    total, answered = session.execute(
        select(func.count(), func.count(Proposal.answered_at)).where(seen)
    ).one()
    wanted = {
        "open": Proposal.answered_at.is_(None),
        "mine": Proposal.answered_at.is_(None) & (Proposal.owner_id == person.id),
        "answered": Proposal.answered_at.is_not(None),
    }[chosen]
    counted = session.scalar(select(func.count()).select_from(Proposal).where(seen, wanted)) or 0
    pages = paging(counted, n)
    newest_answer = Proposal.answered_at.desc()
    order = newest_answer if chosen == "answered" else func.coalesce(Proposal.due, date.max)
    found = session.execute(
        select(
            Proposal.id,
            Proposal.text,
            Proposal.training_id,
            Proposal.due,
            Proposal.answered_at,
            Person.name,
            Contract.reference,
            Training.n,
        )
        .outerjoin(Person, Person.id == Proposal.owner_id)
        .join(Training, Training.id == Proposal.training_id)
        .join(Contract, Contract.id == Training.contract_id)
        .where(seen, wanted)
        .order_by(order, Proposal.id)
        .limit(ROWS_ON_A_PAGE)
        .offset(pages.offset)
    )
    rows = [
        ProposalRow(
            id=key,
            text=text,
            training_id=training_id,
            training=f"{reference} / {number}",
            owner=owner,
            due=due,
            overdue=answered_at is None and is_overdue(due, today),
            answered_at=answered_at,
        )
        for key, text, training_id, due, answered_at, owner, reference, number in found
    ]
    return ProposalsPage(rows, pages, chosen, answered, total)


@dataclass(frozen=True)
class AnswerPage:
    """What the holder of a link sees: which training, and their own earlier answer.

    ``own`` are their proposals, and ``answered`` everybody else's in the training that have an
    answer, without who proposed them. ``items`` are the points that they gave.
    """

    training: Training
    link: FeedbackLink
    giver: Giver
    earlier: Feedback | None
    items: Mapping[str, int]
    own: list[Proposal]
    answered: list[Proposal]
    small_group: int


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
    own_key = None if earlier is None else earlier.id
    proposals = session.scalars(
        select(Proposal)
        .where(
            Proposal.training_id == link.training_id,
            or_(Proposal.answered_at.is_not(None), Proposal.feedback_id == own_key),
        )
        .order_by(Proposal.answered_at.desc(), Proposal.id)
    ).all()
    return AnswerPage(
        training=link.training,
        link=link,
        giver=Giver.EMPLOYER if link.employer_id is not None else Giver.PARTICIPANT,
        earlier=earlier,
        items={} if earlier is None else {one.item: one.points for one in earlier.items},
        own=[one for one in proposals if one.feedback_id == own_key],
        answered=[one for one in proposals if one.feedback_id != own_key],
        small_group=settings_of(session).small_group,
    )
