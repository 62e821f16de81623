"""An offer that is not what the call asks for takes no part; each judgement is kept."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import select

from portal.database import Database
from portal.evaluation import usecases
from portal.evaluation.comparison import LeftOut, LotComparison, compare_lots
from portal.evaluation.models import ConformityJudgement, SuitabilityJudgement
from portal.evaluation.rules import ClarificationKind
from portal.organisations.models import Organisation, Person
from portal.permissions import Kind, Role
from portal.procurement.models import Procurement
from portal.shared.numbers import shown
from tests.cast import Cast, organisation, person
from tests.evaluation.conftest import RIVER, Evaluating


def conformity(
    evaluating: Evaluating, provider: Organisation, by: Person | None = None, **how: object
) -> None:
    told = {"lot": "sea", "conforms": False, "reason": "Ryhmäkoko puuttuu.", **how}
    evaluating.do(usecases.judge_conformity, by or evaluating.cast.olli, provider=provider, **told)


def lot_of(database: Database, call: UUID) -> LotComparison:
    with database.reading() as session:
        (lot,) = compare_lots(session, session.get_one(Procurement, call)).values()
        assert lot.placings is not None
        return lot


def test_the_cheapest_offer_that_does_not_conform_is_not_counted_for_the_lowest_price(
    evaluating: Evaluating, cast: Cast, database: Database
) -> None:
    evaluating.until("agreed")
    before = lot_of(database, evaluating.call)
    assert [shown(placing.price_points) for placing in before.placings] == ["36.21", "40.00"]
    conformity(evaluating, cast.shore)
    after = lot_of(database, evaluating.call)
    (only,) = after.placings
    assert after.provider_of(only).id == cast.river.id
    assert shown(only.price_points) == "40.00"
    assert after.left_out(evaluating.offer_id(cast.shore)) is LeftOut.CONTENT
    assert after.reason_left_out(evaluating.offer_id(cast.shore)) == "Ryhmäkoko puuttuu."


def test_an_offer_that_is_not_judged_conforms(
    evaluating: Evaluating, cast: Cast, database: Database
) -> None:
    evaluating.until("agreed")
    assert lot_of(database, evaluating.call).left_out(evaluating.offer_id(cast.river)) is None
    evaluating.award(cast.river)


def test_one_left_out_waits_for_no_joint_score(
    evaluating: Evaluating, cast: Cast, database: Database
) -> None:
    evaluating.until("judged")
    conformity(evaluating, cast.shore)
    for evaluator in (cast.eeva, cast.erik):
        evaluating.assess(evaluator, cast.river, RIVER)
    evaluating.agree(cast.river, RIVER)
    assert len(lot_of(database, evaluating.call).placings) == 1
    evaluating.refused(lambda: evaluating.award(cast.shore), "not_first")
    evaluating.award(cast.river)


def test_judging_is_refused_by_the_rules_in_their_order(evaluating: Evaluating, cast: Cast) -> None:
    evaluating.until("appointed")
    evaluating.refused(lambda: conformity(evaluating, cast.shore), "not_opened")
    evaluating.open()
    evaluating.refused(lambda: conformity(evaluating, cast.shore, cast.eeva), "not_permitted")
    evaluating.refused(lambda: conformity(evaluating, cast.shore), "interests_undeclared")
    evaluating.declare(cast.olli)
    evaluating.refused(lambda: conformity(evaluating, cast.shore, reason="  "), "reason_missing")
    evaluating.refused(lambda: conformity(evaluating, cast.buyer), "wrong_state")
    evaluating.declare(cast.olli, conflicts=[cast.river])
    evaluating.refused(lambda: conformity(evaluating, cast.shore), "conflict_of_interest")


def test_an_awarded_lots_offers_are_not_judged_any_more(evaluating: Evaluating, cast: Cast) -> None:
    evaluating.until("awarded")
    evaluating.refused(lambda: conformity(evaluating, cast.shore), "wrong_state")


def test_an_earlier_judgement_is_kept_beside_the_one_that_stands(
    evaluating: Evaluating, cast: Cast, database: Database
) -> None:
    evaluating.until("judged")
    conformity(evaluating, cast.shore)
    conformity(evaluating, cast.shore, conforms=True, reason="Ryhmäkoko löytyi liitteestä.")
    with database.reading() as session:
        kept = {
            judgement.replaced_at is None: judgement
            for judgement in session.scalars(select(ConformityJudgement))
        }
    assert (kept[False].conforms, kept[True].conforms) == (False, True)
    assert kept[False].reason == "Ryhmäkoko puuttuu."


def test_nobody_replaces_a_judgement_that_they_have_not_read(
    evaluating: Evaluating, cast: Cast, database: Database
) -> None:
    evaluating.until("judged")
    conformity(evaluating, cast.shore, checked=True, seen=None)
    for seen in (None, uuid4()):
        evaluating.refused(
            lambda seen=seen: conformity(  # type: ignore[misc]
                evaluating, cast.shore, conforms=True, checked=True, seen=seen
            ),
            "changed_meanwhile",
        )
    with database.reading() as session:
        standing = session.scalars(select(ConformityJudgement)).one()
        suitability = session.scalars(
            select(SuitabilityJudgement).where(
                SuitabilityJudgement.offer_id == evaluating.offer_id(cast.river)
            )
        ).one()
    conformity(evaluating, cast.shore, conforms=True, checked=True, seen=standing.id)
    judge = usecases.judge_suitability
    told = {"provider": cast.river, "suitable": False, "reason": "Verovelka.", "checked": True}
    evaluating.refused(
        lambda: evaluating.do(judge, cast.olli, **told, seen=uuid4()), "changed_meanwhile"
    )
    evaluating.do(judge, cast.olli, **told, seen=suitability.id)


def test_a_low_price_excludes_nobody_before_its_bidder_has_been_heard(
    evaluating: Evaluating, cast: Cast, database: Database
) -> None:
    evaluating.until("agreed")
    evaluating.refused(
        lambda: conformity(evaluating, cast.shore, low_price=True), "explanation_missing"
    )
    asked = evaluating.do(
        usecases.ask_clarification,
        cast.olli,
        providers=[cast.shore],
        lot="sea",
        kind=ClarificationKind.LOW_PRICE,
        text="Mistä hinta muodostuu?",
        due=evaluating.at.replace(day=13),
    )
    evaluating.refused(
        lambda: conformity(evaluating, cast.shore, low_price=True), "explanation_missing"
    )
    late = evaluating.at.replace(day=14)
    assert asked[0].due < late
    conformity(evaluating, cast.shore, low_price=True, at=late, reason="Selvitystä ei saatu.")
    lot = lot_of(database, evaluating.call)
    assert lot.left_out(evaluating.offer_id(cast.shore)) is LeftOut.LOW_PRICE


def test_a_price_that_is_not_low_is_no_reason_to_leave_an_offer_out(
    evaluating: Evaluating, cast: Cast, database: Database
) -> None:
    with database.transaction() as session:
        session.expire_on_commit = False
        forest = organisation(session, "Metsäopisto", None, Kind.PROVIDER)
        writer = person(session, "Matti Metsä", forest, Role.REPRESENTATIVE)
    evaluating.offer(forest, writer, Decimal("60.00"))
    evaluating.until("judged")
    evaluating.judge(forest)
    # The others' means are 55.25, 59 and 56.25, and nobody is under 80 percent of theirs.
    evaluating.refused(lambda: conformity(evaluating, cast.shore, low_price=True), "price_not_low")
    evaluating.refused(
        lambda: evaluating.do(
            usecases.ask_clarification,
            cast.olli,
            providers=[cast.shore],
            lot="sea",
            kind=ClarificationKind.LOW_PRICE,
            text="Mistä hinta muodostuu?",
            due=evaluating.at.replace(day=13),
        ),
        "price_not_low",
    )


def test_the_measure_of_the_call_is_taken_from_the_installation_at_publishing(
    evaluating: Evaluating, cast: Cast, database: Database
) -> None:
    with database.reading() as session:
        procurement = session.get_one(Procurement, evaluating.call)
        assert procurement.low_price_percent == Decimal(80)
        assert procurement.frozen is not None
        assert procurement.frozen["low_price_percent"] == "80"
    evaluating.until("opened")
    # Two offers are too few for a mean to say anything.
    assert lot_of(database, evaluating.call).low_prices == {}
