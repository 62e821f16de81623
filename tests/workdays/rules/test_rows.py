"""Rows out of a spreadsheet: all of them, or what is wrong with which."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.language import formats
from portal.workdays.rules import Cell, Fault, Named, Sheet, read_rows

AINO, BO, TWIN, OTHER = (uuid4() for _ in range(4))
PEOPLE = [
    Named(AINO, "Aino Ahlgren", "K-1"),
    Named(BO, "Bo Ek", "K-2"),
    Named(TWIN, "Liisa Lahti", "K-3"),
    Named(OTHER, "Liisa Lahti", "K-4"),
]


def read(*rows: Sequence[Cell]) -> Sheet:
    return read_rows(
        rows,
        PEOPLE,
        lambda text: formats.parse_number(text, "fi"),
        Decimal("0.5"),
        Decimal(30),
    )


def faults(*rows: Sequence[Cell]) -> list[tuple[int, Fault]]:
    return [(one.n, one.fault) for one in read(*rows).faults]


def test_names_and_keys_in_any_case_after_a_heading_and_among_empty_rows() -> None:
    sheet = read(
        ["Osallistuja", "Päivät", "Poissa"],
        [],
        ["  aino   AHLGREN ", "2,5", ""],
        [None, None, None],
        ["k-2", Decimal("3.0"), "0,5"],
        ["K-4", "0"],
    )
    assert sheet.faults == ()
    assert sheet.days == {AINO: Decimal("2.5"), BO: Decimal(3), OTHER: Decimal(0)}
    assert sheet.absent == {BO: Decimal("0.5")}


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (["Kalle Kaukana", "1"], Fault.UNKNOWN),
        (["", "1"], Fault.UNKNOWN),
        (["Liisa Lahti", "1"], Fault.SEVERAL),
        (["K-1", "1"], Fault.TWICE),
        (["K-2", ""], Fault.NO_AMOUNT),
        (["K-2", "kaksi"], Fault.NO_NUMBER),
        (["K-2", "-1"], Fault.NO_NUMBER),
        (["K-2", "1,3"], Fault.STEP),
        (["K-2", "31"], Fault.TOO_MUCH),
        (["K-2", "1", "x"], Fault.NO_NUMBER),
    ],
)
def test_each_wrong_row_is_named_by_its_number(row: list[Cell], fault: Fault) -> None:
    assert faults(["Nimi", "Päivät"], ["Aino Ahlgren", "1"], row) == [(3, fault)]


def test_a_first_row_with_an_amount_is_no_heading() -> None:
    assert faults(["Kalle Kaukana", "1"]) == [(1, Fault.UNKNOWN)]
    assert faults() == [(1, Fault.EMPTY)]
    assert faults(["Nimi", "Päivät"]) == [(1, Fault.EMPTY)]


@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.text(max_size=6), st.sampled_from(["K-1", "1", "2,5"]))),
        max_size=6,
    )
)
def test_whatever_is_pasted_is_read_or_told(rows: list[list[Cell]]) -> None:
    sheet = read(*rows)
    assert sheet.faults or sheet.days
    if not sheet.faults:
        assert all(0 <= days <= 30 for days in sheet.days.values())
