"""What a call declares beside its capacity: typed, kept, and shown to its readers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portal.database import Database
from portal.procurement.rules import PriceRevision, Procedure, RequirementTerms
from tests.cast import Cast
from tests.page import Browser, Page
from tests.procurement.calls import CALL, LOT, PERIOD, put_call, state_of, stored

Browse = Callable[..., Browser]

BARE_LOT = replace(LOT, vat_rate=None, price_revision=None, result_bonus=None)
BARE = {
    "lots": (BARE_LOT,),
    "requirements": (),
    "cpv": (),
    "estimated_value": None,
    "description": {},
}


def period(page: Page) -> str:
    return page.one("#period").get_text()


def findings(page: Page) -> list[str]:
    found = page.one("section[aria-labelledby=advice]").select("li")
    return [" ".join(line.get_text().split()) for line in found]


@pytest.mark.parametrize(
    ("language", "typed", "shown"),
    [
        ("en", "450,000.50", ["€450,000.50", "Negotiated procedure"]),
        ("fi", "450 000,50", ["450 000,50 €", "Neuvottelumenettely"]),
        ("sv", "450 000,50 €", ["450 000,50 €", "Förhandlat förfarande"]),
    ],
)
def test_procedure_value_and_codes_are_typed_kept_and_shown_to_everybody(
    browse: Browse,
    cast: Cast,
    database: Database,
    language: str,
    typed: str,
    shown: list[str],
    with_htmx: bool,
) -> None:
    key = put_call(database, cast, **BARE)
    olli = browse(cast.olli, language, htmx=with_htmx)
    olli.get(f"/procurements/{key}/edit")
    olli.submit(
        "main form",
        procedure="negotiated",
        estimated_value=typed,
        cpv="80500000-9\r\n\r\n 80530000 ",
    )
    olli.follow()
    _procurement, call = stored(database)
    assert call.procedure is Procedure.NEGOTIATED
    assert call.estimated_value == Decimal("450000.50")
    assert call.cpv == ("80500000-9", "80530000")
    olli.get(f"/procurements/{key}/publish")
    olli.submit("main form")
    page = browse(None, language).get(f"/procurements/{key}")
    for words in [*shown, "80500000-9, 80530000"]:
        assert words in page.text.replace("\xa0", " ")


def test_a_wrong_code_is_told_beside_its_field_and_keeps_what_was_typed(
    browse: Browse, cast: Cast, database: Database, with_htmx: bool
) -> None:
    key = put_call(database, cast)
    olli = browse(cast.olli, htmx=with_htmx)
    olli.get(f"/procurements/{key}/edit")
    page = olli.submit("main form", cpv="80500000-9\n8053", estimated_value="", status=422)
    (error,) = page.errors
    assert error.startswith("8053 cannot be a CPV code")
    assert page.has("#cpv-error")
    assert page.one("#cpv").get_text().split() == ["80500000-9", "8053"]
    page = olli.submit("main form", cpv="80500000-9", estimated_value="0", status=422)
    assert page.errors == ["Write a number above zero."]
    assert stored(database)[1] == CALL


def test_a_form_that_lacks_the_newer_fields_is_no_fault(
    browse: Browse, cast: Cast, database: Database
) -> None:
    olli = browse(cast.olli)
    olli.get("/procurements/new")
    page = olli.submit("main form", cpv=None, procedure=None, estimated_value=None, status=422)
    assert "Fill in this field." in page.errors


def test_the_rate_of_the_tax_is_proposed_and_may_be_left_out_or_zero(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_call(database, cast, **BARE)
    olli = browse(cast.olli)
    assert olli.get(f"/procurements/{key}/lots/new").value("vat_rate") == "25.5"
    url = f"/procurements/{key}/lots/sea/edit"
    assert olli.get(url).value("vat_rate") == ""
    page = olli.submit("main form", vat_rate="101", status=422)
    assert page.errors == ["Write a number that is at most 100."]
    olli.submit("main form", vat_rate="0")
    assert "0 percent: the service is exempt" in olli.follow().text
    assert stored(database)[1].lots[0].vat_rate == 0
    olli.get(url)
    olli.submit("main form", vat_rate="")
    assert stored(database)[1].lots[0].vat_rate is None


REVISION = {
    "revision_index_fi": "Kuluttajahintaindeksi",
    "revision_index_en": "Consumer price index",
    "revision_day": "1",
    "revision_month": "3",
    "revision_ceiling": "2.5",
}


def test_a_revision_of_prices_is_given_whole_or_not_at_all(
    browse: Browse, cast: Cast, database: Database, with_htmx: bool
) -> None:
    key = put_call(database, cast, **BARE)
    olli = browse(cast.olli, htmx=with_htmx)
    url = f"/procurements/{key}/lots/sea/edit"
    assert "Prices stay as they were offered" in olli.get(f"/procurements/{key}").text
    text = "Fill in this field too, or leave the whole revision of prices empty."
    olli.get(url)
    page = olli.submit("main form", revision_day="1", status=422)
    assert page.errors == [text] * 3
    page = olli.submit("main form", revision_day="", revision_index_sv="Index", status=422)
    assert page.errors == [text] * 4
    assert page.value("revision_index_sv") == "Index"
    olli.submit("main form", {**REVISION, "revision_index_sv": ""})
    page = olli.follow()
    assert "Prices are revised once a year, on 1 March, by this index: Consumer price" in page.text
    assert stored(database)[1].lots[0].price_revision == PriceRevision(
        {"fi": "Kuluttajahintaindeksi", "en": "Consumer price index"}, 1, 3, Decimal("2.5")
    )
    olli.get(url)
    olli.submit("main form", dict.fromkeys(REVISION, ""))
    assert stored(database)[1].lots[0] == BARE_LOT


@pytest.mark.parametrize(
    ("day", "month", "error"),
    [
        ("29", "2", "The month does not have this day every year."),
        ("31", "4", "The month does not have this day every year."),
        ("32", "1", "Write a number that is at most 31."),
        ("31", "13", "Write a number that is at most 12."),
        ("first", "1", "Write a whole number, using digits only."),
    ],
)
def test_prices_are_revised_on_a_day_that_comes_every_year(
    browse: Browse, cast: Cast, database: Database, day: str, month: str, error: str
) -> None:
    key = put_call(database, cast)
    olli = browse(cast.olli)
    olli.get(f"/procurements/{key}/lots/sea/edit")
    page = olli.submit("main form", revision_day=day, revision_month=month, status=422)
    assert page.errors == [error]


BONUS = {
    "bonus_status": "open_market",
    "bonus_months": "6",
    "bonus_amount": "500.00",
    "bonus_at_most": "10",
}


def test_a_result_bonus_is_given_whole_or_not_at_all_and_limited_to_groups(
    browse: Browse, cast: Cast, database: Database, with_htmx: bool
) -> None:
    key = put_call(database, cast, **BARE)
    olli = browse(cast.olli, htmx=with_htmx)
    url = f"/procurements/{key}/lots/sea/edit"
    olli.get(url)
    page = olli.submit("main form", bonus_amount="500", bonus_at_most="0", status=422)
    text = "Fill in this field too, or leave the whole result bonus empty."
    assert sorted(page.errors) == [text, text, "Write a number that is at least 1."]
    groups = ["long_term_unemployed", "outside"]
    olli.submit("main form", {**BONUS, "bonus_started_as": groups})
    page = olli.follow()
    assert (
        "A result bonus of €500.00 is paid for each person who is in the open labour market"
        " 6 months after the end of the training, for at most 10 persons. It is paid only for"
        " those who at the start were: long-term unemployed, outside working life."
    ) in page.text
    assert stored(database)[1].lots[0].result_bonus == {
        "status": "open_market",
        "after_months": 6,
        "amount": "500.00",
        "only_started_as": groups,
        "at_most": 10,
    }
    olli.get(url)
    olli.submit("main form", region="Kainuu")
    assert stored(database)[1].lots[0].result_bonus["only_started_as"] == groups  # type: ignore[index]
    olli.get(url)
    olli.submit("main form", dict.fromkeys(BONUS, "") | {"bonus_started_as": None})
    assert stored(database)[1].lots[0].result_bonus is None


def test_requirements_of_suitability_are_added_changed_and_removed(
    browse: Browse, cast: Cast, database: Database, with_htmx: bool
) -> None:
    key = put_call(database, cast, **BARE)
    olli = browse(cast.olli, htmx=with_htmx)
    url = f"/procurements/{key}/requirements"
    assert "The call declares no requirements of its own." in olli.get(f"/procurements/{key}").text
    olli.get(f"{url}/new")
    page = olli.submit("main form", evidence_fi="Todistus", status=422)
    assert page.errors == ["Fill in this field."]
    assert page.one("#evidence_fi").get_text().strip() == "Todistus"
    olli.submit("main form", title_fi="Verot maksettu", title_en="Taxes paid")
    assert olli.follow().flashes == ["The requirement is added."]
    olli.get(f"{url}/new")
    olli.submit("main form", title_fi="Kokemus")
    page = olli.follow()
    assert "The bidder's own statement" in page.text
    olli.get(f"{url}/requirement-1/edit")
    olli.submit("main form", title_sv="Skatterna betalda")
    assert olli.follow().flashes == ["The requirement is saved."]
    olli.get(f"{url}/requirement-2/remove")
    olli.submit("main form")
    assert olli.follow().flashes == ["The requirement is removed."]
    names = {"fi": "Verot maksettu", "sv": "Skatterna betalda", "en": "Taxes paid"}
    assert stored(database)[1].requirements == (
        RequirementTerms("requirement-1", names, {"fi": "Todistus"}),
    )
    for path in ("edit", "remove"):
        olli.get(f"{url}/requirement-2/{path}", 404)


def test_a_requirement_that_somebody_changed_meanwhile_is_not_written_over(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_call(database, cast)
    here, there = browse(cast.olli), browse(cast.olli)
    for browser in (here, there):
        browser.get(f"/procurements/{key}/requirements/requirement-1/edit")
    there.submit("main form", title_en="Taxes and pensions are paid")
    page = here.submit("main form", title_en="Taxes are all paid", status=422)
    assert page.errors[0].startswith("Somebody changed this")
    assert page.value("title_en") == "Taxes are all paid"


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_published_call_shows_what_suitability_asks_and_lets_nobody_change_it(
    browse: Browse, cast: Cast, database: Database, language: str
) -> None:
    key = put_call(database, cast, published=True)
    page = browse(None, language).get(f"/procurements/{key}")
    title = CALL.requirements[0].title[language]
    assert title in page.text
    assert not page.has('a[href*="/requirements/"]')
    olli = browse(cast.olli, language)
    olli.get(f"/procurements/{key}/requirements/new", 422)


def test_the_latest_possible_end_is_on_every_page_of_a_draft_and_follows_the_options(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_call(database, cast)
    olli = browse(cast.olli)
    url = f"/procurements/{key}"
    for path in (
        "edit",
        "lots/new",
        "lots/sea/edit",
        "lots/sea/remove",
        "lots/sea/options/new",
        "lots/sea/options/year/edit",
        "lots/sea/options/year/remove",
        "requirements/new",
        "requirements/requirement-1/edit",
        "requirements/requirement-1/remove",
        "criteria",
        "criteria/own/new",
        "criteria/own/own-1/edit",
        "criteria/own/own-1/remove",
        "publish",
    ):
        assert "08/03/2028" in period(olli.get(f"{url}/{path}")), path
    olli.get(f"{url}/lots/sea/options/new")
    typed = {"kind": "further_period", "amount": "6", "times": "2", "notice_by": "31/12/2026"}
    olli.submit("main form", typed)
    assert "08/03/2029" in olli.follow().text
    assert "08/03/2029" in period(olli.get(f"{url}/edit"))
    olli.get(f"{url}/lots/sea/options/year/remove")
    olli.submit("main form")
    assert "08/03/2028" in period(olli.get(f"{url}/lots/sea/edit"))
    olli.get(f"{url}/edit")
    olli.submit("main form", contract_end="")
    assert "not known" in period(olli.get(f"{url}/publish"))


@pytest.mark.parametrize("field", ["questions_due", "offers_due"])
@pytest.mark.parametrize(("day", "time"), [("29/03/2026", "03:30"), ("25/10/2026", "03:30")])
def test_a_deadline_that_a_clock_change_skips_or_repeats_is_refused(
    browse: Browse, cast: Cast, database: Database, field: str, day: str, time: str
) -> None:
    key = put_call(database, cast, questions_due=None, offers_due=None)
    olli = browse(cast.olli)
    olli.get(f"/procurements/{key}/edit")
    page = olli.submit("main form", {f"{field}-day": day, f"{field}-time": time}, status=422)
    (error,) = page.errors
    assert error.startswith("The clocks change then")
    assert (page.value(f"{field}-day"), page.value(f"{field}-time")) == (day, time)


def test_what_is_only_worth_stating_is_told_apart_and_keeps_nothing_from_being_published(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_call(database, cast, **BARE)
    olli = browse(cast.olli)
    page = olli.get(f"/procurements/{key}/publish")
    assert not page.has("#missing")
    unstated = page.one("section[aria-labelledby=unstated]").select("li a")
    assert [link.get_text() for link in unstated] == [
        "What is bought, in Finnish",
        "The estimated value, with the options counted in",
        "The CPV codes",
        "The rate of value added tax in every lot",
        "The target group of every lot, in Finnish",
        "What suitability asks of the bidders",
    ]
    for link in unstated:
        olli.get(str(link["href"]))
    olli.get(f"/procurements/{key}/publish")
    olli.submit("main form")
    assert state_of(database, key) == "published"


NATIONAL = "Notices to be published: a contract notice in the national channel."
DIRECT = "Notices to be published: a notice of the direct award, if the buyer so chooses."
UNION = (
    "Notices to be published: a contract notice in the whole European Union; an award notice in"
    " the whole European Union."
)
STANDSTILL = (
    "After the decision there is a standstill of 14 days, in which the contract may not be signed."
)
NO_STANDSTILL = "The law asks for no standstill after the decision."
LIGHTER = (
    "The estimated value is below the threshold of €300,000.00, so a lighter regime is possible."
)
REACHED = (
    "Look at this: The estimated value reaches the threshold of €300,000.00, so the chosen regime"
    " does not fit."
)
OUTSIDE = (
    "Look at this: The CPV codes are not among the special services of annex E, so the chosen"
    " regime does not fit."
)
OF_STATE = (
    "Look at this: The estimated value reaches the threshold of €140,000.00, from which on the"
    " chosen regime does not fit a buyer of the state."
)
LONG = "Look at this: With its options the contract can last over 4 years."


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, [NATIONAL, STANDSTILL, LIGHTER]),
        (
            {"regime": "below_threshold", "estimated_value": Decimal(300_000)},
            ["The law asks for no notices.", NO_STANDSTILL, REACHED],
        ),
        (
            {"procedure": Procedure.DIRECT_AWARD, "cpv": ("30192700-8",), "estimated_value": None},
            [
                DIRECT,
                (
                    f"{STANDSTILL} The law asks for none after a direct award, but the portal waits"
                    " as the regime does."
                ),
                OUTSIDE,
                "Without an estimated value the thresholds cannot be compared.",
            ],
        ),
        (
            {
                "regime": "eu",
                "cpv": ("72212000-4",),
                "contract_end": date(2030, 3, 9),
                "estimated_value": Decimal(200_000),
            },
            [
                UNION,
                STANDSTILL,
                (
                    f"{LONG} In an EU procedure this is the limit, but for an exceptional reason"
                    " that the call states."
                ),
            ],
        ),
        (
            {
                "regime": "national",
                "lots": (replace(LOT, options=(replace(PERIOD, times=4),)),),
                "estimated_value": Decimal(150_000),
            },
            [
                NATIONAL,
                NO_STANDSTILL,
                "By its CPV codes the procurement is a special service of annex E.",
                OF_STATE,
                (
                    f"{LONG} The limit does not bind outside EU procedures; write the reason into"
                    " the procurement's documents."
                ),
            ],
        ),
    ],
)
def test_the_officer_of_a_draft_is_told_what_follows_and_nobody_is_kept_from_publishing(
    browse: Browse, cast: Cast, database: Database, changes: dict[str, Any], told: list[str]
) -> None:
    key = put_call(database, cast, **changes)
    olli = browse(cast.olli)
    assert findings(olli.get(f"/procurements/{key}")) == told
    assert findings(olli.get(f"/procurements/{key}/publish")) == told
    olli.submit("main form")
    page = browse(None).get(f"/procurements/{key}")
    assert not page.has("#advice")
    assert not olli.get(f"/procurements/{key}").has("#advice")


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_advice_is_read_in_every_language(
    browse: Browse, cast: Cast, database: Database, language: str
) -> None:
    for n, regime in enumerate(("eu", "annex_e", "national", "below_threshold", "reserved")):
        key = put_call(
            database,
            cast,
            reference=f"R{n}",
            regime=regime,
            contract_end=date(2031, 1, 1),
            **({"estimated_value": Decimal(n * 200_000)} if n else BARE),
        )
        olli = browse(cast.olli, language)
        for path in ("", "/publish", "/edit", "/lots/sea/edit", "/requirements/new"):
            olli.get(f"/procurements/{key}{path}")
