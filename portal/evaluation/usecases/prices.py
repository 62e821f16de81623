"""Opening the sealed prices of a procurement of two envelopes, by two openers together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from portal.audit.record import Facts, acting
from portal.documents import store
from portal.evaluation.access import prices_opened, require_clean
from portal.evaluation.comparison import all_scored, compare_lots
from portal.offers.rules import OpeningStage
from portal.offers.usecases import openers
from portal.offers.usecases.opening import unseal_prices
from portal.organisations.models import Person
from portal.permissions import require
from portal.procurement.models import Procurement
from portal.procurement.rules import State
from portal.shared.errors import RuleBroken


def _require_openable(session: Session, procurement: Procurement) -> None:
    """Only once every offer left in has its joint score in every lot: ``scores_missing``."""
    if (
        procurement.state != State.OPENED
        or not procurement.two_envelopes
        or prices_opened(session, procurement)
    ):
        raise RuleBroken("wrong_state")
    if not all_scored(compare_lots(session, procurement)):
        raise RuleBroken("scores_missing")


def request_prices(
    session: Session, *, procurement: Procurement, by: Person, at: datetime, phrase: str = ""
) -> None:
    """The first opener is ready to open the prices; asking again starts the wait anew.

    Raises ``wrong_state``, ``interests_undeclared``, ``conflict_of_interest``,
    ``scores_missing``, ``opener_without_part``, ``opener_phrase_wrong``.
    """
    with acting(session, "request_prices", chain=procurement.id, by=by.id, at=at):
        require(by, "request_prices", procurement.buyer_id)
        require_clean(session, procurement, by)
        _require_openable(session, procurement)
        openers.leave_part(
            session, procurement, OpeningStage.PRICES, first=by, phrase=phrase, first_at=at
        )
        openers.begin(session, procurement, OpeningStage.PRICES, first=by, first_at=at)


def confirm_prices(
    session: Session,
    *,
    procurement: Procurement,
    window: timedelta,
    by: Person,
    at: datetime,
    phrase: str = "",
) -> None:
    """The second opener follows within the window.

    Raises ``second_opener_required``, ``opening_expired``, and what `open_prices` raises.
    """
    with acting(session, "confirm_prices", chain=procurement.id, by=by.id, at=at):
        require(by, "confirm_prices", procurement.buyer_id)
        require_clean(session, procurement, by)
        first = openers.first_of(
            session, procurement, OpeningStage.PRICES, window=window, second_at=at
        )
    with acting(session, "open_prices", chain=procurement.id, by=by.id, at=at) as facts:
        _open(
            session,
            procurement,
            (first, by),
            lambda: openers.recovered(
                session, procurement, OpeningStage.PRICES, second=by, phrase=phrase
            ),
            facts,
            at,
        )


def open_prices(
    session: Session,
    *,
    procurement: Procurement,
    with_: Person,
    by: Person,
    at: datetime,
    phrases: Mapping[UUID, str] | None = None,
) -> None:
    """Unseal every price at once; from now on no joint score can be changed.

    ``phrases`` are the two openers', by person. Raises ``wrong_state``,
    ``interests_undeclared``, ``conflict_of_interest`` (of either opener),
    ``second_opener_required``, ``scores_missing``, ``opener_without_part``,
    ``opener_phrase_wrong``.
    """
    with acting(session, "open_prices", chain=procurement.id, by=by.id, at=at) as facts:
        _open(
            session,
            procurement,
            (with_, by),
            lambda: openers.recovered_by_both(
                session, procurement, openers=(with_, by), phrases=phrases or {}
            ),
            facts,
            at,
        )


def _open(
    session: Session,
    procurement: Procurement,
    both: tuple[Person, Person],
    recovered: Callable[[], bytes | None],
    facts: Facts,
    at: datetime,
) -> None:
    with_, by = both
    require(by, "open_prices", procurement.buyer_id)
    for opener in (by, with_):
        require_clean(session, procurement, opener)
    openers.require_two(procurement, with_, by)
    _require_openable(session, procurement)
    unseal_prices(session, procurement, recovered())
    opening = openers.done(
        session, procurement, OpeningStage.PRICES, openers=(with_, by), opened_at=at
    )
    facts.note(openers=[with_.id, by.id])
    store.request(
        session,
        "opening_record",
        subject=opening.id,
        owner=procurement.id,
        language="fi",
        at=at,
    )
