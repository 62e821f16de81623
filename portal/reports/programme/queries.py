"""The table of a selection, what can be chosen, and the rows behind a figure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, select, true
from sqlalchemy.orm import Session, aliased

from portal.capacity.models import Training
from portal.config import settings_of
from portal.contracts.models import Contract
from portal.documents import store
from portal.documents.models import StoredDocument
from portal.enrolments.models import BackgroundReport, Enrolment
from portal.enrolments.people import enrolments_seen_by
from portal.indicators.rules import Period
from portal.organisations.models import Organisation, Person
from portal.permissions import PROVIDING, Role, may
from portal.procurement.models import Lot, Procurement
from portal.reports.programme.access import (
    contracts_reported_to,
    counts_own_office,
    groups_reported_to,
    people_reported_to,
    procurement_reported_on,
)
from portal.reports.programme.models import IndicatorReport
from portal.reports.programme.rules import (
    FIGURES,
    OF_GROUPS,
    Background,
    Counted,
    Selection,
    Table,
    counted_in,
    may_open,
    reported_in,
    require_ordered,
    tallied,
)
from portal.shared.errors import NotFound
from portal.shared.names import DEFAULT_LANGUAGE
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging
from portal.training_forms.queries import form_name

DOCUMENT = "indicator_report"
CHOICES_SHOWN = 100
"""How many contracts and lots are offered at once; the other choices narrow them."""
_AT_ONCE = 1_000
_NAMING = PROVIDING | {Role.COURSE_SPONSOR}

Names = Mapping[str, str]
_COUNTED = (
    Enrolment.id,
    Enrolment.state,
    Enrolment.status_at_start,
    Enrolment.status_at_end,
    Enrolment.sex,
    Enrolment.birth_year,
    Enrolment.education,
    Enrolment.started_on,
    Enrolment.ended_on,
    Enrolment.units,
    Enrolment.qualifications,
)


def table_of(
    session: Session,
    trainings: Select[UUID],
    period: Period,
    *,
    people: ColumnElement[bool] | None = None,
    groups: ColumnElement[bool] | None = None,
) -> Table:
    """The table of these trainings, or of the people and the groups' reports meant in them.

    In two queries. People are read in parts and none is kept, whatever their number.
    """
    return tallied(
        _people(session, trainings, true() if people is None else people),
        _backgrounds(session, trainings, true() if groups is None else groups),
        period,
    )


def _people(
    session: Session,
    trainings: Select[UUID],
    which: ColumnElement[bool],
    *more: Any,
) -> Iterator[Any]:
    """Single columns of everybody who started, in the order of their start."""
    found = session.execute(
        select(*_COUNTED, *more)
        .where(Enrolment.training_id.in_(trainings), Enrolment.started_on.is_not(None), which)
        .order_by(Enrolment.started_on, Enrolment.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    return cast("Iterator[Any]", found)


def _backgrounds(
    session: Session, trainings: Select[UUID], which: ColumnElement[bool]
) -> list[Background]:
    found = session.execute(
        select(
            Training.id,
            Training.starts,
            BackgroundReport.immigrants,
            BackgroundReport.minorities,
            BackgroundReport.disabled,
            BackgroundReport.other_disadvantaged,
        )
        .join(Training, Training.id == BackgroundReport.training_id)
        .where(Training.id.in_(trainings), BackgroundReport.replaced_at.is_(None), which)
        .order_by(Training.starts, Training.id)
    )
    return [Background(*row) for row in found]


def _trainings(person: Person, chosen: Selection) -> Select[UUID]:
    query = (
        select(Training.id)
        .join(Contract, Contract.id == Training.contract_id)
        .join(Lot, Lot.id == Contract.lot_id)
        .where(contracts_reported_to(person), *_of_contract(chosen))
    )
    return query.where(Training.form.in_(chosen.forms)) if chosen.forms else query


def _of_contract(chosen: Selection) -> list[ColumnElement[bool]]:
    given: list[tuple[Any, Collection[Any]]] = [
        (Contract.id, chosen.contracts),
        (Contract.lot_id, chosen.lots),
        (Contract.provider_id, chosen.providers),
        (Contract.buyer_id, chosen.buyers),
        (Lot.region, chosen.regions),
    ]
    return [column.in_(keys) for column, keys in given if keys]


@dataclass(frozen=True)
class Choices:
    """What a selection can be made from: each a key and what it is called.

    ``more``: there are more contracts than are offered at once.
    """

    contracts: list[tuple[str, str]]
    lots: list[tuple[str, Names]]
    providers: list[tuple[str, Names]]
    buyers: list[tuple[str, Names]]
    forms: list[tuple[str, Names]]
    regions: list[tuple[str, str]]
    more: bool

    def told(self, chosen: Selection) -> list[tuple[str, list[Names]]]:
        """What was chosen, by kind, as it is called; what was not chosen is left out."""
        found = []
        for kind in ("contracts", "lots", "providers", "buyers", "forms", "regions"):
            keys = {str(key) for key in getattr(chosen, kind)}
            called: list[Names] = [
                {DEFAULT_LANGUAGE: name} if isinstance(name, str) else dict(name)
                for key, name in getattr(self, kind)
                if key in keys
            ]
            if keys:
                found.append((kind, called))
        return found


def choices_of(session: Session, person: Person, chosen: Selection) -> Choices:
    """What this reader can choose from, in two queries.

    Contracts and lots are offered within the other choices, the newest first; those chosen are
    always among them.
    """
    provider, buyer = aliased(Organisation), aliased(Organisation)
    rows = session.execute(
        select(
            Contract.id,
            Contract.reference,
            Contract.lot_id,
            Lot.title,
            Lot.region,
            Procurement.reference.label("procurement"),
            Contract.provider_id,
            provider.name.label("provider"),
            Contract.buyer_id,
            buyer.name.label("buyer"),
        )
        .join(Lot, Lot.id == Contract.lot_id)
        .join(Procurement, Procurement.id == Contract.procurement_id)
        .join(provider, provider.id == Contract.provider_id)
        .join(buyer, buyer.id == Contract.buyer_id)
        .where(contracts_reported_to(person))
        .order_by(Contract.in_force_at.desc(), Contract.reference)
    ).all()
    within = [
        row
        for row in rows
        if (not chosen.providers or row.provider_id in chosen.providers)
        and (not chosen.buyers or row.buyer_id in chosen.buyers)
        and (not chosen.regions or row.region in chosen.regions)
    ]
    picked = [row for row in rows if row.id in chosen.contracts or row.lot_id in chosen.lots]
    offered = list(dict.fromkeys([*picked, *within[:CHOICES_SHOWN]]))
    lots = {
        str(row.lot_id): {
            language: f"{row.procurement}: {title}" for language, title in row.title.items()
        }
        for row in offered
    }
    forms = session.scalars(
        select(Training.form)
        .join(Contract, Contract.id == Training.contract_id)
        .where(contracts_reported_to(person))
        .distinct()
        .order_by(Training.form)
    )
    return Choices(
        contracts=[(str(row.id), row.reference) for row in offered],
        lots=list(lots.items()),
        providers=_named((row.provider_id, row.provider) for row in rows),
        buyers=_named((row.buyer_id, row.buyer) for row in rows),
        forms=[(key, form_name(session, key)) for key in forms],
        regions=[(one, one) for one in sorted({row.region for row in rows})],
        more=len(within) > CHOICES_SHOWN,
    )


def _named(pairs: Iterable[tuple[UUID, Names]]) -> list[tuple[str, Names]]:
    found = {str(key): name for key, name in pairs}
    return sorted(found.items(), key=lambda pair: (pair[1].get(DEFAULT_LANGUAGE, ""), pair[0]))


@dataclass(frozen=True)
class TablePage:
    """The table of a selection; ``openable`` are the figures whose records the reader may see.

    ``own_people``: the figures are of those whom the reader's office has referred, and no others.
    """

    table: Table
    choices: Choices
    told: list[tuple[str, list[Names]]]
    period: Period
    openable: frozenset[str]
    own_people: bool


def table_page(session: Session, person: Person, chosen: Selection) -> TablePage:
    """The whole page, in as many queries for thousands of people as for none.

    Raises ``days_disordered``.
    """
    require_ordered(chosen.period)
    choices = choices_of(session, person, chosen)
    table = table_of(
        session,
        _trainings(person, chosen),
        chosen.period,
        people=people_reported_to(person),
        groups=groups_reported_to(person),
    )
    small, named = settings_of(session).small_group, names_some(person)
    return TablePage(
        table=table,
        choices=choices,
        told=choices.told(chosen),
        period=chosen.period,
        openable=frozenset(
            key for key in FIGURES if may_open(key, table[key], named=named, small_group=small)
        ),
        own_people=counts_own_office(person),
    )


@dataclass(frozen=True)
class PersonRow:
    """One participation behind a figure; ``name`` and ``id`` only for whoever sees the person.

    ``count`` is what it adds to the figure.
    """

    id: UUID | None
    name: str
    contract: str
    n: int
    field: str
    started_on: date | None
    ended_on: date | None
    status_at_start: str
    status_at_end: str | None
    count: int


@dataclass(frozen=True)
class GroupRow:
    """A training's report behind a figure of a sensitive group."""

    contract: str
    n: int
    field: str
    starts: date
    count: int


@dataclass(frozen=True)
class RowsPage:
    """One page of the records behind a figure.

    ``opened`` is false where there are too few to be shown to this reader one by one.
    """

    key: str
    figure: int
    opened: bool
    small_group: int
    people: list[PersonRow]
    groups: list[GroupRow]
    paging: Paging
    told: list[tuple[str, list[Names]]]
    period: Period


def rows_page(session: Session, person: Person, chosen: Selection, key: str, n: int) -> RowsPage:
    """The records that add up to a figure. Raises NotFound for none of the figures' keys.

    Raises ``days_disordered``.
    """
    if key not in FIGURES:
        raise NotFound
    require_ordered(chosen.period)
    small = settings_of(session).small_group
    trainings = _trainings(person, chosen)
    hits, named = (
        _reports_behind(session, person, trainings, chosen.period, key)
        if key in OF_GROUPS
        else _people_behind(session, person, trainings, chosen.period, key)
    )
    figure = sum(count for _id, count in hits)
    # A sum of units tells how many people there are only when they are counted.
    of = figure if key in OF_GROUPS else len(hits)
    opened = may_open(key, of, named=named, small_group=small)
    pages = paging(len(hits) if opened else 0, n)
    shown = dict(hits[pages.offset : pages.offset + ROWS_ON_A_PAGE]) if opened else {}
    return RowsPage(
        key=key,
        figure=figure,
        opened=opened,
        small_group=small,
        people=[] if key in OF_GROUPS else _person_rows(session, person, shown),
        groups=_group_rows(session, shown) if key in OF_GROUPS else [],
        paging=pages,
        told=choices_of(session, person, chosen).told(chosen),
        period=chosen.period,
    )


_Hits = tuple[list[tuple[UUID, int]], bool]


def _people_behind(
    session: Session, person: Person, trainings: Select[UUID], period: Period, key: str
) -> _Hits:
    """Keys and amounts alone, and whether the reader sees every one of them by name."""
    seen = case((enrolments_seen_by(person), 1), else_=0).label("seen")
    hits, named = [], True
    for one in _people(session, trainings, people_reported_to(person), seen):
        counts = dict(counted_in(cast("Counted", one), period))
        if key in counts:
            hits.append((one.id, counts[key]))
            named = named and bool(one.seen)
    return hits, named


def _reports_behind(
    session: Session, person: Person, trainings: Select[UUID], period: Period, key: str
) -> _Hits:
    hits = []
    for one in _backgrounds(session, trainings, groups_reported_to(person)):
        counts = dict(reported_in(one, period))
        if key in counts:
            hits.append((one.training_id, counts[key]))
    return hits, False


def _person_rows(session: Session, person: Person, shown: Mapping[UUID, int]) -> list[PersonRow]:
    found = session.execute(
        select(
            Enrolment.id,
            case((enrolments_seen_by(person), Enrolment.name), else_="").label("name"),
            Contract.reference,
            Training.n,
            Training.field,
            Enrolment.started_on,
            Enrolment.ended_on,
            Enrolment.status_at_start,
            Enrolment.status_at_end,
        )
        .join(Training, Training.id == Enrolment.training_id)
        .join(Contract, Contract.id == Training.contract_id)
        .where(Enrolment.id.in_(list(shown)))
    )
    rows = {
        row.id: PersonRow(
            id=row.id if row.name else None,
            name=row.name,
            contract=row.reference,
            n=row.n,
            field=row.field,
            started_on=row.started_on,
            ended_on=row.ended_on,
            status_at_start=row.status_at_start,
            status_at_end=row.status_at_end,
            count=shown[row.id],
        )
        for row in found
    }
    return [rows[key] for key in shown]


def _group_rows(session: Session, shown: Mapping[UUID, int]) -> list[GroupRow]:
    found = session.execute(
        select(Training.id, Contract.reference, Training.n, Training.field, Training.starts)
        .join(Contract, Contract.id == Training.contract_id)
        .where(Training.id.in_(list(shown)))
    )
    rows = {
        row.id: GroupRow(row.reference, row.n, row.field, row.starts, shown[row.id])
        for row in found
    }
    return [rows[key] for key in shown]


def names_some(person: Person) -> bool:
    """Whether the reader may see some people by name, so that few of them may be opened, too."""
    return person.holds(_NAMING)


@dataclass(frozen=True)
class ReportRow:
    """One report that was made: its number, who made it, when, and its document if it is there."""

    report: IndicatorReport
    document: StoredDocument | None


@dataclass(frozen=True)
class ReportsPage:
    """The indicator reports made of a procurement, the newest first."""

    procurement: Procurement
    rows: list[ReportRow]
    paging: Paging
    may_make: bool


def reports_page(
    session: Session, procurement_id: UUID, person: Person, n: int, language: str
) -> ReportsPage:
    """The whole page. Raises NotFound."""
    procurement = procurement_reported_on(session, procurement_id, person)
    made = list(
        session.scalars(
            select(IndicatorReport)
            .where(IndicatorReport.procurement_id == procurement.id)
            .order_by(IndicatorReport.n.desc())
        )
    )
    pages = paging(len(made), n)
    shown = made[pages.offset : pages.offset + ROWS_ON_A_PAGE]
    documents = store.find_all(session, DOCUMENT, [one.id for one in shown], language)
    return ReportsPage(
        procurement=procurement,
        rows=[ReportRow(one, documents.get(one.id)) for one in shown],
        paging=pages,
        may_make=may(person, "make_indicator_report", procurement.buyer_id),
    )


def report_document(
    session: Session, report_id: UUID, person: Person, language: str
) -> tuple[IndicatorReport, StoredDocument]:
    """A report that this reader may see, with its document. Raises NotFound."""
    report = session.get(IndicatorReport, report_id)
    if report is None:
        raise NotFound
    procurement_reported_on(session, report.procurement_id, person)
    stored = store.find(session, DOCUMENT, report.id, language)
    if stored is None:
        raise NotFound
    return report, stored


def contracts_of(session: Session, procurement: Procurement) -> list[dict[str, Any]]:
    """The procurement's contracts that are or were in force, as a report keeps them."""
    found = session.execute(
        select(Contract.reference, Organisation.name)
        .join(Organisation, Organisation.id == Contract.provider_id)
        .where(Contract.procurement_id == procurement.id, Contract.in_force_at.is_not(None))
        .order_by(Contract.reference)
    )
    return [{"reference": reference, "provider": dict(name)} for reference, name in found]


def table_of_procurement(session: Session, procurement: Procurement, period: Period) -> Table:
    """Everybody under the procurement's contracts."""
    trainings = (
        select(Training.id)
        .join(Contract, Contract.id == Training.contract_id)
        .where(and_(Contract.procurement_id == procurement.id, Contract.in_force_at.is_not(None)))
    )
    return table_of(session, trainings, period)
