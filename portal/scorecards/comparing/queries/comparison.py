"""Providers or regions side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from portal.config import Settings, settings_of
from portal.contracts.access import seen_by
from portal.contracts.models import Contract
from portal.criteria.rules import Names
from portal.indicators.queries import records_of
from portal.indicators.rules import (
    OF_CASE_FILES,
    Figure,
    Participation,
    Period,
    Records,
    Row,
    ended_in,
    of_form,
    rows_of,
)
from portal.organisations.models import Organisation, Person
from portal.permissions import PROVIDING, Kind, Role
from portal.procurement.models import Lot
from portal.scorecards.access import OF_BUYER, scorecards_seen_by
from portal.scorecards.comparing.charts import (
    BarChart,
    bar_chart,
    scale_of,
)
from portal.scorecards.comparing.rules import (
    MIX,
    Bought,
    By,
    Cell,
    Group,
    Mix,
    Reader,
    Scope,
    cell_of,
    differing,
    grouped,
    mix_of,
    together,
)
from portal.scorecards.models import Scorecard
from portal.scorecards.rules import ScorecardState
from portal.shared.names import name_in
from portal.shared.numbers import rounded
from portal.training_forms.queries import forms_of

ALWAYS = Period()
COMPARED = (*OF_CASE_FILES, "target_group_reached_share")
"""The indicators of the comparison: as many as a table can be read with."""


@dataclass(frozen=True)
class Selection:
    """What is compared: by what, where, in which form, when, and whose contracts."""

    by: By = By.PROVIDER
    region: str | None = None
    form: str | None = None
    period: Period = ALWAYS
    scope: Scope = Scope.STANDING
    indicator: str = COMPARED[0]


def as_shown(key: str, value: Fraction | None) -> Decimal | None:
    """A share in percent with one decimal, anything else with two."""
    if value is None:
        return None
    return rounded(value * 100, 1) if key.endswith("_share") else rounded(value)


@dataclass(frozen=True)
class CellShown:
    """A figure as it is printed, with its numbers; ``withheld`` where too few people are behind."""

    key: str
    value: Decimal | None
    numerator: int | None
    denominator: int | None
    withheld: bool


def cell_shown(cell: Cell) -> CellShown:
    """A figure with its numbers, or that it is withheld."""
    if cell.figure is None:
        return CellShown(cell.key, None, None, None, withheld=True)
    figure = cell.figure
    value = as_shown(cell.key, figure.value)
    return CellShown(cell.key, value, figure.numerator, figure.denominator, withheld=False)


@dataclass(frozen=True)
class MixShown:
    """A share of the case mix in percent, with how many people it is."""

    key: str
    share: Decimal
    count: int


@dataclass(frozen=True)
class CompareRow:
    """One row; without ``people`` there are fewer than may be broken down, but somebody.

    ``differs`` names in what these people differ from all shown together, and whether by more.
    """

    own: bool
    names: Names | None
    letter: str | None
    region: str | None
    others: int | None
    people: int | None
    mix: list[MixShown]
    differs: list[tuple[str, bool]]
    cells: list[CellShown]


@dataclass(frozen=True)
class Choices:
    """What the selection may be made of, and the providers whose history the reader may see."""

    regions: list[str]
    forms: list[tuple[str, Names]]
    histories: list[tuple[UUID, Names]]


@dataclass(frozen=True)
class Comparison:
    """The rows with the chart of one indicator; no name but of the reader's own is in it."""

    reader: Reader
    selection: Selection
    rows: list[CompareRow]
    too_few: bool
    preliminary: bool
    chart: BarChart
    least: int
    small_group: int
    differs_by: Decimal


@dataclass(frozen=True)
class _Standing:
    """For whom the comparison is made, and which contracts are theirs."""

    reader: Reader
    ids: frozenset[UUID]
    own: ColumnElement[bool]
    others: ColumnElement[bool]


def _standing(person: Person) -> _Standing:
    buyers = [one.id for one in person.organisations_as(*OF_BUYER) if Kind.BUYER in one.kinds]
    if buyers:
        return _Standing(
            Reader.BUYER,
            frozenset(buyers),
            Contract.buyer_id.in_(buyers) & seen_by(person),
            Contract.buyer_id.not_in(buyers),
        )
    providers = [
        one.id
        for one in person.organisations_as(*PROVIDING, Role.AUDITOR)
        if Kind.PROVIDER in one.kinds
    ]
    if not providers:
        return _Standing(Reader.PROVIDER, frozenset(), false(), false())
    return _Standing(
        Reader.PROVIDER,
        frozenset(providers),
        Contract.provider_id.in_(providers),
        Contract.provider_id.not_in(providers),
    )


def _compared(standing: _Standing, scope: Scope) -> ColumnElement[bool]:
    """A condition on Contract: others only once a scorecard that they could answer stands."""
    if scope == Scope.OWN:
        return and_(Contract.in_force_at.is_not(None), standing.own)
    stands = select(Scorecard.provider_id).where(Scorecard.state == ScorecardState.SETTLED)
    others = standing.others & Contract.provider_id.in_(stands)
    return and_(Contract.in_force_at.is_not(None), or_(standing.own, others))


def choices_of(session: Session, person: Person) -> Choices:
    """The regions of what the reader may compare, and all forms of training.

    Who is of no buyer and no provider compares nothing.
    """
    wanted = _compared(_standing(person), Scope.STANDING)
    regions = session.scalars(
        select(Lot.region).join(Contract, Contract.lot_id == Lot.id).where(wanted).distinct()
    )
    forms = [(key, form.name) for key, form in forms_of(session).items()]
    seen = (
        select(Organisation.id, Organisation.name)
        .where(
            Organisation.id.in_(
                select(Scorecard.provider_id).where(
                    Scorecard.state == ScorecardState.SETTLED, scorecards_seen_by(person)
                )
            )
        )
        .order_by(Organisation.id)
    )
    return Choices(sorted(regions), forms, [(key, name) for key, name in session.execute(seen)])


def comparison(
    session: Session, person: Person, selection: Selection, language: str, today: date
) -> Comparison:
    """The whole comparison, read in a fixed number of queries.

    Who is of no buyer and no provider compares nothing.
    """
    settings = settings_of(session)
    standing = _standing(person)
    wanted = [_compared(standing, selection.scope)]
    if selection.region is not None:
        lots = select(Lot.id).where(Lot.region == selection.region)
        wanted.append(Contract.lot_id.in_(lots))
    records = records_of(session, *wanted)
    if selection.form is not None:
        records = of_form(records, selection.form)
    people: dict[UUID, list[Participation]] = {}
    for one in ended_in(records, selection.period):
        people.setdefault(one.contract_id, []).append(one)
    contracts = _contracts(session, wanted, standing, people)
    grouping = grouped(
        contracts,
        by=selection.by,
        reader=standing.reader,
        least=settings.least_compared,
        secret=_secret(settings, standing, selection),
    )
    groups = sorted(grouping.groups, key=lambda one: _place(one, language))
    by_contract = _rows(records, selection.period)
    mixes = [
        mix_of(one for key in group.contracts for one in people.get(key, ())) for group in groups
    ]
    whole = together(mix for mix in mixes if mix.people >= settings.small_group)
    rows = [
        _compare_row(group, mix, whole, by_contract, settings)
        for group, mix in zip(groups, mixes, strict=True)
    ]
    return Comparison(
        reader=standing.reader,
        selection=selection,
        rows=rows,
        too_few=grouping.too_few,
        preliminary=selection.period.last is None or selection.period.last >= today,
        chart=_bars(selection.indicator, rows),
        least=settings.least_compared,
        small_group=settings.small_group,
        differs_by=settings.mix_differs_percent,
    )


def _contracts(
    session: Session,
    wanted: Sequence[ColumnElement[bool]],
    standing: _Standing,
    people: Mapping[UUID, Sequence[Participation]],
) -> list[Bought]:
    found = session.execute(
        select(Contract.id, Contract.provider_id, Organisation.name, Lot.region, Contract.buyer_id)
        .join(Organisation, Organisation.id == Contract.provider_id)
        .join(Lot, Lot.id == Contract.lot_id)
        .where(*wanted)
        .order_by(Contract.reference, Contract.id)
    )
    return [
        Bought(
            id=key,
            provider_id=provider_id,
            provider=names,
            region=region,
            own=(buyer_id if standing.reader == Reader.BUYER else provider_id) in standing.ids,
            ended=len(people.get(key, ())),
        )
        for key, provider_id, names, region, buyer_id in found
    ]


def _rows(records: Records, period: Period) -> dict[str, dict[UUID, list[Row]]]:
    """The rows of each indicator by contract."""
    found: dict[str, dict[UUID, list[Row]]] = {}
    for key in COMPARED:
        parts = found.setdefault(key, {})
        for row in rows_of(key, records, period):
            parts.setdefault(row.contract_id, []).append(row)
    return found


def _compare_row(
    group: Group,
    mix: Mix,
    whole: Mix,
    by_contract: Mapping[str, Mapping[UUID, list[Row]]],
    settings: Settings,
) -> CompareRow:
    few = 0 < mix.people < settings.small_group
    return CompareRow(
        own=group.own,
        names=group.names,
        letter=group.letter,
        region=group.region,
        others=group.others,
        people=None if few else mix.people,
        mix=[] if few or not mix.people else _mix(mix),
        differs=[] if few else differing(mix, whole, Fraction(settings.mix_differs_percent)),
        cells=[
            cell_shown(
                cell_of(
                    key,
                    [row for one in group.contracts for row in parts.get(one, ())],
                    settings.small_group,
                )
            )
            for key, parts in by_contract.items()
        ],
    )


def _mix(mix: Mix) -> list[MixShown]:
    return [
        MixShown(key, rounded(Fraction(mix.counts[key], mix.people) * 100, 1), mix.counts[key])
        for key in MIX
    ]


def _place(group: Group, language: str) -> tuple[bool, str, int, str]:
    """One's own first and by name; others by their letters, which tell nothing of who they are."""
    name = name_in(group.names, language).casefold() if group.names else group.region or ""
    letter = group.letter or ""
    return not group.own, name, len(letter), letter


def _bars(key: str, rows: Iterable[CompareRow]) -> BarChart:
    values = [
        Figure(key, cell.numerator or 0, cell.denominator or 0).value
        for row in rows
        for cell in row.cells
        if cell.key == key
    ]
    return bar_chart(values, scale_of(key, values))


def _secret(settings: Settings, standing: _Standing, selection: Selection) -> bytes:
    """What the letters are dealt by: the same for the same page of the same reader, and no other.

    So nobody follows one provider by its letter from one selection to the next.
    """
    parts = [
        settings.secret_key,
        *sorted(map(str, standing.ids)),
        selection.region or "",
        selection.form or "",
        str(selection.period.first),
        str(selection.period.last),
    ]
    return sha256("\n".join(parts).encode()).digest()
