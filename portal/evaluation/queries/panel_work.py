"""Who has assessed what, and who may see it already."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Subquery,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from portal.database import Rows
from portal.evaluation.access import appointed_to
from portal.evaluation.models import Assessment, Conflict, InterestDeclaration
from portal.evaluation.queries.part import Part
from portal.evaluation.rules import AssessmentState
from portal.organisations.models import Membership, Person
from portal.permissions import Role
from portal.procurement.models import Lot

Place = tuple[UUID, UUID]
"""A lot and an offer."""


class Assessed(NamedTuple):
    """What one assessor has given an offer in a lot, by criterion; a draft may lack points.

    The reasons are read where one offer is looked at, and not of a whole lot.
    """

    evaluator_id: UUID
    name: str
    state: str
    points: Mapping[str, int | None]
    reasons: Mapping[str, str]
    abstained_because: str | None


class OfferWork(NamedTuple):
    """What has been assessed of one offer in one lot, as far as it is the reader's to know.

    ``finished`` are the members' that are handed in or abstained from, by name; ``fallen_away``
    is what was handed in by somebody who has declared a conflict since, and does not count.
    """

    own: Assessed | None = None
    finished: Sequence[Assessed] = ()
    fallen_away: Sequence[Assessed] = ()
    settled: bool = False
    """Whether every member has handed in or abstained."""
    visible: bool = False
    """Whether the reader may see others' points: an evaluator after their own hand-in, everybody
    else once the whole panel is done."""

    @property
    def own_done(self) -> bool:
        """Whether the reader has handed in or abstained."""
        return self.own is not None and self.own.state != AssessmentState.DRAFT

    @property
    def ready(self) -> bool:
        """Whether a joint score can be agreed: settled, and somebody has given points."""
        return self.settled and any(one.state == AssessmentState.HANDED_IN for one in self.finished)


@dataclass(frozen=True)
class PanelWork:
    """The panel's assessments. Of drafts, only the reader's own are ever in it.

    Once sealed prices have been opened the scoring is ``closed``, whoever joins the panel later.
    """

    part: Part
    members: Collection[UUID]
    conflicts: Mapping[UUID, datetime]
    assessments: Mapping[Place, Sequence[Assessed]]

    @property
    def closed(self) -> bool:
        """Whether nothing more can be scored."""
        return self.part.prices_opened

    def of(self, place: Place) -> OfferWork:
        """What there is of one offer in one lot."""
        part, assessed = self.part, self.assessments.get(place, ())
        own = next((one for one in assessed if one.evaluator_id == part.person.id), None)
        own_done = own is not None and own.state != AssessmentState.DRAFT
        done = [one for one in assessed if one.state != AssessmentState.DRAFT]
        finished = [one for one in done if one.evaluator_id in self.members]
        settled = bool(self.members) and len(finished) == len(self.members)
        return OfferWork(
            own=own,
            finished=finished,
            fallen_away=[one for one in done if one.evaluator_id not in self.members],
            settled=settled,
            visible=own_done if part.evaluates else self.closed or settled,
        )


def panel_work(
    session: Session, part: Part, lots: Sequence[Lot], offer_id: UUID | None = None
) -> PanelWork:
    """The assessments of these lots, or of one offer in them, that the reader may ever see.

    In one query, however many there are: only who has declared interests assesses, and so each
    of these comes with what they have assessed.
    """
    assessments: dict[Place, list[Assessed]] = {}
    members, conflicts = set(), {}
    # Row by row: of hundreds of offers the reasons would fill the memory, and only one shows them.
    found = session.connection().execute(
        _declared_and_assessed(offer_id is not None),
        {
            "procurement": part.procurement.id,
            "reader": part.person.id,
            "lots": [lot.id for lot in lots],
            "offer": offer_id,
        },
    )
    for key, name, evaluates, conflicted_at, lot_id, of, state, points, abstained in found:
        if conflicted_at is not None:
            conflicts[key] = conflicted_at
        elif evaluates:
            members.add(key)
        if of is not None:
            given = {criterion: one["points"] for criterion, one in points.items()}
            reasons = {} if offer_id is None else {k: one["reason"] for k, one in points.items()}
            assessed = Assessed(key, name, state, given, reasons, abstained)
            assessments.setdefault((lot_id, of), []).append(assessed)
    for each in assessments.values():
        each.sort(key=lambda one: (one.name, str(one.evaluator_id)))
    return PanelWork(part, members, conflicts, assessments)


# Written once: with all that hangs on it, it takes longer to write than to ask.
@cache
def _declared_and_assessed(of_one_offer: bool) -> Rows:
    """Who has declared interests, each with what they have assessed, if anything."""
    people = _declared_people()
    seen = and_(
        Assessment.evaluator_id == people.c.id,
        Assessment.lot_id.in_(bindparam("lots", expanding=True)),
        or_(
            Assessment.state != AssessmentState.DRAFT,
            Assessment.evaluator_id == bindparam("reader"),
        ),
    )
    if of_one_offer:
        seen = and_(seen, Assessment.offer_id == bindparam("offer"))
    return select(
        people,
        Assessment.lot_id,
        Assessment.offer_id,
        Assessment.state,
        Assessment.points,
        Assessment.abstained_because,
    ).outerjoin_from(people, Assessment, seen)


def _declared_people() -> Subquery:
    """Whether each is appointed, and when they first had a conflict; the name beside the key."""
    procurement: BindParameter[UUID] = bindparam("procurement")
    appointed = appointed_to(procurement, Person.id)
    evaluator = exists().where(Membership.person_id == Person.id, Membership.role == Role.EVALUATOR)
    tied = exists().where(Conflict.declaration_id == InterestDeclaration.id)
    return (
        select(
            Person.id,
            Person.name,
            and_(appointed, evaluator, Person.closed_at.is_(None)).label("evaluates"),
            func.min(case((tied, InterestDeclaration.declared_at))).label("conflicted_at"),
        )
        .join(InterestDeclaration, InterestDeclaration.person_id == Person.id)
        .where(InterestDeclaration.procurement_id == procurement)
        .group_by(Person.id)
        .subquery()
    )
