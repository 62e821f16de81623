"""Who stands beside whom in a comparison, and what of others is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import date
from fractions import Fraction
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.enrolments.rules import Education, EnrolmentState, Status
from portal.indicators.rules import Participation, Row, figure_of
from portal.scorecards.comparing.charts import bar_chart, line_chart, scale_of
from portal.scorecards.comparing.rules import (
    MIX,
    Bought,
    By,
    Mix,
    Reader,
    cell_of,
    differing,
    grouped,
    in_secret_order,
    letters,
    mix_of,
    together,
)

REGIONS = ["Lappi", "Kainuu", "Uusimaa"]

people = st.lists(
    st.builds(
        Participation,
        id=st.uuids(),
        training_id=st.uuids(),
        contract_id=st.uuids(),
        state=st.just(EnrolmentState.COMPLETED),
        status_at_start=st.sampled_from(Status),
        sex=st.just("woman"),
        birth_year=st.integers(1955, 2008),
        education=st.sampled_from(Education),
        started_on=st.just(date(2026, 3, 16)),
    ),
    max_size=30,
)


@st.composite
def contracts(draw: Callable[..., object]) -> list[Bought]:
    """Contracts of up to six providers, of which the first is one's own where there is one."""
    providers = [uuid4() for _n in range(6)]
    rows = draw(
        st.lists(
            st.tuples(st.integers(0, 5), st.sampled_from(REGIONS), st.integers(0, 3)), max_size=14
        )
    )
    assert isinstance(rows, list)
    return [
        Bought(uuid4(), providers[n], {"fi": f"Opisto {n}"}, region, own=n == 0, ended=ended)
        for n, region, ended in rows
    ]


@given(people)
def test_the_case_mix_is_its_people_counted_one_by_one(everybody: list[Participation]) -> None:
    mix = mix_of(everybody)
    assert mix.people == len(everybody)
    by_hand = {
        "long_term_unemployed": [o.status_at_start == "long_term_unemployed" for o in everybody],
        "outside": [o.status_at_start in {"outside", "in_education"} for o in everybody],
        "basic_education": [o.education == "basic" for o in everybody],
        "over_55": [2026 - o.birth_year >= 56 for o in everybody],
    }
    assert mix.counts.keys() == by_hand.keys()
    for key, counted in by_hand.items():
        expected = Fraction(counted.count(True), len(counted)) if counted else None
        assert mix.share(key) == expected
    half = len(everybody) // 2
    assert together([mix_of(everybody[:half]), mix_of(everybody[half:])]) == mix


@given(contracts(), st.sampled_from(By), st.sampled_from(Reader), st.integers(2, 4))
def test_ones_own_rows_are_kept_and_no_other_name_is_in_any(
    given_contracts: list[Bought], by: By, reader: Reader, least: int
) -> None:
    found = grouped(given_contracts, by=by, reader=reader, least=least, secret=b"secret")
    mine = {one.id for one in given_contracts if one.own}
    told: set[UUID] = set()
    for group in found.groups:
        assert not told & group.contracts, "nobody is counted twice"
        told |= group.contracts
        if group.own:
            assert group.contracts <= mine
        else:
            assert group.names is None
            assert not group.contracts & mine
            assert "Opisto" not in str([getattr(group, one.name) for one in fields(group)])
    assert mine <= told
    others = {one.provider_id for one in given_contracts if not one.own and one.ended}
    shown = [group for group in found.groups if not group.own]
    if len(others) < least:
        assert not shown
        assert found.too_few == bool(others)
    elif by == By.PROVIDER and reader == Reader.PROVIDER:
        assert [group.letter for group in shown] == [letters(n) for n in range(len(others))]
    providers = {one.id: one.provider_id for one in given_contracts}
    for group in shown:
        if group.letter is None:
            behind = {providers[key] for key in group.contracts}
            assert len(behind) == group.others
            assert len(behind) >= least


def test_with_two_providers_nothing_of_the_other_is_shown() -> None:
    mine, other = (
        Bought(uuid4(), uuid4(), {"fi": name}, "Lappi", own=own, ended=40)
        for name, own in (("Oma", True), ("Toinen", False))
    )
    for by in By:
        found = grouped([mine, other], by=by, reader=Reader.PROVIDER, least=3, secret=b"s")
        assert [group.contracts for group in found.groups] == [{mine.id}]
        assert found.too_few


@given(st.lists(st.uuids(), min_size=6, max_size=12, unique=True))
def test_the_letters_stay_on_a_page_and_tell_nothing_without_the_secret(ids: list[UUID]) -> None:
    order = in_secret_order(ids, b"one")
    assert in_secret_order(reversed(ids), b"one") == order
    assert sorted(order) == sorted(ids)
    # One of so many secrets deals them out otherwise; that none did would be one in 720**8.
    assert any(in_secret_order(ids, bytes([n])) != order for n in range(8))


def test_letters_go_on_after_the_alphabet() -> None:
    assert [letters(n) for n in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]


@given(st.lists(st.integers(0, 5), max_size=12), st.integers(2, 10), st.booleans())
def test_a_figure_of_few_people_is_withheld_and_of_few_call_offs_is_not(
    above: list[int], least: int, of_people: bool
) -> None:
    kind = "participation" if of_people else "call_off"
    rows = [Row(kind, uuid4(), uuid4(), one) for one in above]
    cell = cell_of("completed_share", rows, least)
    assert cell.withheld == (of_people and 0 < len(rows) < least)
    if not cell.withheld:
        assert cell.figure == figure_of("completed_share", rows)


def test_groups_differ_by_percentage_points() -> None:
    none = dict.fromkeys(MIX, 0)
    here = Mix(20, {**none, "long_term_unemployed": 10, "over_55": 2})
    whole = Mix(100, {**none, "long_term_unemployed": 35, "over_55": 25})
    assert differing(here, whole, Fraction(15)) == [
        ("long_term_unemployed", True),
        ("over_55", False),
    ]
    assert differing(here, whole, Fraction(16)) == []
    assert differing(Mix(0, none), whole, Fraction(1)) == []


values = st.lists(st.none() | st.fractions(0, 1), max_size=8)


@given(values)
def test_no_data_has_no_dot_no_line_and_no_bar(shown: list[Fraction | None]) -> None:
    scale = scale_of("completed_share", shown)
    line, bars = line_chart(shown, scale, [None] * len(shown)), bar_chart(shown, scale)
    assert [dot.y is None for dot in line.dots] == [value is None for value in shown]
    assert [bar.width is None for bar in bars.bars] == [value is None for value in shown]
    assert len(line.lines) == sum(a is not None and b is not None for a, b in pairwise(shown))
    assert all(30 <= dot.y <= 180 for dot in line.dots if dot.y is not None)
    assert len({dot.x for dot in line.dots}) == len(shown)


def test_no_line_leads_from_one_form_of_training_to_another() -> None:
    chart = line_chart(
        [Fraction(1, n) for n in (1, 2, 3, 4)],
        (Fraction(0), Fraction(1)),
        [None, None, "cohort", "cohort"],
    )
    one, two, three, four = chart.dots
    assert chart.lines == ((one, two), (three, four))


@pytest.mark.parametrize(
    ("key", "known", "scale"),
    [
        ("education_share", [], (0, 1)),
        ("feedback_mean", [Fraction(4)], (1, 5)),
        ("units_per_completed", [None, Fraction(5, 2)], (0, 3)),
        ("units_per_completed", [None], (0, 1)),
    ],
)
def test_a_scale_is_that_of_the_indicator(
    key: str, known: list[Fraction | None], scale: tuple[int, int]
) -> None:
    assert scale_of(key, known) == scale
