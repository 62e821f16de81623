from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from portal.refusals import REFUSALS
from tests.page import Browser
from tests.web.conftest import kept

NBSP = "\N{NO-BREAK SPACE}"
FILLED = {
    "name": "Jokiopisto",
    "due-day": "24.11.2026",
    "due-time": "12.00",
    "price": "58",
    "kind": "capacity",
    "inner-title": "Etelä",
}

Browse = Callable[..., Browser]


@pytest.mark.parametrize(
    ("language", "price", "day", "time", "shown"),
    [
        ("fi", "1 234,56", "24.11.2026", "12.00", f"1{NBSP}234,56"),
        ("fi", f"1{NBSP}234,56 €", "2026-11-24", "12:00", f"1{NBSP}234,56"),
        ("sv", "1234,56", "24.11.2026", "12.00", f"1{NBSP}234,56"),
        ("en", "1,234.56", "24/11/2026", "12:00", "1,234.56"),
        ("en", "€1234.56", "24/11/2026", "12:00", "1,234.56"),
    ],
)
def test_values_are_typed_and_shown_in_the_readers_form(
    browse: Browse, language: str, price: str, day: str, time: str, shown: str
) -> None:
    browser = browse(language=language)
    browser.get("/sample")
    values = FILLED | {"price": price, "due-day": day, "due-time": time}
    browser.submit("form.main-form", values)
    assert kept["price"] == Decimal("1234.56")
    assert kept["due"] == datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    page = browser.follow()
    assert page.value("price") == shown
    assert page.value("due-day") == ("24/11/2026" if language == "en" else "24.11.2026")
    assert page.value("due-time") == ("12:00" if language == "en" else "12.00")


def sent(browser: Browser, **wrong: Any) -> list[str]:
    browser.get("/sample")
    values = FILLED | {name.replace("__", "-"): value for name, value in wrong.items()}
    return browser.submit("form.main-form", values, status=422).errors


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"price": "1.234,56"}, "Write a sum of money in euros, with at most two decimals."),
        ({"price": "1.234"}, "Write a sum of money in euros, with at most two decimals."),
        ({"price": "NaN"}, "Write a sum of money in euros, with at most two decimals."),
        ({"price": ""}, "Fill in this field."),
        ({"count": "2.5"}, "Write a whole number, using digits only."),
        ({"weight": "100.5"}, "Write a number that is at most 100."),
        ({"weight": "-1"}, "Write a number that is at least 0."),
        ({"starts": "31/02/2026"}, "Write a day such as 24/11/2026."),
        ({"at": "25:00"}, "Write a time such as 12:00."),
        ({"due__time": ""}, "Write a time such as 12:00."),
        ({"due__day": ""}, "Write a day such as 24/11/2026."),
        ({"due__day": "", "due__time": ""}, "Fill in this field."),
        ({"reason": "x" * 21}, "Shorten this text to at most 20 characters."),
        ({"inner__title": " "}, "Fill in this field."),
        ({"name": "\n "}, "Fill in this field."),
    ],
)
def test_a_wrong_value_is_named_once_and_comes_back_as_typed(
    reader: Browser, wrong: dict[str, str], error: str
) -> None:
    assert sent(reader, **wrong) == [error]
    assert reader.page is not None
    for name, value in wrong.items():
        if name != "name":
            assert reader.page.value(name.replace("__", "-")).strip() == value.strip()


@pytest.mark.parametrize(
    ("day", "time"), [("29.3.2026", "3.30"), ("25.10.2026", "3.30"), ("25.10.2026", "3.00")]
)
def test_a_time_that_the_clock_change_skips_or_repeats_is_refused(
    reader: Browser, day: str, time: str
) -> None:
    (error,) = sent(reader, due__day=day, due__time=time)
    assert error.startswith("The clocks change then")


def test_the_summary_links_to_each_field_in_the_words_beside_it(reader: Browser) -> None:
    reader.get("/sample")
    page = reader.post("/sample", {"reason": "x" * 30, "region": "north"}, status=422)
    assert page.title == "Error: A sample"
    lines = page.all("#error-summary li a")
    places = [str(line["href"]) for line in lines]
    assert places == ["#name", "#price", "#due-day", "#kind-0", "#reason", "#inner-title"]
    for line in lines:
        place = page.one(str(line["href"]))
        beside = place.find_parent(class_="field-wrong")
        assert beside is not None
        assert line.get_text() in beside.get_text()


def test_choices_and_texts_are_kept_as_chosen(reader: Browser) -> None:
    reader.get("/sample")
    values = FILLED | {
        "parts": ["a", "", "b"],
        "region": "south",
        "agreed": "y",
        "reason": "a\r\nb",
    }
    reader.submit("form.main-form", values)
    assert (kept["parts"], kept["region"], kept["agreed"]) == (["a", "b"], "south", True)
    assert kept["reason"] == "a\nb"


def test_a_refusal_stands_beside_its_field_or_above_the_form(reader: Browser) -> None:
    reader.get("/sample")
    page = reader.submit("form.main-form", FILLED | {"name": "Refused"}, status=422)
    wait = str(REFUSALS["log_in_wait"]) % {"minutes": 5}
    assert page.errors == [wait, "Give a reason."]
    assert page.has("#reason-error")


def test_a_file_sent_in_place_of_text_is_no_text(reader: Browser) -> None:
    reader.get("/sample")
    values = FILLED | {"name": (BytesIO(b"%PDF-1.4"), "name.pdf")}
    page = reader.submit("form.main-form", values, status=422)
    assert page.errors == ["Fill in this field."]


def test_json_sent_in_place_of_a_form_is_a_form_with_nothing_in_it(reader: Browser) -> None:
    reader.get("/sample")
    answer = reader.client.post(
        "/sample", json={"name": 7, "kind": []}, headers={"X-CSRFToken": reader.csrf_token()}
    )
    assert answer.status_code == 422


def test_signs_that_nobody_can_type_do_not_arrive(browse: Browse) -> None:
    browser = browse()
    browser.get("/sample")
    browser.submit("form.main-form", FILLED | {"name": "Joki\x00opis\x1b\x85to\uffff\U0001f33f"})
    assert kept["name"] == "Jokiopisto\U0001f33f"
