"""The case file's format: every case is read, and every kind of fault is named on its own line."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from portal.cases.acts import Acts
from portal.cases.format import ACTS, RULES, Act, Case, Faults, read_case
from portal.criteria.bank import bank
from portal.organisations.rules import is_business_id

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("SIIRTYMA_SHARED_CASES", HERE.parents[2] / "shared" / "cases"))
OWN_CASES = sorted(HERE.glob("*.yaml"))
BANK = frozenset(
    {
        "service_process",
        "staff_competence",
        "local_labour_market",
        "support_through_transitions",
        "after_guidance",
        "feedback_handled",
    }
)
FOLLOW_UP = frozenset({"support_through_transitions", "after_guidance"})

STORY = """\
case: small
title: A small case
zone: Europe/Helsinki
organisations:
  centre: {kinds: [buyer], name: {fi: Keskus}, business_id: "1234567-1"}
  river: {kinds: [provider, employer], name: {fi: Joki, sv: Älv}}
  shore: {kinds: [provider], name: {fi: Ranta}, business_id: 2222222-9}
people:
  olli: {organisation: centre, name: Olli, roles: [procurement_officer]}
  eeva: {organisation: centre, name: Eeva, roles: [evaluator]}
  roope: {organisation: river, name: Roope, roles: [representative, trainer]}
procurement:
  reference: 12/2026
  title: {fi: no}
  kind: capacity
  questions_due: 2026-01-23T12:00
  offers_due: "2026-02-06T12:00:30"
  contract: {start: 2026-03-09, end: 2027-03-08}
  award:
    price_weight: "40.50"
    comparison: total_at_estimate
    scale_top: 3
    criteria:
      - {key: service_process, weight: 29.5}
      - {key: own, weight: 30, question: {fi: Miten}}
  lots:
    - key: sea
      title: {fi: Meri}
      region: 2026-03
      fields: [12:00, metsä]
      capacity: {unit: student_workday, minimum: 0, estimated: 800, maximum: 1000}
      price_model: per_student_workday
      minimum_group: 1
      targets: {participants: 10, open_market_share: 0.4}
      result_bonus: {status: open_market, after_months: 6, amount: 500, at_most: 5}
      options:
        - {key: year, kind: further_period, amount: 12, times: 1, notice_by: 2026-11-30}
timeline:
  - {at: 2026-01-12T09:00, by: olli, do: publish}
  - {at: 2026-01-12T09:30, by: roope, do: ask, question: q1, text: Voiko}
  - {at: 2026-01-13T09:00, by: olli, do: answer, question: q1, text: no}
  - {at: 2026-02-01T09:00, by: roope, do: save_offer, lots: {sea: {price: 58.00}}, answers: {own: A}}
  - {at: 2026-02-01T09:05, by: roope, do: submit_offer, expect: refused, rule: offer_incomplete}
  - {at: 2026-02-09T08:00, by: olli, do: declare_interests, conflicts: [river, shore]}
  - {at: 2026-02-09T09:00, by: olli, do: judge_suitability, provider: river, suitable: yes}
  - {at: 2026-02-09T10:00, by: eeva, do: assess, lot: sea, provider: river, abstain: Tuttu.}
  - {at: 2026-02-09T11:00, by: olli, do: award, lot: sea, provider: river, reason: Paras.}
  - {at: 2026-02-16T10:00, by: olli, do: conclude_contract, contract: k1, lot: sea, provider: river}
  - {at: 2026-03-01T10:00, by: roope, do: approve_contract, contract: k1}
  - {at: 2026-03-09T09:00, by: olli, do: call_off, call_off: c1, contract: k1, form: cohort, field: metsä, workdays: 30.5, places: 5}
  - {at: 2026-03-09T09:30, by: olli, do: call_off, call_off: c2, copy_of: c1, places: 3}
  - {at: 2026-03-10T09:00, by: roope, do: confirm_call_off, call_off: c1, training: t1, starts: 2026-03-23}
  - {at: 2026-03-11T09:00, by: olli, do: apply, training: t1, participant: a, name: A, birth_year: 1988, sex: woman, education: basic, status: outside}
  - {at: 2026-04-02T09:00, by: roope, do: record_workdays, training: t1, period: 2026-03, days: {a: 1.5}}
  - {at: 2026-05-02T09:00, by: a, do: give_feedback, training: t1, points: 5}
  - {at: 2026-05-03T09:00, by: olli, do: exercise_option, contract: k1, option: year, reason: Hyvä.}
  - {at: 2026-10-01T09:00, by: olli, do: draw_up_scorecard, scorecard: s1, provider: river, from: 2026-03-09, to: 2026-09-30}
  - {at: 2026-10-02T09:00, by: olli, do: assess_provider, scorecard: s1, points: {after_guidance: {points: 2, reason: Tuki.}}}
"""  # noqa: E501 - an act to a line, as in the shared case


def acts_of(case: Case, do: str) -> list[Act]:
    return [act for act in case.timeline if act.do == do]


def faults_of(text: str, bank: frozenset[str] | None = BANK) -> list[tuple[int, str]]:
    with pytest.raises(Faults) as caught:
        read_case(text, bank=bank, follow_up=FOLLOW_UP)
    return [(fault.line, fault.text) for fault in caught.value.faults]


def line_with(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize("path", OWN_CASES, ids=lambda path: path.stem)
def test_our_case_is_read_and_has_its_expected_values(path: Path) -> None:
    shared = {criterion.key for criterion in bank().criteria}
    case = read_case(path.read_text(encoding="utf-8"), bank=shared | BANK)
    assert case.name == path.stem
    expected = yaml.safe_load((HERE / "expected" / path.name).read_text(encoding="utf-8"))
    assert expected["case"] == case.name
    assert list(expected["lots"]) == [lot.key for lot in case.procurement.lots]
    concluded = [
        act.takes["contract"]
        for act in acts_of(case, "conclude_contract")
        if not act.expect_refused
    ]
    assert list(expected["contracts"]) == concluded


def test_shared_cases_are_read() -> None:
    paths = sorted(SHARED.glob("*.yaml"))
    if not paths:
        pytest.skip("no shared cases beside the checkout; SIIRTYMA_SHARED_CASES names their folder")
    for path in paths:
        assert read_case(path.read_text(encoding="utf-8"), bank=BANK).timeline


def test_values_have_the_types_that_their_keys_expect() -> None:
    case = read_case(STORY, bank=BANK)
    call = case.procurement
    assert call.reference == "12/2026"
    assert call.title == {"fi": "no"}
    assert call.lots[0].region == "2026-03"
    assert call.lots[0].fields == ("12:00", "metsä")
    assert str(call.award.price_weight) == "40.50"
    assert call.offers_due == datetime(2026, 2, 6, 10, 0, 30, tzinfo=UTC)
    assert call.contract_start == date(2026, 3, 9)
    assert call.lots[0].options[0].times == 1
    assert acts_of(case, "answer")[0].takes["text"] == "no"
    assert acts_of(case, "judge_suitability")[0].takes["suitable"] is True
    assert acts_of(case, "save_offer")[0].takes["lots"] == {"sea": {"price": Decimal("58.00")}}
    assert acts_of(case, "record_workdays")[0].takes["period"] == "2026-03"


def test_act_knows_its_number_line_and_refusal() -> None:
    act = acts_of(read_case(STORY, bank=BANK), "submit_offer")[0]
    assert (act.n, act.line) == (5, line_with(STORY, "do: submit_offer"))
    assert (act.expect_refused, act.rule) == (True, "offer_incomplete")


def test_summer_time_is_reckoned_with() -> None:
    act = acts_of(read_case(STORY, bank=BANK), "give_feedback")[0]
    assert act.at == datetime(2026, 5, 2, 6, 0, tzinfo=UTC)


def test_reason_left_out_is_empty_where_the_row_names_reason_missing() -> None:
    case = read_case(STORY, bank=BANK)
    assert acts_of(case, "judge_suitability")[0].takes["reason"] == ""
    blank = STORY.replace("suitable: yes", 'suitable: yes, reason: " "')
    assert read_case(blank, bank=BANK)


def test_points_may_lack_their_reason() -> None:
    text = STORY.replace("abstain: Tuttu.", "points: {own: {points: 4}}")
    act = acts_of(read_case(text, bank=BANK), "assess")[0]
    assert act.takes["points"] == {"own": {"points": 4, "reason": ""}}


def test_call_off_may_leave_out_what_it_copies() -> None:
    assert acts_of(read_case(STORY, bank=BANK), "call_off")[1].takes == {
        "call_off": "c2",
        "copy_of": "c1",
        "places": 3,
    }


def test_refused_act_introduces_no_key() -> None:
    again = STORY.replace(
        "do: ask, question: q1, text: Voiko}",
        "do: ask, question: q1, text: Voiko, expect: refused}\n"
        "  - {at: 2026-01-12T09:40, by: roope, do: ask, question: q1, text: Voiko}",
    )
    assert read_case(again, bank=BANK)
    refused = STORY.replace("question: q1, text: Voiko}", "question: q1, text: V, expect: refused}")
    line = line_with(refused, "do: answer")
    assert [found for found, _ in faults_of(refused)] == [line]


def test_without_a_bank_any_criterion_will_do() -> None:
    unknown = STORY.replace("key: service_process", "key: unheard_of")
    assert read_case(unknown).procurement.award.criteria[0].key == "unheard_of"


# What is there, what stands there instead, and a part of the fault. The fault's line is the line
# of the changed text, or of its part after `>>`.
CHANGES = {
    "unknown key of the file": ("title: A small case", "title: T\ncolour: red>>", "unknown key"),
    "unknown key of an organisation": ("name: {fi: Ranta}", "name: {fi: R}, size: 3", "unknown"),
    "unknown key of an option": ("times: 1,", "times: 1, colour: red,", "unknown key 'colour'"),
    "unknown key of an act": ("by: olli, do: publish", "by: olli, do: publish, x: 1", "unknown"),
    "unknown language": ("title: {fi: no}", "title: {fi: no, de: nein}", "unknown key 'de'"),
    "missing key of a person": ("name: Eeva, ", "", "'name' is missing"),
    "missing name in Finnish": ("name: {fi: Ranta}", "name: {en: Shore}", "'fi' is missing"),
    "missing key of a bonus": (", at_most: 5", "", "'at_most' is missing"),
    "missing key of an act": (", question: q1, text: Voiko", ", question: q1", "'text'"),
    "missing reason elsewhere": ("provider: river, reason: Paras.", "provider: river", "'reason'"),
    "missing do": ("by: olli, do: publish", "by: olli", "'do' is missing"),
    "missing field without a copy": ("field: metsä, ", "", "'field' is missing"),
    "unknown act": ("do: publish", "do: proclaim", "expected the name of an act"),
    "organisation of nobody": ("organisation: river", "organisation: lake", "an organisation"),
    "act by nobody": ("by: eeva", "by: elli", "the key of a person"),
    "participant where a person is due": (
        "by: olli, do: exercise",
        "by: a, do: exercise",
        "person",
    ),
    "unresolved lot": ("do: award, lot: sea", "do: award, lot: lake", "the key of a lot"),
    "unresolved lot of an offer": ("lots: {sea:", "lots: {lake:", "the key of a lot"),
    "unresolved criterion": ("answers: {own: A}", "answers: {other: A}", "criteria"),
    "unresolved provider": ("conflicts: [river, shore]", "conflicts: [river, x]", "organisation"),
    "unresolved question": ("do: answer, question: q1", "do: answer, question: q2", "question"),
    "unresolved call-off": ("copy_of: c1", "copy_of: c9", "call-off"),
    "unresolved option": ("option: year", "option: more", "expected one of the lot's: year"),
    "criterion outside the follow-up set": (
        "points: {after_guidance:",
        "points: {service_process:",
        "expected the key of a criterion of the follow-up set",
    ),
    "scorecard that nobody drew up": (
        "do: assess_provider, scorecard: s1",
        "do: assess_provider, scorecard: s2",
        "the key of a scorecard",
    ),
    "period that ends before it begins": (
        "to: 2026-09-30",
        "to: 2026-03-08",
        "expected a day that is not before from, 2026-03-09",
    ),
    "criterion not in the bank": ("key: service_process", "key: looks", "criteria bank"),
    "duplicate mapping key": ("title: A small case", "title: A\ntitle: B>>", "duplicate key"),
    "duplicate key in an act": ("text: Voiko", "text: A, text: B", "duplicate key 'text'"),
    "duplicate person": (
        "  roope: {",
        "  eeva: {organisation: river, name: E, roles: []}\n  roope: {",
        "duplicate key 'eeva'",
    ),
    "duplicate criterion": (
        "- {key: own",
        "- {key: service_process, weight: 1}\n      - {key: own",
        "duplicate 'service_process'",
    ),
    "duplicate introduced key": ("call_off: c2", "call_off: c1", "duplicate key 'c1'"),
    "participant called as a person": (
        "  - {at: 2026-04-02T09:00, ",
        (
            "  - {at: 2026-03-12T09:00, by: olli, do: apply, training: t1, participant: olli, "
            "name: B, birth_year: 1988, sex: man, education: basic, status: outside}\n"
            "  - {at: 2026-04-02T09:00, "
        ),
        "duplicate key 'olli'",
    ),
    "duplicate role": ("roles: [evaluator]", "roles: [evaluator, evaluator]", "duplicate"),
    "duplicate business id": ("2222222-9", '"1234567-1"', "duplicate business_id"),
    "wrong check digit": ('"1234567-1"', '"1234567-2"', "check digit"),
    "act out of time": ("2026-01-13T09:00", "2026-01-11T09:00", "order of their times"),
    "time without a clock": ("2026-01-23T12:00", "2026-01-23", "YYYY-MM-DDTHH:MM"),
    "time with a zone": ("2026-01-23T12:00", "2026-01-23T12:00Z", "YYYY-MM-DDTHH:MM"),
    "time of no day": ("2026-01-23T12:00", "2026-02-30T12:00", "YYYY-MM-DDTHH:MM"),
    "time that is skipped": ("2026-01-23T12:00", "2026-03-29T03:30", "clock change"),
    "time that is repeated": ("2026-01-23T12:00", "2026-10-25T03:30", "clock change"),
    "day of no calendar": ("end: 2027-03-08", "end: 2027-02-29", "YYYY-MM-DD"),
    "month of no calendar": ("period: 2026-03", "period: 2026-13", "YYYY-MM"),
    "unknown zone": ("Europe/Helsinki", "Europe/Esimerkki", "time zone"),
    "number not finite": ('price_weight: "40.50"', "price_weight: .inf", "a number"),
    "number that is not one": ('price_weight: "40.50"', "price_weight: nan", "a number"),
    "negative number": ("weight: 29.5", "weight: -29.5", "not negative"),
    "decimal comma": ("weight: 29.5", 'weight: "29,5"', "with a point"),
    "price of zero": ("price: 58.00", "price: 0.00", "above zero"),
    "maximum of zero": ("maximum: 1000", "maximum: 0", "above zero"),
    "most persons of zero": ("at_most: 5", "at_most: 0", "above zero"),
    "capacity that decreases": ("estimated: 800", "estimated: 1001", "at least the estimated"),
    "points not whole": ("points: 5", "points: 4.5", "a whole number from 1 to 5"),
    "points beyond the scale of feedback": ("points: 5", "points: 6", "from 1 to 5"),
    "half a month": ("amount: 12", "amount: 12.5", "whole number of months"),
    "rule without expect": (", expect: refused, rule", ", rule", "rule without expect"),
    "expectation of something else": ("expect: refused", "expect: done", "expected one of refused"),
    "unknown rule": ("rule: offer_incomplete", "rule: too_late", "the name of a rule"),
    "field of another lot": ("field: metsä", "field: meri", "expected one of the lot's"),
    "unknown status": ("status: outside", "status: retired", "expected one of open_market"),
    "unknown role": ("roles: [evaluator]", "roles: [administrator]", "expected one of"),
    "unknown kind of organisation": ("kinds: [buyer]", "kinds: [operator]", "expected one of"),
    "unknown unit": ("unit: student_workday", "unit: day", "expected one of"),
    "unknown form": ("form: cohort", "form: course", "expected one of group_toppis"),
    "total with fixed sums": ("per_student_workday", "fixed_sum_per_period", "unit_price"),
    "neither points nor abstention": (", abstain: Tuttu.", "", "or 'abstain'"),
    "points and abstention": ("abstain: T", "points: {}, abstain: T", "expected one of them"),
    "truth that is none": ("suitable: yes", "suitable: maybe", "expected true or false"),
    "list where text is due": ("title: A small case", "title: [A]", "expected a single value"),
    "text where a list is due": ("kinds: [buyer]", "kinds: buyer", "expected a list"),
    "text where a mapping is due": ("name: {fi: Ranta}", "name: Ranta", "expected a mapping"),
    "text of several lines": ("title: A small case", 'title: "A\\nB"', "one line"),
    "blank text": ("reference: 12/2026", "reference:", "expected text"),
    "not YAML": ("title: A small case", "title: 'A>>", "not YAML"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_fault_is_named_on_its_own_line(change: tuple[str, str, str]) -> None:
    old, new, part = change
    before = STORY[: STORY.index(old)]
    changed = before + new.replace(">>", "") + STORY[len(before) + len(old) :]
    line = before.count("\n") + 1 + (new.split(">>")[0].count("\n") if ">>" in new else 0)
    found = faults_of(changed)
    if part == "not YAML":
        assert len(found) == 1
        assert found[0][1].startswith("not YAML")
        assert found[0][0] > line
        return
    if part == "unit_price" or "estimated" in part:
        # The fault stands on the line of the value that does not fit with another.
        line = line_with(changed, "price_model" if part == "unit_price" else "maximum: 1000")
    assert [found_line for found_line, _ in found] == [line], found
    assert part in found[0][1]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("# nothing\n", 1),
        ("- a list\n", 1),
        ("case: x\n\n  title: y\n", 3),
        ("case: [x\n", 2),
        ("case: x\x00\n", 1),
        ("case: x\n---\ncase: y\n", 2),
        ("case: *nobody\n", 1),
        ("[" * 5000, 1),
    ],
)
def test_what_is_no_case_file_at_all_has_a_fault_with_its_line(text: str, line: int) -> None:
    assert faults_of(text)[0][0] == line


def test_all_faults_are_named_in_the_order_of_their_lines() -> None:
    text = STORY.replace("points: 5", "points: 0").replace("do: publish", "do: proclaim")
    text = text.replace("zone: Europe/Helsinki", "zone: Mars")
    parts = ("zone: Mars", "do: proclaim", "points: 0")
    assert [line for line, _ in faults_of(text)] == [line_with(text, part) for part in parts]


def test_faults_are_written_as_the_format_says() -> None:
    with pytest.raises(Faults) as caught:
        read_case(STORY.replace("scale_top: 3", "scale_top: 0"), bank=BANK)
    line = line_with(STORY, "scale_top")
    assert str(caught.value) == (
        f"line {line}: scale_top is '0'; expected a whole number above zero"
    )


def test_missing_heads_bring_no_faults_of_what_refers_to_them() -> None:
    start, end = STORY.index("people:"), STORY.index("procurement:\n")
    assert faults_of(STORY[:start] + STORY[end:]) == [
        (1, "key 'people' is missing from the file; expected it")
    ]


def test_every_act_of_the_format_is_played_and_its_rules_are_known() -> None:
    assert [act for act in ACTS if not callable(getattr(Acts, act, None))] == []
    assert {"not_permitted", "wrong_state", "answer_time_running"} <= RULES


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("1234567-1", True),
        ("2000100-0", True),
        ("1234567-2", False),
        ("2100000-1", False),
        ("1234567", False),
        ("12345671", False),
        ("1234567-1\n", False),
        ("١٢٣٤٥٦٧-1", False),
        ("", False),
    ],
)
def test_business_id_has_its_right_check_digit(text: str, valid: bool) -> None:
    assert is_business_id(text) is valid
