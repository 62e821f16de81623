"""The rows behind a figure: those that the reader may see, and how many more there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.record import note_shown
from portal.capacity.models import CallOff, Training
from portal.config import settings_of
from portal.contracts.access import seen_by as contracts_seen_by
from portal.contracts.models import Contract
from portal.enrolments.models import Enrolment
from portal.enrolments.people import enrolments_seen_by
from portal.feedback.models import Proposal
from portal.indicators.access import rows_seen_by
from portal.indicators.queries.overview import REFLECTED, Shown, asked_for, shown_of
from portal.indicators.queries.selection import Selection, records_chosen
from portal.indicators.rules import Mirror, Period, Row, mirror, rows_of
from portal.meetings.models import Practice, WorkplaceVisit
from portal.organisations.models import Person
from portal.shared.errors import NotFound
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging
from portal.training_forms.queries import form_name

Names = Mapping[str, str]


@dataclass(frozen=True)
class RowShown:
    """A row as it is printed: which record, what it adds above and below the line.

    ``name`` is set only for those who may see the person; a record that the reader may open has
    its key in ``opens``. An answer says neither contract nor day, so that nobody is recognisable.
    """

    kind: str
    above: int
    below: int
    contract: str | None = None
    name: str | None = None
    form: Names | None = None
    n: int | None = None
    day: date | None = None
    text: str | None = None
    opens: UUID | None = None


@dataclass(frozen=True)
class Behind:
    """One page of the rows behind an indicator; ``hidden`` ones are not this reader's to see."""

    chosen: Selection
    period: Period
    indicator: Shown
    rows: list[RowShown]
    paging: Paging
    hidden: int
    few_answers: bool
    small_group: int
    mirror: Mirror | None
    kinds: list[str] = field(default_factory=list)


def rows_page(
    session: Session, person: Person, key: str, chosen: Selection, n: int, today: date
) -> Behind:
    """The rows behind an indicator of what was chosen. Raises NotFound for no such indicator."""
    settings = settings_of(session)
    if key not in asked_for(settings):
        raise NotFound
    period = chosen.period(today)
    records = records_chosen(session, person, chosen)
    rows = rows_of(key, records, period)
    seen = _seen(session, person, rows)
    own = [row for row in rows if row.id in seen]
    answers = [row for row in own if row.kind == "answer"]
    others = sum(row.kind == "answer" for row in rows) - len(answers)
    least = settings.small_group
    # Neither a few answers nor, by what is missing from the whole, the few of somebody else.
    few = any(0 < count < least for count in (len(answers), others))
    if few:
        own = [row for row in own if row.kind != "answer"]
    # In the order of their points: the order of giving would tell whose they are.
    own.sort(key=lambda row: (row.kind, row.above if row.kind == "answer" else 0))
    pages = paging(len(own), n)
    indicator = shown_of(key, records, period, today, settings)
    reflected = indicator.definition.population in REFLECTED
    return Behind(
        chosen=chosen,
        period=period,
        indicator=indicator,
        rows=_shown(session, person, own[pages.offset : pages.offset + ROWS_ON_A_PAGE]),
        paging=pages,
        hidden=len(rows) - len(own),
        few_answers=few,
        small_group=least,
        mirror=mirror(records, period, least) if reflected else None,
        kinds=sorted({row.kind for row in rows}),
    )


def _seen(session: Session, person: Person, rows: Collection[Row]) -> set[UUID]:
    """The keys of the rows that the person may see: one query for each kind of them."""
    may_see = rows_seen_by(person)
    seen: set[UUID] = set()
    for kind in {row.kind for row in rows}:
        seen.update(session.scalars(may_see[kind]))
    return {row.id for row in rows if row.id in seen}


def _shown(session: Session, person: Person, rows: list[Row]) -> list[RowShown]:
    """What a page says of its few rows: one query for each kind of them."""
    keys: dict[str, list[UUID]] = {}
    for row in rows:
        keys.setdefault(row.kind, []).append(row.id)
    contracts = {row.contract_id for row in rows}
    found = session.execute(
        select(Contract.id, Contract.reference).where(Contract.id.in_(contracts))
    )
    references = {row.id: row.reference for row in found}
    about: dict[UUID, dict[str, object]] = {}
    for kind, ids in keys.items():
        about |= _ABOUT[kind](session, person, ids)
    return [
        RowShown(
            row.kind,
            row.above,
            row.below,
            contract=None if row.kind == "answer" else references[row.contract_id],
            **about.get(row.id, {}),  # type: ignore[arg-type]  # each kind fills in its own fields
        )
        for row in rows
    ]


def _participations(
    session: Session, person: Person, ids: list[UUID]
) -> dict[UUID, dict[str, object]]:
    """By name for those who may see the person; for all others not even the training is told."""
    found = session.execute(
        select(Enrolment.id, Enrolment.name, Training.form, Training.n, Enrolment.ended_on)
        .join(Training, Training.id == Enrolment.training_id)
        .where(Enrolment.id.in_(ids), enrolments_seen_by(person))
    ).all()
    note_shown(session, *(row.id for row in found))
    return {
        key: {"name": name, "form": form_name(session, form), "n": n, "day": day, "opens": key}
        for key, name, form, n, day in found
    }


def _call_offs(session: Session, _person: Person, ids: list[UUID]) -> dict[UUID, dict[str, object]]:
    found = session.execute(
        select(CallOff.id, CallOff.n, CallOff.form, CallOff.called_on).where(CallOff.id.in_(ids))
    )
    return {
        key: {"n": n, "form": form_name(session, form), "day": day, "opens": key}
        for key, n, form, day in found
    }


def _practices(session: Session, person: Person, ids: list[UUID]) -> dict[UUID, dict[str, object]]:
    found = session.execute(
        select(Practice.id, Practice.text, Practice.contract_id)
        .join(Contract, Contract.id == Practice.contract_id)
        .where(Practice.id.in_(ids), contracts_seen_by(person))
    )
    return {key: {"text": text, "opens": contract_id} for key, text, contract_id in found}


def _visits(session: Session, _person: Person, ids: list[UUID]) -> dict[UUID, dict[str, object]]:
    found = session.execute(
        select(WorkplaceVisit.id, WorkplaceVisit.day, Training.form, Training.n, Training.id)
        .join(Training, Training.id == WorkplaceVisit.training_id)
        .where(WorkplaceVisit.id.in_(ids))
    )
    return {
        key: {"day": day, "form": form_name(session, form), "n": n, "opens": training_id}
        for key, day, form, n, training_id in found
    }


def _proposals(session: Session, _person: Person, ids: list[UUID]) -> dict[UUID, dict[str, object]]:
    found = session.execute(select(Proposal.id, Proposal.text).where(Proposal.id.in_(ids)))
    return {key: {"text": text, "opens": key} for key, text in found}


def _answers(_session: Session, _person: Person, _ids: list[UUID]) -> dict[UUID, dict[str, object]]:
    return {}


_ABOUT = {
    "participation": _participations,
    "call_off": _call_offs,
    "practice": _practices,
    "visit": _visits,
    "proposal": _proposals,
    "answer": _answers,
}
