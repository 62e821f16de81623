"""Rounds of client panels as their pages show them. Nobody is told who proposed what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.capacity.access import trainings_seen_by
from portal.capacity.models import Training
from portal.contracts.models import Contract
from portal.feedback.models import Proposal
from portal.feedback.panels.access import panels_led_by, panels_seen_by, trainings_of_panels
from portal.feedback.panels.models import Panel, PanelProposal, PanelTraining
from portal.organisations.models import Person
from portal.shared.clock import day_in_helsinki
from portal.shared.errors import NotFound
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging

MOST_TO_CHOOSE = 200
"""Trainings in the form of a new round, the latest first."""


@dataclass(frozen=True)
class PanelRow:
    """A round in the list."""

    id: UUID
    name: str
    buyer: Mapping[str, str]
    first_day: date
    last_day: date
    trainings: int
    closed: bool


@dataclass(frozen=True)
class PanelsPage:
    """The rounds that the reader sees, those that are open first."""

    rows: list[PanelRow]
    paging: Paging
    may_open: bool


@dataclass(frozen=True)
class Gathered:
    """A proposal from the feedback on one of the trainings, and what was done about it."""

    text: str
    training: str
    answer: str
    answered_at: datetime | None
    owner: str | None
    due: date | None


@dataclass(frozen=True)
class PanelPage:
    """One round: its trainings that the reader sees, what they proposed, and the panel's own.

    ``others`` is how many trainings of the round the reader does not see; what was proposed in
    them is left out. ``answered`` and ``proposed`` count what is shown, the panel's own included.
    """

    panel: Panel
    trainings: list[Training]
    others: int
    gathered: list[Gathered]
    own: list[PanelProposal]
    may_lead: bool

    @property
    def proposed(self) -> int:
        """How many proposals there are."""
        return len(self.gathered) + len(self.own)

    @property
    def answered(self) -> int:
        """How many of them have an answer."""
        days = [one.answered_at for one in self.gathered] + [one.answered_at for one in self.own]
        return sum(day is not None for day in days)


def panels_page(session: Session, person: Person, n: int, may_open: bool) -> PanelsPage:
    """The list of rounds."""
    seen = panels_seen_by(person)
    total = session.scalar(select(func.count()).select_from(Panel).where(seen)) or 0
    pages = paging(total, n)
    counted = (
        select(func.count())
        .select_from(PanelTraining)
        .where(PanelTraining.panel_id == Panel.id)
        .scalar_subquery()
    )
    found = session.execute(
        select(Panel, counted)
        .where(seen)
        .order_by(Panel.closed_at.is_not(None), Panel.first_day.desc(), Panel.name, Panel.id)
        .limit(ROWS_ON_A_PAGE)
        .offset(pages.offset)
    )
    rows = [
        PanelRow(
            panel.id,
            panel.name,
            panel.buyer.name,
            panel.first_day,
            panel.last_day,
            trainings,
            panel.closed_at is not None,
        )
        for panel, trainings in found
    ]
    return PanelsPage(rows, pages, may_open)


def trainings_to_choose(session: Session, person: Person) -> list[tuple[UUID, str]]:
    """The trainings that the reader may take into a round: a key and its words."""
    found = session.execute(
        select(Training.id, Contract.reference, Training.n, Training.field)
        .join(Contract, Contract.id == Training.contract_id)
        .where(trainings_of_panels(person))
        .order_by(Training.starts.desc(), Contract.reference, Training.n)
        .limit(MOST_TO_CHOOSE)
    )
    return [(key, f"{reference} / {n}, {field}") for key, reference, n, field in found]


def panel_of(session: Session, panel_id: UUID, person: Person) -> Panel:
    """A round that the reader sees. Raises NotFound, the same for none and for foreign."""
    panel = session.scalar(select(Panel).where(Panel.id == panel_id, panels_seen_by(person)))
    if panel is None:
        raise NotFound
    return panel


def panel_proposal_of(session: Session, proposal_id: UUID, person: Person) -> PanelProposal:
    """A panel's own proposal in a round that the reader sees. Raises NotFound."""
    proposal = session.get(PanelProposal, proposal_id)
    if proposal is None:
        raise NotFound
    panel_of(session, proposal.panel_id, person)
    return proposal


def panel_page(session: Session, panel_id: UUID, person: Person) -> PanelPage:
    """Everything of a round's page. Raises NotFound."""
    panel = panel_of(session, panel_id, person)
    of_panel = select(PanelTraining.training_id).where(PanelTraining.panel_id == panel.id)
    total = session.scalar(select(func.count()).select_from(of_panel.subquery())) or 0
    trainings = session.scalars(
        select(Training)
        .where(Training.id.in_(of_panel), trainings_seen_by(person))
        .order_by(Training.starts, Training.id)
    ).all()
    led = select(Panel.id).where(Panel.id == panel.id, panels_led_by(person))
    may_lead = panel.closed_at is None and session.scalar(led) is not None
    return PanelPage(
        panel=panel,
        trainings=list(trainings),
        others=total - len(trainings),
        gathered=_gathered(session, panel, trainings),
        own=list(
            session.scalars(
                select(PanelProposal)
                .where(PanelProposal.panel_id == panel.id)
                .order_by(PanelProposal.answered_at.is_not(None), PanelProposal.added_at)
            )
        ),
        may_lead=may_lead,
    )


def _gathered(session: Session, panel: Panel, trainings: Sequence[Training]) -> list[Gathered]:
    """What was proposed on the days of the round, the open ones first."""
    named = {one.id: f"{one.contract.reference} / {one.n}" for one in trainings}
    found = session.execute(
        select(
            Proposal.text,
            Proposal.training_id,
            Proposal.answer,
            Proposal.answered_at,
            Proposal.made_at,
            Proposal.due,
            Person.name,
        )
        .outerjoin(Person, Person.id == Proposal.owner_id)
        .where(Proposal.training_id.in_(named))
        .order_by(Proposal.answered_at.is_not(None), Proposal.due, Proposal.id)
    )
    return [
        Gathered(
            text=text,
            training=named[training_id],
            answer=answer,
            answered_at=answered_at,
            owner=owner,
            due=due,
        )
        for text, training_id, answer, answered_at, made_at, due, owner in found
        if panel.first_day <= day_in_helsinki(made_at) <= panel.last_day
    ]
