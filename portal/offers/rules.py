"""What an offer says, when it is complete, and when it is in time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from portal.shared.canonical import canonical, sha256
from portal.shared.clock import in_time
from portal.shared.errors import RuleBroken


class OfferState(StrEnum):
    """Whether a version of the offer stands as submitted."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"


class OpeningStage(StrEnum):
    """What is opened: the offers or, of a procurement of two envelopes, later their prices."""

    OFFERS = "offers"
    PRICES = "prices"


TRANSITIONS: dict[str, dict[OfferState, OfferState]] = {
    "submit_offer": dict.fromkeys(OfferState, OfferState.SUBMITTED),
    "withdraw_offer": {OfferState.SUBMITTED: OfferState.WITHDRAWN},
}
"""The one table that moves an offer: act → from → to."""


def moved(state: str, act: str) -> OfferState:
    """The state after an act. Raises ``wrong_state`` where the table has no such move."""
    after = TRANSITIONS[act].get(OfferState(state))
    if after is None:
        raise RuleBroken("wrong_state")
    return after


@dataclass(frozen=True)
class LotPrice:
    """What is asked for one lot, without value added tax."""

    price: Decimal
    coordination_fee: Decimal | None = None


@dataclass(frozen=True)
class Promise:
    """Something promised under a criterion, to be followed up during the contract."""

    criterion: str
    text: str


@dataclass(frozen=True)
class Secret:
    """An answer that the provider holds to be a trade secret, and why."""

    criterion: str
    reason: str


@dataclass(frozen=True)
class OfferFile:
    """An attachment: its bytes are in the sealed storage."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class OfferContent:
    """The whole of an offer. ``lots`` by lot key, ``answers`` by criterion key."""

    lots: Mapping[str, LotPrice] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    promises: tuple[Promise, ...] = ()
    secrets: tuple[Secret, ...] = ()
    files: tuple[OfferFile, ...] = ()

    def packed(self) -> bytes:
        """Canonical bytes: what is sealed, and what the receipt's hash is taken of."""
        return canonical(asdict(self))

    def hash(self) -> str:
        """SHA-256 of the canonical content, files by their own hashes."""
        return sha256(self.packed())


def unpacked(content: Mapping[str, Any]) -> OfferContent:
    """The content again from its plain values."""
    return OfferContent(
        lots={
            key: LotPrice(
                Decimal(lot["price"]),
                None if lot["coordination_fee"] is None else Decimal(lot["coordination_fee"]),
            )
            for key, lot in content["lots"].items()
        },
        answers=dict(content["answers"]),
        promises=tuple(Promise(**promise) for promise in content["promises"]),
        secrets=tuple(Secret(**secret) for secret in content["secrets"]),
        files=tuple(OfferFile(**{**file, "id": UUID(file["id"])}) for file in content["files"]),
    )


def missing_from_offer(
    content: OfferContent, lots: list[str], criteria: list[str]
) -> list[tuple[str, str]]:
    """What keeps an offer from being submitted: ``("lots", "")`` or ``("answers", criterion)``."""
    missing = [] if any(key in content.lots for key in lots) else [("lots", "")]
    missing += [("answers", key) for key in criteria if not content.answers.get(key, "").strip()]
    return missing


def require_prices(content: OfferContent) -> None:
    """Prices are above zero, fees not below.

    Raises ``price_not_above_zero``, ``fee_below_zero``.
    """
    for key, lot in content.lots.items():
        if lot.price <= 0:
            raise RuleBroken("price_not_above_zero", field=f"price-{key}")
        if lot.coordination_fee is not None and lot.coordination_fee < 0:
            raise RuleBroken("fee_below_zero", field=f"fee-{key}")


def require_in_time(at: datetime, due: datetime | None) -> None:
    """Refuses by ``deadline_passed``."""
    if due is None or not in_time(at, due):
        raise RuleBroken("deadline_passed")
