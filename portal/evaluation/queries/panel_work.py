"""Who has assessed what, and who may see it already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from portal.evaluation.access import conflicts_since, panel, prices_opened
from portal.evaluation.models import Assessment
from portal.evaluation.queries.part import Part
from portal.evaluation.rules import AssessmentState
from portal.organisations.models import Person
from portal.procurement.models import Lot

Place = tuple[UUID, UUID]
"""A lot and an offer."""


@dataclass(frozen=True)
class PanelWork:
    """The panel's assessments. Of drafts, only the reader's own are ever in it.

    Once sealed prices have been opened the scoring is ``closed``, whoever joins the panel later.
    """

    part: Part
    members: Mapping[UUID, Person]
    conflicts: Mapping[UUID, datetime]
    closed: bool
    assessments: Mapping[Place, Mapping[UUID, Assessment]]

    def own(self, place: Place) -> Assessment | None:
        """The reader's own assessment."""
        return self.assessments.get(place, {}).get(self.part.person.id)

    def own_done(self, place: Place) -> bool:
        """Whether the reader has handed in or abstained."""
        own = self.own(place)
        return own is not None and own.state != AssessmentState.DRAFT

    def finished(self, place: Place) -> list[Assessment]:
        """What the members of the panel have handed in or abstained from, by name."""
        found = self.assessments.get(place, {})
        return sorted(
            (
                assessment
                for key, assessment in found.items()
                if key in self.members and assessment.state != AssessmentState.DRAFT
            ),
            key=lambda assessment: (assessment.evaluator.name, str(assessment.evaluator_id)),
        )

    def fallen_away(self, place: Place) -> list[Assessment]:
        """What was handed in by somebody who has declared a conflict since; it does not count."""
        return [
            assessment
            for key, assessment in self.assessments.get(place, {}).items()
            if key not in self.members and assessment.state != AssessmentState.DRAFT
        ]

    def settled(self, place: Place) -> bool:
        """Whether every member has handed in or abstained."""
        return bool(self.members) and len(self.finished(place)) == len(self.members)

    def ready(self, place: Place) -> bool:
        """Whether a joint score can be agreed: settled, and somebody has given points."""
        return self.settled(place) and any(
            assessment.state == AssessmentState.HANDED_IN for assessment in self.finished(place)
        )

    def visible(self, place: Place) -> bool:
        """Whether the reader may see others' points for this offer.

        An evaluator after their own hand-in, everybody else once the whole panel is done.
        """
        return self.own_done(place) if self.part.evaluates else self.closed or self.settled(place)


def panel_work(
    session: Session, part: Part, lots: Sequence[Lot], offer_id: UUID | None = None
) -> PanelWork:
    """The assessments of these lots, or of one offer in them, that the reader may ever see.

    In as many queries, however many there are.
    """
    found: dict[Place, dict[UUID, Assessment]] = {}
    wanted = (
        select(Assessment)
        .where(
            Assessment.lot_id.in_([lot.id for lot in lots]),
            or_(
                Assessment.state != AssessmentState.DRAFT,
                Assessment.evaluator_id == part.person.id,
            ),
        )
        # Of an assessor only the name is shown; the roles of the panel are read with it.
        .options(joinedload(Assessment.evaluator).lazyload(Person.memberships))
    )
    if offer_id is not None:
        wanted = wanted.where(Assessment.offer_id == offer_id)
    for assessment in session.scalars(wanted):
        place = (assessment.lot_id, assessment.offer_id)
        found.setdefault(place, {})[assessment.evaluator_id] = assessment
    procurement = part.procurement
    return PanelWork(
        part=part,
        members=panel(session, procurement),
        conflicts=conflicts_since(session, procurement),
        closed=prices_opened(session, procurement),
        assessments=found,
    )
