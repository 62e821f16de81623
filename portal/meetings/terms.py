"""The agenda of a meeting, from the contract's clauses and the promises of the winning offer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from portal.contracts.models import Contract
from portal.documents.clauses import library
from portal.evaluation.comparison import LotComparison, compare_lots
from portal.meetings.access import meetings_seen_by
from portal.meetings.models import AgendaLine, Meeting
from portal.meetings.rules import LineKind, LineOutcome, MeetingKind, gap_to_second
from portal.offers.models import OpenedContent
from portal.offers.rules import scrubbed, secret_passages, unpacked
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Procurement
from portal.procurement.queries.shown import criteria_shown
from portal.shared.names import DEFAULT_LANGUAGE
from portal.shared.numbers import rounded

Names = Mapping[str, str]


@dataclass(frozen=True)
class AgendaItem:
    """One line to go through; ``carried`` is the line of an earlier meeting that was left open.

    Points and gaps as in `AgendaLine`; both are None for a clause.
    """

    key: str
    kind: str
    clause_key: str | None = None
    clause_version: int | None = None
    criterion: str | None = None
    text: str = ""
    points: Decimal | None = None
    points_most: Decimal | None = None
    gap: Decimal | None = None
    carried: AgendaLine | None = None


@dataclass(frozen=True)
class Agenda:
    """The lines, and how far in euros for one unit the offer was from the second place."""

    items: tuple[AgendaItem, ...] = ()
    gap: Decimal | None = None

    @property
    def keys(self) -> list[str]:
        """The keys of the lines, in order."""
        return [item.key for item in self.items]


def agenda_of(session: Session, contract: Contract, kind: str, reader: Person) -> Agenda:
    """What a meeting of this kind goes through.

    The first start-up meeting goes through every clause marked for it and every promise that
    earned points; every later meeting through what was left open and its reader may see.
    """
    begun = session.scalar(
        select(AgendaLine.id).where(AgendaLine.contract_id == contract.id).limit(1)
    )
    if begun is not None:
        return Agenda(tuple(_carried(line) for line in open_lines(session, contract, reader)))
    if kind != MeetingKind.START_UP:
        return Agenda()
    promised, gap = _promises(session, contract)
    return Agenda((*_clauses(contract.made_from.get("clauses", ())), *promised), gap)


def open_lines(session: Session, contract: Contract, reader: Person) -> list[AgendaLine]:
    """The lines left open that no later meeting has taken up, of meetings that the reader sees."""
    later = aliased(AgendaLine)
    return list(
        session.scalars(
            select(AgendaLine)
            .join(Meeting, Meeting.id == AgendaLine.meeting_id)
            .where(
                AgendaLine.contract_id == contract.id,
                AgendaLine.outcome == LineOutcome.OPEN,
                ~select(later.id).where(later.carried_from_id == AgendaLine.id).exists(),
                meetings_seen_by(reader),
            )
            .order_by(Meeting.held_at, Meeting.id, AgendaLine.position)
        )
    )


def _carried(line: AgendaLine) -> AgendaItem:
    return AgendaItem(
        key=f"line-{line.id}",
        kind=line.kind,
        clause_key=line.clause_key,
        clause_version=line.clause_version,
        criterion=line.criterion,
        text=line.text,
        points=line.points,
        points_most=line.points_most,
        gap=line.gap,
        carried=line,
    )


def _clauses(kept: Iterable[Mapping[str, object]]) -> list[AgendaItem]:
    """The contract's own versions of the clauses that are marked for the start-up meeting."""
    found = []
    for entry in kept:
        clause = library().get((str(entry["key"]), int(str(entry["version"]))))
        if clause is not None and clause.start_up:
            found.append(
                AgendaItem(
                    key=f"clause-{clause.key}",
                    kind=LineKind.CLAUSE,
                    clause_key=clause.key,
                    clause_version=clause.version,
                )
            )
    return found


def _promises(session: Session, contract: Contract) -> tuple[list[AgendaItem], Decimal | None]:
    """The promises under criteria that earned points, without what the offer keeps secret."""
    offer_id = contract.award.offer_id
    opened = session.get(OpenedContent, offer_id)
    procurement = session.get_one(Procurement, contract.procurement_id)
    if opened is None or procurement.price_weight is None:
        return [], None
    compared = compare_lots(session, procurement)[contract.lot_id]
    joint = compared.joint.get(offer_id)
    earned = {} if joint is None else {key: row["points"] for key, row in joint.points.items()}
    content = unpacked(opened.content)
    passages = secret_passages(content)
    most = compared.comparing.weights
    found = []
    for n, promise in enumerate(content.promises, start=1):
        points = earned.get(promise.criterion, 0)
        if points and promise.criterion in most:
            weight = most[promise.criterion]
            found.append(
                AgendaItem(
                    key=f"promise-{n}",
                    kind=LineKind.PROMISE,
                    criterion=promise.criterion,
                    text=scrubbed(promise.text, passages, contract.language),
                    points=rounded(weight * points / compared.comparing.scale_top),
                    points_most=weight,
                    gap=_gap(compared, offer_id, promise.criterion),
                )
            )
    return found, _gap(compared, offer_id, None)


def _gap(compared: LotComparison, offer_id: UUID, without: str | None) -> Decimal | None:
    placings = compared.placings
    if not placings or placings[0].provider != str(offer_id):
        return None
    exact = gap_to_second(placings, compared.comparing, without)
    return None if exact is None else rounded(exact)


def title_of(line: AgendaItem | AgendaLine, criteria: Mapping[str, Mapping[str, str]]) -> Names:
    """What a line is called: its clause's title, or its criterion's (``criteria`` by key)."""
    if line.clause_key is not None and line.clause_version is not None:
        clause = library().get((line.clause_key, line.clause_version))
        return {DEFAULT_LANGUAGE: line.clause_key} if clause is None else clause.title
    key = line.criterion or ""
    return criteria.get(key) or {DEFAULT_LANGUAGE: key}


def criteria_titles(session: Session, contract: Contract) -> dict[str, Mapping[str, str]]:
    """The titles of the criteria of the contract's call, by key."""
    procurement = session.get_one(Procurement, contract.procurement_id)
    return {asked.key: dict(asked.title) for asked in criteria_shown(procurement)}


def home_of(person: Person, contract: Contract) -> Organisation | None:
    """In whose name somebody takes part: the buyer, the provider, else their own organisation."""
    own = {one.organisation_id: one.organisation for one in person.memberships}
    return (
        own.get(contract.buyer_id)
        or own.get(contract.provider_id)
        or next(iter(own.values()), None)
    )
