"""Opening a round of a client panel, adding to it, saying what was done, and closing it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.capacity.models import Training
from portal.feedback.panels.access import panels_led_by, trainings_of_panels
from portal.feedback.panels.models import Panel, PanelProposal, PanelTraining
from portal.feedback.panels.rules import require_open, require_round, require_words
from portal.organisations.models import Person
from portal.permissions import require
from portal.shared.errors import RuleBroken


def open_panel(
    session: Session,
    *,
    name: str,
    first_day: date,
    last_day: date,
    trainings: Collection[Training],
    by: Person,
    at: datetime,
) -> Panel:
    """Open a round over trainings of one buyer: by its officer, or a sponsor named for them all.

    The days are those on which what is gathered was proposed, both included. Raises
    ``name_missing``, ``days_disordered``, ``panel_trainings_missing``, ``panel_of_one_buyer``.
    """
    panel = Panel(
        name=name.strip(),
        first_day=first_day,
        last_day=last_day,
        opened_by_id=by.id,
        opened_at=at,
    )
    keys = {training.id for training in trainings}
    buyers = [training.contract.buyer_id for training in trainings]
    with acting(session, "open_panel", chain=panel.id, by=by.id, at=at) as facts:
        require(by, "open_panel")
        mine = set(
            session.scalars(
                select(Training.id).where(Training.id.in_(keys), trainings_of_panels(by))
            )
        )
        if mine != keys:
            raise RuleBroken("not_permitted")
        panel.buyer_id = require_round(name, first_day, last_day, buyers)
        panel.trainings = [PanelTraining(training_id=key) for key in keys]
        session.add(panel)
        session.flush()
        facts.note(buyer=panel.buyer_id, trainings=len(keys))
    return panel


def add_panel_proposal(
    session: Session, *, panel: Panel, text: str, by: Person, at: datetime
) -> PanelProposal:
    """Write down what the panel itself proposes. Raises ``wrong_state``, ``text_missing``."""
    with acting(session, "add_panel_proposal", chain=panel.id, by=by.id, at=at) as facts:
        _require_leading(session, panel, by)
        added = PanelProposal(
            panel_id=panel.id, text=require_words(text, "text"), added_by_id=by.id, added_at=at
        )
        session.add(added)
        session.flush()
        facts.note(proposal=added.id)
    return added


def answer_panel_proposal(
    session: Session, *, proposal: PanelProposal, text: str, by: Person, at: datetime
) -> None:
    """Say what was done about the panel's own proposal, once.

    Raises ``wrong_state``, ``text_missing``.
    """
    panel = proposal.panel
    with acting(session, "answer_panel_proposal", chain=panel.id, by=by.id, at=at) as facts:
        _require_leading(session, panel, by)
        require_open(proposal.answered_at is not None)
        proposal.answer = require_words(text, "text")
        proposal.answered_by_id, proposal.answered_at = by.id, at
        facts.note(proposal=proposal.id)


def close_panel(session: Session, *, panel: Panel, summary: str, by: Person, at: datetime) -> None:
    """Close the round with what came of it. Raises ``wrong_state``, ``text_missing``."""
    with acting(session, "close_panel", chain=panel.id, by=by.id, at=at):
        _require_leading(session, panel, by)
        panel.summary = require_words(summary, "summary")
        panel.closed_by_id, panel.closed_at = by.id, at


def _require_leading(session: Session, panel: Panel, by: Person) -> None:
    led = session.scalar(select(Panel.id).where(Panel.id == panel.id, panels_led_by(by)))
    if led is None:
        raise RuleBroken("not_permitted")
    require_open(panel.closed_at is not None)
