"""What open data is made from: plain rows with their times, and no person among them.

Every row is of something that does not change later, with the moment at which it became public.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class House:
    """Who publishes, and under which addresses.

    ``small_group``: a number of people below it is not told.
    """

    ocid_prefix: str
    address: str
    licence: str
    extensions: tuple[str, ...]
    small_group: int


@dataclass(frozen=True)
class Party:
    """An organisation; without a business id it is known by its key alone."""

    key: UUID
    name: Mapping[str, str]
    business_id: str | None


@dataclass(frozen=True)
class Frozen:
    """The call as it was frozen at publication, in plain values (`procurement.rules`)."""

    at: datetime
    call: Mapping[str, Any]


@dataclass(frozen=True)
class Amended:
    """The call as the ``n``-th amendment froze it."""

    at: datetime
    n: int
    reason: str
    call: Mapping[str, Any]


@dataclass(frozen=True)
class Opened:
    """When the offers were opened and how many there were; told with the decision only."""

    at: datetime
    offers: int


@dataclass(frozen=True)
class Awarded:
    """What the ``decision``-th decision says of a lot: the winner at its price, or none.

    ``at`` is when the decision was issued.
    """

    at: datetime
    decision: int
    lot: str
    supplier: Party | None = None
    price: Decimal | None = None
    coordination_fee: Decimal | None = None


@dataclass(frozen=True)
class Undone:
    """An outcome made void after its decision was issued, by the buyer or by the court."""

    at: datetime
    decision: int
    lot: str
    corrected: bool


@dataclass(frozen=True)
class Contracted:
    """A contract that came into force; ``ends`` is its last day before any further period."""

    at: datetime
    reference: str
    decision: int
    lot: str
    supplier: Party
    starts: date
    ends: date


@dataclass(frozen=True)
class Extended:
    """An option used the ``n``-th time; ``ends`` is the new last day, of a further period only."""

    at: datetime
    contract: str
    option: str
    n: int
    amount: Decimal
    ends: date | None


@dataclass(frozen=True)
class Changed:
    """A change in effect: its legal ground, and what it adds in euros."""

    at: datetime
    contract: str
    n: int
    ground: str
    section: str
    value: Decimal


@dataclass(frozen=True)
class Revised:
    """The price revised by the index, from a day on."""

    at: datetime
    contract: str
    since: date
    price: Decimal


@dataclass(frozen=True)
class Passed:
    """A contract passed to a new buyer."""

    at: datetime
    contract: str
    n: int
    to: Party


@dataclass(frozen=True)
class Ordered:
    """A call-off confirmed for an amount in the lot's unit, at the price of its own competition
    if it came of one; never for whom or for how many."""

    at: datetime
    contract: str
    call_off: int
    field: str
    amount: Decimal
    price: Decimal | None


@dataclass(frozen=True)
class Withdrawn:
    """A confirmed call-off that was declined or cancelled after all."""

    at: datetime
    contract: str
    call_off: int
    field: str


@dataclass(frozen=True)
class Trained:
    """A training that has begun, or that the buyer has closed."""

    at: datetime
    contract: str
    n: int
    field: str
    closed: bool


@dataclass(frozen=True)
class Accepted:
    """An accepted record of a training's month, the ``n``-th of the month; ``days`` are hours
    where these are bought. ``people`` is not told: few are not told of at all."""

    at: datetime
    contract: str
    training: int
    field: str
    period: str
    n: int
    days: Decimal
    people: int


@dataclass(frozen=True)
class Invoiced:
    """The issued basis of a month's invoice: ``amount`` in euros for ``quantity``.

    ``people`` is how many had days in the month; not told, as above.
    """

    at: datetime
    contract: str
    period: str
    quantity: Decimal
    amount: Decimal
    people: int


Fact = (
    Frozen
    | Amended
    | Awarded
    | Undone
    | Contracted
    | Extended
    | Changed
    | Revised
    | Passed
    | Ordered
    | Withdrawn
    | Trained
    | Accepted
    | Invoiced
)


@dataclass(frozen=True)
class Process:
    """Everything that may be told of a procurement, whether its time has come or not."""

    key: UUID
    buyer: Party
    opened: Opened | None
    facts: tuple[Fact, ...]
