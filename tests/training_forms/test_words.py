"""Every stop and every rule has its sentence, whole in every language."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from flask import Flask

from portal.refusals import refusal_text
from portal.shared.errors import RuleBroken
from portal.training_forms.bank import ROOM
from portal.training_forms.rules import (
    CallOffFacts,
    PlanFacts,
    StartFacts,
    Stop,
    called_off,
    in_words,
    load_forms,
    planned,
    require_allowed,
    sentence_of,
    started,
)
from portal.training_forms.shape import DayKind, Rule, Source
from portal.training_forms.words import DAYS, RULES, STOPS, day_text, said_text, stop_text
from portal.web.filters import STATUS_TEXTS
from portal.web.language import answering_in

ON = date(2026, 3, 9)
LANGUAGES = ("fi", "sv", "en")


def wrong_in_everything() -> list[Stop]:
    """What all forms say of a call-off, a start and plans in which nothing is right."""
    stops: list[Stop] = []
    for form in load_forms().values():
        for on in (ON, date(2011, 1, 1)):
            facts = CallOffFacts(
                on=on,
                places=7,
                workdays=Decimal("9999.5"),
                months=36,
                price_model="per_hour",
                field="x",
                lot_fields=("y", "z"),
            )
            for units, model in ((0, "per_hour"), (9, None)):
                stops += called_off(form, replace(facts, units=units, price_model=model))
            stops += started(form, StartFacts(on, on, first_started=on - timedelta(days=3)))
        plan = PlanFacts(
            on=date(2027, 3, 9),
            starts=ON,
            ends=date(2026, 12, 31),
            has_plan=False,
            work_days=Decimal(2),
            training_days=Decimal(3),
            work_share=Decimal("0.1"),
            subsidy_starts=ON - timedelta(days=9),
            subsidy_ends=date(2026, 11, 30),
        )
        stops += planned(form, plan)
        off = replace(plan, joint_review_on=ON, workplace_search_from=date(2027, 9, 9))
        stops += planned(form, off)
    return stops


def test_every_stop_of_the_table_can_be_found_and_no_other(app: Flask) -> None:
    assert {stop.rule for stop in wrong_in_everything()} == set(STOPS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_stop_is_a_wholesentence_of(app: Flask, language: str) -> None:
    with app.test_request_context(), answering_in(language):
        said = [stop_text(stop) for stop in wrong_in_everything()]
    assert all(one.endswith((".", ")")) and "%(" not in one and "_" not in one for one in said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_of_every_form_is_a_wholesentence_of(app: Flask, language: str) -> None:
    with app.test_request_context(), answering_in(language):
        said = [said_text(one) for form in load_forms().values() for one in in_words(form)]
        days = [day_text(kind) for kind in DayKind]
    assert all(one.endswith(".") and "%(" not in one and "_" not in one for one in said)
    assert len(set(days)) == len(DAYS) == len(DayKind)


def test_whatever_a_file_may_say_has_itssentence_of() -> None:
    values: dict[str, list[dict[str, Any]]] = {
        "group": [{"single": single} for single in (True, False)],
        "entry": [{"how": how} for how in ("together", "continuous")],
        "named": [
            {"by": by, "one_enough": one}
            for by, one in product(("call_off", "start", "plan"), (True, False))
        ],
        "units": [{"least": 1}, {"least": 1, "most": 1}, {"least": 1, "most": 2}],
        "rhythm": [{}, {"full_weeks": 2}],
        "wage_subsidy": [
            {"may_start_after": after, "may_outlast": outlast}
            for after, outlast in product((True, False), repeat=2)
        ],
    }
    rule = _rule_of_the_schema()
    names = {
        sentence_of(Rule(kind, given, Source(proposal=True)))
        for kind in rule["properties"]["kind"]["enum"]
        for given in values.get(kind, [{}])
    }
    assert names == set(RULES)


def test_every_role_and_price_model_that_a_file_may_name_has_its_word() -> None:
    for row in _rule_of_the_schema()["allOf"]:
        for name in ("roles", "models"):
            listed = row["then"]["properties"].get(name, {}).get("items", {}).get("enum", [])
            assert set(listed) <= set(STATUS_TEXTS)


def _rule_of_the_schema() -> dict[str, Any]:
    schema = json.loads((ROOM / "schema" / "form.schema.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = schema["$defs"]["rule"]
    return found


def test_a_refusal_says_the_sentence_of_its_stop(app: Flask) -> None:
    stop = Stop("too_long", "refused", {"months": 6})
    with pytest.raises(RuleBroken) as broken:
        require_allowed([Stop("plan_missing", "warning"), stop])
    with app.test_request_context(), answering_in("en"):
        told = refusal_text(broken.value)
        assert told == "A training of this form lasts at most 6 months."
        bare = refusal_text(RuleBroken("workplaces_unconfirmed"))
        assert bare == "Fewer workplaces have been confirmed than there are places."
