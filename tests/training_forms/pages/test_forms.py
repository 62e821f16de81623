"""The forms of training as everybody reads them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.training_forms.rules import FORM_KEYS, form
from tests.page import Browser

Browse = Callable[..., Browser]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_everybody_can_read_the_forms_in_their_language(browse: Browse, language: str) -> None:
    browser = browse(None, language)
    page = browser.get("/training-forms")
    assert [link.get_text() for link in page.all("#forms h2 a")] == [
        form(key).name[language] for key in FORM_KEYS
    ]
    for key in FORM_KEYS:
        one = form(key)
        shown = browser.get(f"/training-forms/{key}")
        assert shown.heading == one.name[language]
        texts = [one.description, *(phase.funding for phase in one.phases)]
        texts += [basis.text for basis in (*one.legal_basis, *one.funding_basis)]
        texts += [plan.name for plan in one.plan_names]
        assert all(" ".join(text[language].split()) in shown.text for text in texts)
        assert len(shown.all("#rules tr")) == len(one.rules)
        assert "%" not in shown.text.replace("80 %", "").replace("20 %", "")


def rows(browser: Browser, key: str) -> dict[str, list[str]]:
    page = browser.get(f"/training-forms/{key}")
    return {
        " ".join(row.select_one("th").get_text(" ").split()): [
            " ".join(cell.get_text(" ").split()) for cell in row.select("td")
        ]
        for row in page.all("#rules tr")
    }


def test_a_rule_says_in_words_what_it_asks_what_happens_and_where_it_is_from(
    browse: Browse,
) -> None:
    browser = browse()
    group = rows(browser, "group_toppis")
    assert group[
        "As many workplaces are found and confirmed as there are places, before the training is"
        " called off."
    ] == ["The portal refuses", "Lines of the study 2217-2220"]
    assert group[
        "First 2 weeks of training alone. Then a week has 4 days of work and 1 of training."
    ] == ["The portal warns", "Lines of the study 2228-2230"]
    assert group["Named by the start: workplace instructor."] == [
        "The portal warns",
        "Proposal of the portal",
    ]
    assert "The training is for groups of 5, or for single places." in rows(browser, "unit_toppis")
    assert (
        "80 % is learned on the job and 20 % is theory. A plan may be off by 5 percentage points."
        in rows(browser, "work_based")
    )
    assert "A coach's portfolio of clients is reviewed every 2 months." in rows(browser, "coaching")


def test_what_no_act_can_break_is_for_information(browse: Browse) -> None:
    cohort = rows(browse(), "cohort")
    assert cohort[
        "Where the training is billed by period, an early exit to work or studies costs the"
        " provider nothing."
    ] == ["For information", "Lines of the study 2406-2415"]
    assert cohort["All start and end together."][0] == "The portal warns"
    assert rows(browse(), "nonstop")["People may start on any day."][0] == "For information"


def test_a_form_says_which_days_are_paid_for(browse: Browse) -> None:
    page = browse().get("/training-forms/unit_toppis")
    assert [cell.get_text() for cell in page.all("#phases td:nth-of-type(2)")] == [
        "day of training: paid for by the buyer",
        "day of wage-subsidised work: not paid for in this form",
    ]


def test_a_basis_says_its_days_whether_it_holds_today_and_that_a_lawyer_confirms(
    browse: Browse,
) -> None:
    page = browse().get("/training-forms/unit_toppis")
    first, second = (row.get_text(" ") for row in page.all("#legal tr")[:2])
    assert "from 01/01/2013 to 31/12/2024" in first
    assert "Not in force today" in first
    assert "from 01/01/2025 on" in second
    assert "In force today" in second
    assert "For a lawyer to confirm" in second
    plans = [" ".join(one.get_text(" ").split()) for one in page.all("#plans li")]
    assert plans == [
        "Personal study plan (HOPS), until 31/12/2017 Not in force today",
        "Personal competence development plan (HOKS), from 01/01/2018 on In force today",
    ]


def test_a_form_that_is_not_there_is_not_found(browse: Browse) -> None:
    browse().get("/training-forms/no_such", 404)


def test_everybody_finds_the_forms_from_any_page(browse: Browse) -> None:
    assert browse().get("/criteria").has('nav a[href="/training-forms"]')
