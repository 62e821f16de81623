"""Who stands beside whom in a comparison, whom they have served, and what is withheld.

A reader sees their own by name. Providers see the others by letters only, and a buyer those of
other buyers together only; and neither where there are fewer of them than the setting says, since
whoever knows that there are two providers knows who the other one is.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from typing import TypeVar
from uuid import UUID

from portal.enrolments.rules import Education, Status
from portal.indicators.rules import Figure, Participation, Row, figure_of

K = TypeVar("K")

OLDER_THAN = 55


class By(StrEnum):
    """What a row of the comparison is."""

    PROVIDER = "provider"
    REGION = "region"


class Scope(StrEnum):
    """One's own contracts, or beside them those of all providers that have a standing scorecard."""

    OWN = "own"
    STANDING = "standing"


class Reader(StrEnum):
    """For whom the comparison is made."""

    BUYER = "buyer"
    PROVIDER = "provider"


def _older(one: Participation) -> bool:
    return one.started_on is not None and one.started_on.year - one.birth_year > OLDER_THAN


MIX: dict[str, Callable[[Participation], bool]] = {
    "long_term_unemployed": lambda one: one.status_at_start == Status.LONG_TERM_UNEMPLOYED,
    # The programme's table counts those in education among those outside working life.
    "outside": lambda one: one.status_at_start in (Status.OUTSIDE, Status.IN_EDUCATION),
    "basic_education": lambda one: one.education == Education.BASIC,
    "over_55": _older,
}
"""The case mix: whom a provider has served, by what is known of them at the start.

Only the year of birth is known: over 55 is who turned at least 56 in the year of the start.
"""


@dataclass(frozen=True)
class Mix:
    """How many people, and how many of them are of each kind of `MIX`."""

    people: int
    counts: Mapping[str, int]

    def share(self, key: str) -> Fraction | None:
        """The exact share of a kind; None without people."""
        return Fraction(self.counts[key], self.people) if self.people else None


def mix_of(people: Iterable[Participation]) -> Mix:
    """The case mix of these people."""
    everybody = list(people)
    return Mix(len(everybody), {key: sum(map(counts, everybody)) for key, counts in MIX.items()})


def together(mixes: Iterable[Mix]) -> Mix:
    """Several groups as one."""
    parts = list(mixes)
    return Mix(
        sum(one.people for one in parts),
        {key: sum(one.counts[key] for one in parts) for key in MIX},
    )


def differing(mix: Mix, whole: Mix, percent: Fraction) -> list[tuple[str, bool]]:
    """In what a group differs from all together by so many points, and whether it has more."""
    found = []
    for key in MIX:
        here, there = mix.share(key), whole.share(key)
        if here is not None and there is not None and abs(here - there) * 100 >= percent:
            found.append((key, here > there))
    return found


OF_PEOPLE = frozenset({"participation", "answer"})
"""Rows that are somebody: a figure of few of them would tell of each."""


@dataclass(frozen=True)
class Cell:
    """A figure of a group; one of too few people is withheld with its numbers."""

    key: str
    figure: Figure | None

    @property
    def withheld(self) -> bool:
        """Whether there is data that is not shown."""
        return self.figure is None


def cell_of(key: str, rows: Sequence[Row], least: int) -> Cell:
    """The figure that these rows add up to, unless they are people and fewer than ``least``."""
    people = sum(row.kind in OF_PEOPLE for row in rows)
    return Cell(key, None if 0 < people < least else figure_of(key, rows))


@dataclass(frozen=True)
class Bought:
    """A contract of the selection; ``ended`` is how many people's results it has in the period."""

    id: UUID
    provider_id: UUID
    provider: Mapping[str, str]
    region: str
    own: bool
    ended: int


@dataclass(frozen=True)
class Group:
    """One row of the comparison.

    ``names`` only of one's own; others have a letter, or are ``others`` in number together.
    """

    contracts: frozenset[UUID]
    own: bool
    names: Mapping[str, str] | None = None
    letter: str | None = None
    region: str | None = None
    others: int | None = None


@dataclass(frozen=True)
class Grouping:
    """The rows, one's own first, and whether others are left out for being too few."""

    groups: list[Group]
    too_few: bool


def letters(n: int) -> str:
    """``A`` to ``Z`` for 0 to 25, then ``AA`` and on."""
    text = ""
    n += 1
    while n:
        n, place = divmod(n - 1, 26)
        text = chr(ord("A") + place) + text
    return text


def in_secret_order(ids: Iterable[UUID], secret: bytes) -> list[UUID]:
    """An order that stays as it is for the same secret, and tells nothing to who lacks it."""
    return sorted(ids, key=lambda one: hmac.new(secret, one.bytes, sha256).digest())


def grouped(
    contracts: Iterable[Bought], *, by: By, reader: Reader, least: int, secret: bytes
) -> Grouping:
    """The rows of a comparison. Others without anybody's result are not among them."""
    mine, others = [], []
    for one in contracts:
        if one.own:
            mine.append(one)
        elif one.ended:
            others.append(one)
    if by == By.REGION:
        return _by_region(mine, others, least)
    groups = [
        Group(_ids(part), own=True, names=part[0].provider)
        for part in _parts(mine, lambda one: one.provider_id).values()
    ]
    providers = _parts(others, lambda one: one.provider_id)
    if len(providers) < least:
        return Grouping(groups, bool(providers))
    if reader == Reader.BUYER:
        return Grouping([*groups, Group(_ids(others), own=False, others=len(providers))], False)
    order = in_secret_order(providers, secret)
    return Grouping(
        [
            *groups,
            *(
                Group(_ids(providers[key]), own=False, letter=letters(n))
                for n, key in enumerate(order)
            ),
        ],
        False,
    )


def _by_region(mine: Sequence[Bought], others: Sequence[Bought], least: int) -> Grouping:
    groups = [
        Group(_ids(part), own=True, region=region)
        for region, part in sorted(_parts(mine, lambda one: one.region).items())
    ]
    too_few = False
    for region, part in sorted(_parts(others, lambda one: one.region).items()):
        providers = len({one.provider_id for one in part})
        if providers < least:
            too_few = True
        else:
            groups.append(Group(_ids(part), own=False, region=region, others=providers))
    return Grouping(groups, too_few)


def _ids(part: Iterable[Bought]) -> frozenset[UUID]:
    return frozenset(one.id for one in part)


def _parts(contracts: Iterable[Bought], key: Callable[[Bought], K]) -> dict[K, list[Bought]]:
    found: dict[K, list[Bought]] = {}
    for one in contracts:
        found.setdefault(key(one), []).append(one)
    return found
