"""A draft of a call that keeps itself while it is being written."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from portal.database import Database
from portal.procurement.models import Procurement
from portal.procurement.rules import CallTerms
from portal.procurement.terms import call_terms
from portal.procurement.usecases import publish
from tests.cast import Cast
from tests.page import Browser, Page, form_values
from tests.procurement.calls import NOW, put_call

Browse = Callable[..., Browser]

PAGES = {
    "edit": ("#basics", {"title_en": "Newer"}, lambda call: call.title["en"] == "Newer"),
    "lots/sea/edit": (
        "main form",
        {"region": "Kainuu"},
        lambda call: call.lots[0].region == "Kainuu",
    ),
    "lots/sea/options/year/edit": (
        "main form",
        {"times": "2"},
        lambda call: call.lots[0].options[0].times == 2,
    ),
    "requirements/requirement-1/edit": (
        "main form",
        {"title_en": "No tax debt"},
        lambda call: call.requirements[0].title["en"] == "No tax debt",
    ),
    "criteria": ("#weights", {"price_weight": "30"}, lambda call: call.price_weight == 30),
    "criteria/own/own-1/edit": (
        "main form",
        {
            "weight": "20",
            "title_fi": "Aloitus",
            "guidance_fi": "Ohjelma.",
            **{f"facts{value}_fi": "Seikka." for value in range(4)},
        },
        lambda call: call.criteria[1].weight == 20,
    ),
}


def terms(database: Database, key: UUID) -> CallTerms:
    with database.reading() as session:
        return call_terms(session.get_one(Procurement, key))


def typing(browser: Browser, selector: str, values: dict[str, Any], status: int = 200) -> Page:
    """What the page sends of itself after these have been typed."""
    assert browser.page is not None
    form = browser.page.one(selector)
    sent = {**form_values(form), **values, "autosave": "1"}
    return browser.post(str(form["hx-post"]), sent, status)


def state(page: Page) -> tuple[str, str]:
    line = page.one("#save-state")
    return str(line.get("data-state", "")), " ".join(line.get_text().split())


@pytest.mark.parametrize("part", PAGES)
def test_every_page_of_a_draft_saves_itself_and_goes_on_from_there(
    browse: Browse, cast: Cast, database: Database, part: str
) -> None:
    selector, values, holds = PAGES[part]
    key = put_call(database, cast)
    olli = browse(cast.olli, htmx=True)
    page = olli.get(f"/procurements/{key}/{part}")
    form = page.one(selector)
    assert form["hx-target"] == form["hx-select"] == "#save-state"
    assert str(form["hx-select-oob"]).startswith("#revision")
    assert page.one(f"{selector} button[type=submit]")
    assert state(page) == ("", "")
    before = page.value("revision")
    page = typing(olli, selector, values)
    assert state(page) == ("saved", "Saved on 12/01/2026 09:00:00")
    assert holds(terms(database, key))
    assert page.value("revision") != before
    # The answer's revision is what the next saving, and then the button, are held to.
    page = typing(olli, selector, values)
    assert state(page)[0] == "saved"
    olli.submit(selector, values)


@pytest.mark.parametrize(
    ("part", "selector", "wrong", "told"),
    [
        (
            "edit",
            "#basics",
            {"price_weight": "forty"},
            "Not saved: Weight of the price: Write a number, using digits only.",
        ),
        (
            "lots/sea/edit",
            "main form",
            {"capacity_maximum": "0"},
            "Not saved: Maximum capacity: Write a number above zero.",
        ),
        (
            "criteria",
            "#weights",
            {"weight-own-1": ""},
            "Not saved: Weight: Hur börjar ni?: Fill in this field.",
        ),
    ],
)
def test_what_a_form_refuses_is_not_saved_and_the_line_says_why(
    browse: Browse,
    cast: Cast,
    database: Database,
    part: str,
    selector: str,
    wrong: dict[str, str],
    told: str,
) -> None:
    key = put_call(database, cast)
    before = terms(database, key)
    olli = browse(cast.olli, htmx=True)
    olli.get(f"/procurements/{key}/{part}")
    page = typing(olli, selector, wrong, 422)
    shown = state(page)
    assert shown[0] == "failed"
    assert shown[1] == told.replace("Hur börjar ni?", "How do you start?")
    assert terms(database, key) == before


def test_a_reference_in_use_is_not_saved_either(
    browse: Browse, cast: Cast, database: Database
) -> None:
    put_call(database, cast, reference="ESIM/13/2026")
    key = put_call(database, cast)
    olli = browse(cast.olli, htmx=True)
    olli.get(f"/procurements/{key}/edit")
    page = typing(olli, "#basics", {"reference": "ESIM/13/2026"}, 422)
    assert state(page) == (
        "failed",
        "Not saved: Reference: The buyer already has a procurement with this reference.",
    )
    assert terms(database, key).reference == "ESIM/12/2026"


def test_typing_overwrites_nothing_that_somebody_else_has_changed(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_call(database, cast)
    here, there = browse(cast.olli, htmx=True), browse(cast.olli, htmx=True)
    for browser in (here, there):
        browser.get(f"/procurements/{key}/edit")
    typing(there, "#basics", {"title_en": "Theirs"})
    for _again in range(2):
        page = typing(here, "#basics", {"title_en": "Mine"}, 422)
        assert state(page)[0] == "failed"
        assert "Somebody changed this while you were working on it." in state(page)[1]
    here.submit("#basics", {"title_en": "Mine"}, status=422)
    assert terms(database, key).title["en"] == "Theirs"


def test_a_call_published_meanwhile_leaves_the_line_to_the_page(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_call(database, cast)
    olli = browse(cast.olli, htmx=True)
    olli.get(f"/procurements/{key}/edit")
    with database.transaction() as session:
        publish(
            session,
            procurement=session.get_one(Procurement, key),
            by=session.merge(cast.olli, load=False),
            at=NOW,
        )
    # Not an answer to be swapped in: htmx keeps the line, and the script says that it failed.
    typing(olli, "#basics", {"title_en": "Newer"}, 409)


def test_the_weights_together_follow_what_is_typed(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_call(database, cast)
    olli = browse(cast.olli, htmx=True)
    page = olli.get(f"/procurements/{key}/criteria")
    assert {"#set-revision", "#weights-together"} <= set(
        str(page.one("#weights")["hx-select-oob"]).split(",")
    )
    page = typing(olli, "#weights", {"price_weight": "30"})
    assert "together 90." in page.one("#weights-together").get_text()
    assert page.one("#set-revision")["value"] == page.one("#revision")["value"]
    assert terms(database, key).price_weight == Decimal(30)


@pytest.mark.parametrize(
    "part", ["lots/new", "lots/sea/options/new", "criteria/own/new", "requirements/new"]
)
def test_what_is_new_is_made_by_its_button_alone(
    browse: Browse, cast: Cast, database: Database, part: str
) -> None:
    key = put_call(database, cast)
    page = browse(cast.olli, htmx=True).get(f"/procurements/{key}/{part}")
    assert not page.has("form[data-autosave]")
    assert not page.has("#save-state")
    assert page.has("main form button[type=submit]")


def test_without_htmx_the_word_changes_nothing(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_call(database, cast)
    olli = browse(cast.olli)
    page = olli.get(f"/procurements/{key}/edit")
    sent = {**form_values(page.one("#basics")), "title_en": "Newer", "autosave": "1"}
    olli.post(f"/procurements/{key}/edit", sent, 303)
    assert terms(database, key).title["en"] == "Newer"
