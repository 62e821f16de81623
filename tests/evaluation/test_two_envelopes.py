"""Two envelopes: no price is anywhere to be read before quality has been scored."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.database import Database
from portal.evaluation import usecases
from portal.evaluation.comparison import compare_lots
from portal.evaluation.models import Award
from portal.evaluation.rules import ClarificationKind
from portal.offers.models import LotOffer, OpenedContent, Opening
from portal.organisations.models import Person
from portal.permissions import Role
from portal.procurement.models import Procurement
from portal.shared.numbers import shown
from tests.cast import OLLIS_PHRASE, Cast, person
from tests.evaluation.conftest import PRICES, RIVER, SHORE, TERMS, Evaluating, published, rows
from tests.offers.conftest import AFTER, WINDOW


@pytest.fixture
def call(database: Database, cast: Cast) -> UUID:
    """The published call, with two envelopes."""
    return published(database, cast, replace(TERMS, two_envelopes=True))


def open_prices(evaluating: Evaluating, by: Person, with_: Person) -> None:
    evaluating.do(usecases.open_prices, by, with_=with_, phrases=evaluating.cast.phrases)


def test_the_opening_of_the_offers_leaves_the_prices_in_the_vault(
    evaluating: Evaluating, database: Database
) -> None:
    evaluating.until("opened")
    written = json.dumps(rows(database), default=str)
    for price in PRICES.values():
        assert f'"{price}"' not in written
        assert f'"{price.normalize()}"' not in written
    with database.reading() as session:
        assert [row.price for row in session.scalars(select(LotOffer))] == [None, None]
        assert all(not row.content["lots"] for row in session.scalars(select(OpenedContent)))


def test_prices_are_opened_by_two_once_quality_is_scored_and_the_ranking_follows(
    evaluating: Evaluating, cast: Cast, database: Database
) -> None:
    evaluating.until("agreed")
    evaluating.refused(lambda: evaluating.award(cast.river), "scores_missing")
    evaluating.declare(cast.aino)
    open_prices(evaluating, cast.aino, cast.olli)
    with database.reading() as session:
        (lot,) = compare_lots(session, session.get_one(Procurement, evaluating.call)).values()
        totals = {lot.provider_of(p).id: shown(p.total) for p in lot.placings}
        contents = session.scalars(select(OpenedContent)).all()
        assert {row.content["lots"]["sea"]["price"] for row in contents} == {"58", "52.5"}
    assert totals == {cast.river.id: "87.87", cast.shore.id: "78.33"}
    evaluating.award(cast.river)


def test_prices_are_refused_by_the_rules_in_their_order(evaluating: Evaluating, cast: Cast) -> None:
    evaluating.until("assessed")
    evaluating.refused(lambda: open_prices(evaluating, cast.eeva, cast.olli), "not_permitted")
    evaluating.refused(
        lambda: open_prices(evaluating, cast.aino, cast.olli), "interests_undeclared"
    )
    evaluating.declare(cast.aino)
    evaluating.refused(
        lambda: open_prices(evaluating, cast.olli, cast.olli), "second_opener_required"
    )
    evaluating.refused(
        lambda: open_prices(evaluating, cast.aino, cast.paula), "second_opener_required"
    )
    evaluating.agree(cast.river, RIVER)
    evaluating.refused(lambda: open_prices(evaluating, cast.aino, cast.olli), "scores_missing")
    evaluating.agree(cast.shore, SHORE)
    open_prices(evaluating, cast.aino, cast.olli)
    evaluating.refused(lambda: open_prices(evaluating, cast.aino, cast.olli), "wrong_state")


def test_the_second_opener_follows_in_time_with_a_log_in_of_their_own(
    evaluating: Evaluating, cast: Cast, database: Database
) -> None:
    evaluating.until("agreed")
    evaluating.declare(cast.aino)

    def confirm(by: Person, at: object = AFTER) -> None:
        phrase = cast.phrases[by.id]
        evaluating.do(usecases.confirm_prices, by, at, window=WINDOW, phrase=phrase)  # type: ignore[arg-type]

    evaluating.refused(lambda: confirm(cast.aino), "second_opener_required")
    evaluating.do(usecases.request_prices, cast.olli, phrase=OLLIS_PHRASE)
    evaluating.refused(lambda: confirm(cast.olli), "second_opener_required")
    late = AFTER + WINDOW + timedelta(seconds=1)
    evaluating.refused(lambda: confirm(cast.aino, late), "opening_expired")
    confirm(cast.aino)
    with database.reading() as session:
        stages = {
            row.stage: (row.first_id, row.second_id) for row in session.scalars(select(Opening))
        }
    assert stages["prices"] == (cast.olli.id, cast.aino.id)


def test_a_first_opener_who_declares_a_conflict_meanwhile_opens_nothing(
    evaluating: Evaluating, cast: Cast
) -> None:
    evaluating.until("agreed")
    evaluating.declare(cast.aino)
    evaluating.do(usecases.request_prices, cast.olli, phrase=OLLIS_PHRASE)
    evaluating.declare(cast.olli, conflicts=[cast.shore])
    evaluating.refused(
        lambda: evaluating.do(usecases.confirm_prices, cast.aino, window=WINDOW), "opening_expired"
    )


def test_nothing_is_bent_to_prices_that_are_known(evaluating: Evaluating, cast: Cast) -> None:
    evaluating.until("assessed")
    evaluating.agree(cast.river, RIVER)
    evaluating.judge(cast.shore, suitable=False)
    evaluating.declare(cast.aino)
    open_prices(evaluating, cast.aino, cast.olli)
    evaluating.refused(lambda: evaluating.agree(cast.river, SHORE), "prices_opened")
    evaluating.refused(lambda: evaluating.judge(cast.shore), "prices_opened")
    evaluating.judge(cast.river, suitable=False)


def test_a_low_price_is_asked_about_only_once_it_is_known(
    evaluating: Evaluating, cast: Cast
) -> None:
    evaluating.until("agreed")

    def ask() -> None:
        evaluating.do(
            usecases.ask_clarification,
            cast.olli,
            providers=[cast.shore],
            lot="sea",
            kind=ClarificationKind.LOW_PRICE,
            text="Mistä hinta muodostuu?",
            due=AFTER + timedelta(days=5),
        )

    evaluating.refused(ask, "prices_sealed")
    evaluating.declare(cast.aino)
    open_prices(evaluating, cast.aino, cast.olli)
    ask()


def test_one_envelope_has_no_second_opening(database: Database, cast: Cast) -> None:
    call = published(database, cast, replace(TERMS, reference="ESIM/2/2026"))
    plain = Evaluating(database, cast, call)
    plain.until("agreed")
    plain.declare(cast.aino)
    plain.refused(lambda: open_prices(plain, cast.aino, cast.olli), "wrong_state")
    plain.award(cast.river)
    with database.reading() as session:
        assert session.scalars(select(Award)).one().ranking[0]["total"] == "87.87"


def test_nobody_scores_with_the_prices_before_their_eyes(
    evaluating: Evaluating, cast: Cast, database: Database
) -> None:
    evaluating.until("agreed")
    with database.transaction() as session:
        session.expire_on_commit = False
        late = person(session, "Esa Myöhäinen", cast.buyer, Role.EVALUATOR)
    evaluating.declare(cast.aino)
    open_prices(evaluating, cast.aino, cast.olli)
    evaluating.appoint(late)
    evaluating.declare(late)
    evaluating.refused(lambda: evaluating.assess(late, cast.river, RIVER), "prices_opened")


def test_an_offer_scored_before_the_prices_were_opened_may_come_back(
    evaluating: Evaluating, cast: Cast
) -> None:
    evaluating.until("agreed")
    evaluating.declare(cast.aino)
    open_prices(evaluating, cast.aino, cast.olli)
    evaluating.judge(cast.river, suitable=False)
    evaluating.judge(cast.river)
    evaluating.award(cast.river)
