"""What a form of training stops or warns of, at call-off, at the start and in a plan."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.shared.errors import NotFound, RuleBroken
from portal.training_forms.bank import ROOM
from portal.training_forms.rules import (
    FORM_KEYS,
    CallOffFacts,
    PlanFacts,
    StartFacts,
    Stop,
    called_off,
    form,
    in_words,
    joint_review_window,
    load_forms,
    paid_for,
    paid_kinds,
    planned,
    portfolio_review_due,
    require_allowed,
    started,
)
from portal.training_forms.rules.kinds import KINDS, STANDING
from portal.training_forms.shape import DayKind, TrainingForm

ON = date(2026, 3, 9)
FIVE = CallOffFacts(on=ON, places=5, workplaces_confirmed=5, workdays=Decimal(100))
"""What a case file of the shared format knows of a call-off."""

a_form = st.sampled_from(FORM_KEYS).map(form)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
facts_of_a_case = st.builds(
    CallOffFacts,
    on=days,
    places=st.integers(1, 40),
    workplaces_confirmed=st.integers(0, 40),
    workdays=st.decimals(0, 5000, places=2),
)


def names(stops: list[Stop]) -> list[str]:
    return [stop.rule for stop in stops]


def test_there_are_six_forms_in_the_order_of_the_list() -> None:
    assert tuple(load_forms()) == FORM_KEYS
    with pytest.raises(NotFound):
        form("no_such")


def test_group_toppis_with_fewer_confirmed_workplaces_than_places_is_refused() -> None:
    stops = called_off(form("group_toppis"), replace(FIVE, workplaces_confirmed=4))
    assert stops == [Stop("workplaces_unconfirmed", "refused", {"confirmed": 4, "places": 5})]
    with pytest.raises(RuleBroken) as broken:
        require_allowed(stops)
    assert (broken.value.rule, broken.value.facts) == (
        "workplaces_unconfirmed",
        {"confirmed": 4, "places": 5},
    )
    require_allowed(called_off(form("group_toppis"), FIVE))


@pytest.mark.parametrize("key", [key for key in FORM_KEYS if key != "group_toppis"])
def test_no_other_form_asks_for_confirmed_workplaces(key: str) -> None:
    assert called_off(form(key), replace(FIVE, workplaces_confirmed=0)) == []


@given(a_form, facts_of_a_case)
def test_nothing_but_unconfirmed_workplaces_ever_refuses_what_a_case_file_asks(
    one: TrainingForm, facts: CallOffFacts
) -> None:
    refused = [stop for stop in called_off(one, facts) if stop.refuses]
    short = one.key == "group_toppis" and facts.workplaces_confirmed < facts.places
    assert names(refused) == (["workplaces_unconfirmed"] if short else [])


@given(a_form, facts_of_a_case, st.integers(0, 40))
def test_more_confirmed_workplaces_never_bring_a_stop(
    one: TrainingForm, facts: CallOffFacts, more: int
) -> None:
    better = replace(facts, workplaces_confirmed=facts.workplaces_confirmed + more)
    assert set(names(called_off(one, better))) <= set(names(called_off(one, facts)))


@given(a_form, st.integers(1, 30), st.integers(1, 24))
def test_what_is_short_enough_stays_so_when_it_is_shortened(
    one: TrainingForm, places: int, months: int
) -> None:
    facts = CallOffFacts(on=ON, places=places, workplaces_confirmed=places, months=months)
    if "too_long" not in names(called_off(one, facts)):
        shorter = replace(facts, months=max(1, months - 1))
        assert "too_long" not in names(called_off(one, shorter))


@pytest.mark.parametrize(
    ("places", "warned"), [(1, False), (5, False), (10, False), (4, True), (6, True)]
)
def test_unit_toppis_is_for_groups_of_five_or_single_places(places: int, warned: bool) -> None:
    facts = replace(FIVE, places=places)
    found = names(called_off(form("unit_toppis"), facts))
    assert found == (["group_size_differs"] if warned else [])


@pytest.mark.parametrize(
    ("key", "ends", "warned"),
    [
        ("work_based", date(2026, 9, 9), False),
        ("work_based", date(2026, 9, 10), True),
        ("group_toppis", date(2026, 10, 9), False),
        ("group_toppis", date(2026, 10, 10), True),
        ("cohort", date(2029, 1, 1), False),
    ],
)
def test_a_form_lasts_at_most_its_months_day_by_day(key: str, ends: date, warned: bool) -> None:
    found = names(called_off(form(key), replace(FIVE, starts=ON, ends=ends)))
    assert ("too_long" in found) is warned
    assert ("too_long" in names(started(form(key), StartFacts(ON, ON, ends)))) is warned


@pytest.mark.parametrize(
    ("key", "months", "most"),
    # 26.1 weeks begun are 27: unit Toppis 5 places x 27 days; group Toppis 5 x (2 x 5 + 25).
    [("unit_toppis", 6, 135), ("group_toppis", 6, 175)],
)
def test_more_days_than_the_rhythm_gives_are_warned_of(key: str, months: int, most: int) -> None:
    facts = replace(FIVE, starts=ON, months=months, workdays=Decimal(most))
    assert called_off(form(key), facts) == []
    stops = called_off(form(key), replace(facts, workdays=most + Decimal("0.5")))
    assert names(stops) == ["workdays_beyond_rhythm"]
    assert stops[0].params["most"] == most
    assert called_off(form(key), replace(facts, unit="hour", workdays=Decimal(9999))) == []


def test_a_field_that_the_lot_does_not_have_is_warned_of() -> None:
    fields = ("Kiinteistöpalvelut", "sosiaali- ja terveysala")
    own = replace(FIVE, field="kiinteistöpalvelut", lot_fields=fields)
    assert called_off(form("unit_toppis"), own) == []
    stops = called_off(form("unit_toppis"), replace(own, field="metalliala"))
    assert names(stops) == ["field_outside_lot"]


def test_a_price_model_or_a_number_of_units_that_does_not_fit_is_warned_of() -> None:
    one = form("group_toppis")
    assert names(called_off(one, replace(FIVE, price_model="per_hour"))) == ["billing_differs"]
    assert called_off(one, replace(FIVE, price_model="per_student_workday", units=1)) == []
    assert names(called_off(one, replace(FIVE, units=2))) == ["units_too_many"]
    assert names(called_off(one, replace(FIVE, units=0))) == ["units_too_few"]
    assert called_off(form("unit_toppis"), replace(FIVE, units=3)) == []


def test_a_day_before_the_form_and_its_bases_is_warned_of() -> None:
    found = names(called_off(form("coaching"), replace(FIVE, on=date(2012, 1, 1))))
    assert found == ["form_not_in_force", "legal_basis_missing", "funding_missing"]


def test_those_who_must_be_named_by_the_start_are_asked_for_at_the_start() -> None:
    one = form("unit_toppis")
    assert called_off(one, FIVE) == []
    stops = started(one, StartFacts(ON, ON, named=frozenset({"training_coach"})))
    assert stops == [Stop("must_be_named", "warning", {"roles": ["workplace_instructor"]})]
    both = frozenset({"training_coach", "workplace_instructor"})
    assert started(one, StartFacts(ON, ON, named=both)) == []
    plan = planned(form("group_toppis"), PlanFacts(ON))
    assert plan == [Stop("must_be_named", "warning", {"roles": ["job_coach"]})]


def test_a_coaching_service_has_a_job_coach_or_a_training_coach() -> None:
    one = form("coaching")
    for role in ("job_coach", "training_coach"):
        assert started(one, StartFacts(ON, ON, named=frozenset({role}))) == []
    [stop] = started(one, StartFacts(ON, ON, named=frozenset({"trainer"})))
    assert stop.rule == "one_must_be_named"
    assert stop.params == {"roles": ["job_coach", "training_coach"]}


def test_a_cohort_starts_together_and_nonstop_on_any_day() -> None:
    facts = StartFacts(ON, ON, first_started=ON - timedelta(days=1), named=frozenset({"trainer"}))
    assert names(started(form("cohort"), facts)) == ["not_together"]
    assert started(form("cohort"), replace(facts, first_started=ON)) == []
    assert started(form("nonstop"), facts) == []


@pytest.mark.parametrize(
    ("share", "warned"), [("0.80", False), ("0.85", False), ("0.75", False), ("0.74", True)]
)
def test_work_based_learning_is_four_fifths_on_the_job(share: str, warned: bool) -> None:
    found = names(planned(form("work_based"), PlanFacts(ON, work_share=Decimal(share))))
    assert found == (["shares_differ"] if warned else [])


def test_a_plan_with_another_week_than_the_forms_is_warned_of() -> None:
    plan = PlanFacts(ON, work_days=Decimal(4), training_days=Decimal(1))
    assert planned(form("unit_toppis"), plan) == []
    found = planned(form("unit_toppis"), replace(plan, work_days=Decimal(3)))
    assert names(found) == ["rhythm_differs"]


def test_work_based_learning_may_follow_and_outlast_the_subsidy_and_group_toppis_may_not() -> None:
    plan = PlanFacts(
        ON,
        starts=ON,
        ends=date(2026, 8, 31),
        named=frozenset({"job_coach"}),
        subsidy_starts=date(2026, 2, 1),
        subsidy_ends=date(2026, 7, 31),
    )
    assert planned(form("work_based"), plan) == []
    found = names(planned(form("group_toppis"), plan))
    assert found == ["starts_after_subsidy", "outlasts_subsidy"]
    assert names(planned(form("unit_toppis"), plan)) == ["outlasts_subsidy"]
    long = replace(plan, subsidy_ends=date(2026, 12, 1))
    assert names(planned(form("work_based"), long)) == ["subsidy_long"]


def test_the_joint_review_is_two_to_three_months_after_the_start() -> None:
    one = form("unit_toppis")
    assert joint_review_window(one, ON) == (date(2026, 5, 9), date(2026, 6, 9))
    plan = PlanFacts(on=date(2026, 6, 9), starts=ON)
    assert planned(one, plan) == []
    assert names(planned(one, replace(plan, on=date(2026, 6, 10)))) == ["joint_review_missing"]
    for day, found in ((date(2026, 5, 9), []), (date(2026, 6, 10), ["joint_review_outside"])):
        assert names(planned(one, replace(plan, joint_review_on=day))) == found
    short = replace(plan, on=date(2026, 6, 20), ends=date(2026, 4, 30), closing_on=ON)
    assert planned(one, short) == []
    assert joint_review_window(form("coaching"), ON) is None


def test_portfolios_are_reviewed_every_two_months() -> None:
    one = form("coaching")
    assert portfolio_review_due(one, ON) == date(2026, 5, 9)
    reviewed = [date(2026, 5, 4), date(2026, 7, 31)]
    assert portfolio_review_due(one, ON, reviewed) == date(2026, 9, 30)
    assert portfolio_review_due(form("cohort"), ON) is None
    plan = PlanFacts(on=date(2026, 5, 10), starts=ON)
    assert names(planned(one, plan)) == ["portfolio_review_due"]
    assert planned(one, replace(plan, last_portfolio_review=date(2026, 4, 1))) == []


def test_a_cohorts_plan_names_the_day_of_the_search_for_a_workplace() -> None:
    plan = PlanFacts(ON, starts=ON, ends=date(2026, 7, 1))
    assert names(planned(form("cohort"), plan)) == ["search_day_missing"]
    late = replace(plan, workplace_search_from=date(2026, 7, 2))
    assert names(planned(form("cohort"), late)) == ["search_day_outside"]
    assert planned(form("cohort"), replace(plan, workplace_search_from=date(2026, 5, 1))) == []


def test_the_closing_assessment_is_missed_once_the_training_has_ended() -> None:
    plan = PlanFacts(ON, starts=date(2026, 2, 1), ends=ON)
    assert planned(form("nonstop"), plan) == []
    after = replace(plan, on=ON + timedelta(days=1))
    assert names(planned(form("nonstop"), after)) == ["closing_missing"]
    assert planned(form("nonstop"), replace(after, closing_on=ON)) == []


def test_the_plan_is_called_by_the_name_of_its_day_and_missed() -> None:
    one = form("unit_toppis")
    assert [one.plan_on(day).short for day in (date(2017, 12, 31), date(2018, 1, 1))] == [  # type: ignore[union-attr]
        "HOPS",
        "HOKS",
    ]
    stops = planned(one, PlanFacts(ON, has_plan=False))
    assert names(stops) == ["plan_missing"]


def test_of_unit_toppis_the_training_days_are_paid_for_and_the_work_is_not() -> None:
    one = form("unit_toppis")
    assert paid_for(one)
    assert paid_for(one, "training")
    assert not paid_for(one, "subsidised_work")
    assert "training" in one.paid_days
    assert DayKind.SUBSIDISED_WORK not in one.paid_days
    assert paid_kinds(form("group_toppis"), "subsidised_work") == {DayKind.TRAINING}
    assert paid_kinds(form("work_based")) == {DayKind.TRAINING, DayKind.ON_THE_JOB}
    with pytest.raises(KeyError):
        paid_kinds(one, "no_such")


@pytest.mark.parametrize("key", FORM_KEYS)
def test_no_form_pays_for_the_days_that_the_wage_subsidy_pays(key: str) -> None:
    assert DayKind.SUBSIDISED_WORK not in form(key).paid_days


@pytest.mark.parametrize("key", FORM_KEYS)
def test_every_form_has_a_basis_and_a_funding_today_for_a_lawyer_to_confirm(key: str) -> None:
    one = form(key)
    assert one.legal_on(ON)
    assert one.funding_on(ON)
    assert all(basis.confirm for basis in (*one.legal_basis, *one.funding_basis))


@pytest.mark.parametrize("key", FORM_KEYS)
def test_every_rule_is_shown_and_says_where_it_is_from(key: str) -> None:
    said = in_words(form(key))
    assert len(said) == len(form(key).rules)
    assert all(one.source.study or one.source.proposal for one in said)
    assert all(one.watched for one in said if one.refuse)


def test_the_schema_and_the_registry_know_the_same_kinds() -> None:
    schema = json.loads((ROOM / "schema" / "form.schema.json").read_text(encoding="utf-8"))
    kinds = set(schema["$defs"]["rule"]["properties"]["kind"]["enum"])
    described = {
        row["if"]["properties"]["kind"]["const"] for row in schema["$defs"]["rule"]["allOf"]
    }
    assert kinds == described == set(KINDS) - {rule.kind for rule in STANDING}
