"""The indicators of a selection, each with what it must not stand without."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.config import Settings, settings_of
from portal.contracts.models import Contract
from portal.criteria.bank import bank
from portal.criteria.rules import IndicatorDefinition, Unit
from portal.indicators.queries.selection import Selection, records_chosen
from portal.indicators.rules import (
    MEASURES,
    MONTHS_AFTER,
    Figure,
    Mirror,
    Period,
    Records,
    by_contract,
    figure_of,
    interval_of,
    is_preliminary,
    mirror,
    rows_of,
    started_in,
    tells_of_few,
)
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Lot
from portal.shared.numbers import rounded
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging

Names = Mapping[str, str]

REFLECTED = frozenset({"ended", "ended_3_months"})
"""Populations whose shares are results, so that the creaming mirror belongs beside them."""


@dataclass(frozen=True)
class Shown:
    """An indicator as it is printed.

    ``value`` is in percent with one decimal for a share, with two decimals for a mean, one for
    days, and whole for a number; None without data, and where the mean of so few answers is
    ``withheld``. ``interval`` and ``target`` are in percent.
    """

    definition: IndicatorDefinition
    figure: Figure
    value: Decimal | None
    withheld: bool
    preliminary: bool
    interval: tuple[Decimal, Decimal] | None
    target: Decimal | None = None

    @property
    def key(self) -> str:
        """The indicator's key."""
        return self.definition.key


@dataclass(frozen=True)
class LotTarget:
    """A lot's targets beside what came of them; shares in percent with one decimal."""

    contract_id: UUID
    reference: str
    provider: Names
    lot: Names
    participants: int | None
    started: int
    target_share: Decimal | None
    share: Shown


@dataclass(frozen=True)
class Overview:
    """The indicators by population, the mirror, and the targets of the lots that have some."""

    chosen: Selection
    period: Period
    contracts: int
    groups: list[tuple[str, list[Shown]]]
    mirror: Mirror
    targets: list[LotTarget]
    paging: Paging

    @property
    def shown(self) -> list[Shown]:
        """All of them in one list."""
        return [one for _population, group in self.groups for one in group]


def indicators_page(
    session: Session, person: Person, chosen: Selection, today: date, n: int = 1
) -> Overview:
    """The overview of what was chosen, of the contracts whose figures this person sees.

    ``n`` is the page of the lots with targets.
    """
    settings = settings_of(session)
    period = chosen.period(today)
    records = records_chosen(session, person, chosen)
    contracts = _contracts(session, person, chosen)
    with_target = [one for one in contracts if not one.no_target]
    pages = paging(len(with_target), n)
    each = by_contract(records)
    common = _common(contracts)
    shown = [
        shown_of(key, records, period, today, settings, common if _is_target(key) else None)
        for key in asked_for(settings)
    ]
    return Overview(
        chosen=chosen,
        period=period,
        contracts=len(contracts),
        groups=_by_population(shown),
        mirror=mirror(records, period, settings.small_group),
        targets=[
            _target(one, each.get(one.id, Records()), period, today, settings)
            for one in with_target[pages.offset : pages.offset + ROWS_ON_A_PAGE]
        ],
        paging=pages,
    )


def asked_for(settings: Settings) -> list[str]:
    """The indicators that this installation can have: without months that nobody is asked after."""
    months = settings.follow_up_months
    return [key for key in MEASURES if key not in MONTHS_AFTER or MONTHS_AFTER[key] in months]


def shown_of(
    key: str,
    records: Records,
    period: Period,
    today: date,
    settings: Settings,
    target: Decimal | None = None,
) -> Shown:
    """One indicator of these records, as it is printed. Raises KeyError, NotFound."""
    definition = bank().indicator(key)
    figure = figure_of(key, rows_of(key, records, period))
    withheld = tells_of_few(figure, settings.small_group)
    shares = {key} if definition.unit is Unit.SHARE else ()
    interval = interval_of(figure, settings.few_cases, shares)
    return Shown(
        definition=definition,
        figure=figure,
        value=None if withheld else value_shown(definition.unit, figure),
        withheld=withheld,
        preliminary=is_preliminary(key, records, period, today),
        interval=None if interval is None else (interval[0] * 100, interval[1] * 100),
        target=target,
    )


def value_shown(unit: Unit, figure: Figure) -> Decimal | None:
    """The exact value in the form that its unit is printed in; None without data."""
    if figure.value is None:
        return None
    if unit is Unit.SHARE:
        return rounded(figure.value * 100, 1)
    return rounded(figure.value, {Unit.MEAN: 2, Unit.DAYS: 1}.get(unit, 0))


def _is_target(key: str) -> bool:
    return key == "open_market_share"


def _by_population(shown: Iterable[Shown]) -> list[tuple[str, list[Shown]]]:
    """Together what is of the same people, so that nobody compares different ones unawares."""
    order = list(dict.fromkeys(one.definition.population for one in shown))
    by_place = sorted(shown, key=lambda one: order.index(one.definition.population))
    return [
        (population, list(group))
        for population, group in groupby(by_place, key=lambda one: one.definition.population)
    ]


@dataclass(frozen=True)
class _Contract:
    """A contract of the selection with the targets of its lot; the share in percent."""

    id: UUID
    reference: str
    provider: Names
    lot: Names
    participants: int | None
    share: Decimal | None

    @property
    def no_target(self) -> bool:
        return self.participants is None and self.share is None


def _contracts(session: Session, person: Person, chosen: Selection) -> list[_Contract]:
    found = session.execute(
        select(
            Contract.id,
            Contract.reference,
            Organisation.name,
            Lot.title,
            Lot.target_participants,
            Lot.target_open_market_share,
        )
        .join(Lot, Lot.id == Contract.lot_id)
        .join(Organisation, Organisation.id == Contract.provider_id)
        .where(*chosen.conditions(person))
        .order_by(Contract.in_force_at.desc(), Contract.reference)
    )
    return [
        _Contract(
            id=row.id,
            reference=row.reference,
            provider=row.name,
            lot=row.title,
            participants=row.target_participants,
            share=None
            if row.target_open_market_share is None
            else rounded(row.target_open_market_share * 100, 1),
        )
        for row in found
    ]


def _common(contracts: list[_Contract]) -> Decimal | None:
    """The target share of the whole selection: only where every contract of it has the same."""
    shares = {one.share for one in contracts}
    return shares.pop() if len(shares) == 1 else None


def _target(
    contract: _Contract, own: Records, period: Period, today: date, settings: Settings
) -> LotTarget:
    return LotTarget(
        contract_id=contract.id,
        reference=contract.reference,
        provider=contract.provider,
        lot=contract.lot,
        participants=contract.participants,
        started=sum(1 for _one in started_in(own, period)),
        target_share=contract.share,
        share=shown_of("open_market_share", own, period, today, settings, contract.share),
    )
