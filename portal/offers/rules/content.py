"""What an offer says, when it is complete, and when it is in time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from portal.organisations.rules import is_business_id
from portal.shared.canonical import canonical, sha256
from portal.shared.clock import in_time
from portal.shared.errors import RuleBroken

T = TypeVar("T")


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
    """What the provider holds to be a trade secret, and why.

    ``passage`` stands in the answer or in a promise of the criterion; without one the whole answer
    is meant. ``file`` is the key of a file instead, which then is a secret as a whole.
    """

    criterion: str
    reason: str
    passage: str = ""
    file: str = ""


@dataclass(frozen=True)
class Partner:
    """Who offers together with the provider, or works for it, and what falls to them."""

    name: str
    business_id: str = ""
    part: str = ""


@dataclass(frozen=True)
class Declaration:
    """Whether what the call asks about holds of the bidder; a no is explained in the note."""

    about: str
    holds: bool
    note: str = ""


@dataclass(frozen=True)
class OfferFile:
    """An attachment: its bytes are in the sealed storage.

    ``paper`` and ``valid_to`` are of the provider's paper that it is a copy of.
    """

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    paper: str = ""
    valid_to: date | None = None


@dataclass(frozen=True)
class OfferContent:
    """The whole of an offer. ``lots`` by lot key, ``answers`` by criterion key.

    ``consortium`` are the members beside the submitting provider, which leads. ``alone`` says in
    so many words that there are neither members nor subcontractors.
    """

    lots: Mapping[str, LotPrice] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    promises: tuple[Promise, ...] = ()
    secrets: tuple[Secret, ...] = ()
    files: tuple[OfferFile, ...] = ()
    alone: bool = False
    consortium: tuple[Partner, ...] = ()
    subcontractors: tuple[Partner, ...] = ()
    declarations: tuple[Declaration, ...] = ()

    def packed(self) -> bytes:
        """Canonical bytes: what is sealed, and what the receipt's hash is taken of.

        What is not said is left out, where offers were sealed before it could be said.
        """
        plain = _without(asdict(self), ("alone", "consortium", "subcontractors", "declarations"))
        plain["secrets"] = [_without(one, ("passage", "file")) for one in plain["secrets"]]
        plain["files"] = [_without(one, ("paper", "valid_to")) for one in plain["files"]]
        return canonical(plain)

    def hash(self) -> str:
        """SHA-256 of the canonical content, files by their own hashes."""
        return sha256(self.packed())


def _without(values: dict[str, Any], left_out_when_empty: tuple[str, ...]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value or key not in left_out_when_empty}


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
        files=tuple(_file(file) for file in content["files"]),
        alone=content.get("alone", False),
        consortium=tuple(Partner(**partner) for partner in content.get("consortium", ())),
        subcontractors=tuple(Partner(**partner) for partner in content.get("subcontractors", ())),
        declarations=tuple(Declaration(**one) for one in content.get("declarations", ())),
    )


def _file(file: Mapping[str, Any]) -> OfferFile:
    valid_to = file.get("valid_to")
    return OfferFile(
        **{
            **file,
            "id": UUID(file["id"]),
            "valid_to": None if valid_to is None else date.fromisoformat(valid_to),
        }
    )


def put_in_place(
    standing: tuple[T, ...], is_mine: Callable[[T], bool], mine: Iterable[T]
) -> tuple[T, ...]:
    """What is one's own put where it stood, so that an unchanged offer stays the same offer."""
    at = next((n for n, one in enumerate(standing) if is_mine(one)), len(standing))
    after = [one for one in standing[at:] if not is_mine(one)]
    return (*standing[:at], *mine, *after)


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


def require_partners(content: OfferContent) -> None:
    """Everybody named has a name, and a right business id where one is given; nobody is alone
    with others.

    Raises ``name_missing``, ``business_id_wrong``, ``alone_with_others``.
    """
    for kind, partners in (
        ("member", content.consortium),
        ("subcontractor", content.subcontractors),
    ):
        for n, partner in enumerate(partners):
            if not partner.name.strip():
                raise RuleBroken("name_missing", field=f"{kind}-{n}-name")
            if partner.business_id and not is_business_id(partner.business_id):
                raise RuleBroken("business_id_wrong", field=f"{kind}-{n}-business_id")
    if content.alone and (content.consortium or content.subcontractors):
        raise RuleBroken("alone_with_others", field="alone")


def require_in_time(at: datetime, due: datetime | None) -> None:
    """Refuses by ``deadline_passed``."""
    if due is None or not in_time(at, due):
        raise RuleBroken("deadline_passed")
