"""Scores of follow-up never enter an award: not as a criterion, not through an import."""

from __future__ import annotations

import ast
from dataclasses import replace
from decimal import Decimal

import pytest

from portal.criteria.bank import bank
from portal.criteria.rules import Use
from portal.database import Database
from portal.paths import ROOT
from portal.procurement import usecases
from portal.procurement.models import Procurement
from portal.procurement.rules import CriterionTerms
from portal.scorecards.usecases import FOLLOW_UP_SET
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.procurement.calls import CALL, NOW, put_call

FOLLOW_UP_ONLY = [
    one.criterion.key
    for one in bank().criteria_set(FOLLOW_UP_SET).criteria
    if Use.AWARD not in one.criterion.permitted_use
]


def test_no_criterion_of_follow_up_alone_comes_into_an_award(
    database: Database, cast: Cast
) -> None:
    assert {"feedback_handled", "results_discussed", "target_group_reached"} <= set(FOLLOW_UP_ONLY)
    key = put_call(database, cast)
    for n, name in enumerate(FOLLOW_UP_ONLY):
        criteria = (CriterionTerms(name, Decimal(60)),)
        with pytest.raises(RuleBroken) as broken:
            put_call(database, cast, reference=f"ESIM/9{n}/2026", criteria=criteria)
        assert broken.value.rule == "use_not_permitted"
        with (
            pytest.raises(RuleBroken, match="use_not_permitted"),
            unit_of_work(database) as session,
        ):
            usecases.change_procurement(
                session,
                procurement=session.get_one(Procurement, key),
                call=replace(CALL, criteria=criteria),
                by=session.merge(cast.olli),
                at=NOW,
            )


def test_one_that_has_slipped_into_a_draft_is_stopped_at_publishing(
    database: Database, cast: Cast
) -> None:
    key = put_call(database, cast)
    with unit_of_work(database) as session:
        row = session.get_one(Procurement, key).criteria[0]
        row.key, row.version, row.question = "results_discussed", 1, None
    with pytest.raises(RuleBroken, match="use_not_permitted"), unit_of_work(database) as session:
        usecases.publish(
            session,
            procurement=session.get_one(Procurement, key),
            by=session.merge(cast.olli),
            at=NOW,
        )


@pytest.mark.parametrize("room", ["procurement", "offers", "evaluation"])
def test_nothing_that_decides_an_award_knows_of_results(room: str) -> None:
    later = {"scorecards", "indicators", "feedback", "reports"}
    for file in sorted((ROOT / "portal" / room).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or "", *(f"{node.module}.{one.name}" for one in node.names)]
            elif isinstance(node, ast.Import):
                names = [one.name for one in node.names]
            found = [n for n in names if n.startswith("portal.") and n.split(".")[1] in later]
            assert found == [], file
