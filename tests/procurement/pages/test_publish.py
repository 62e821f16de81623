"""From an empty form to a published call, as the officer goes through the pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from portal.database import Database
from tests.cast import Cast
from tests.page import Browser, Page
from tests.procurement.calls import CALL, DUE, put_call, stored

Browse = Callable[..., Browser]

TYPED: dict[str, dict[str, Any]] = {
    "en": {
        "offers_due-day": "06/02/2026",
        "offers_due-time": "12:00",
        "questions_due-day": "23/01/2026",
        "questions_due-time": "12:00",
        "contract_start": "09/03/2026",
        "contract_end": "08/03/2027",
        "notice_by": "31/12/2026",
        "estimated": "1,250.5",
        "maximum": "2,000",
        "weight": "60",
        "price": "1,045.50",
        "condition": "4.2",
    },
    "fi": {
        "offers_due-day": "6.2.2026",
        "offers_due-time": "12.00",
        "questions_due-day": "23.1.2026",
        "questions_due-time": "12.00",
        "contract_start": "9.3.2026",
        "contract_end": "8.3.2027",
        "notice_by": "31.12.2026",
        "estimated": "1 250,5",
        "maximum": "2 000",
        "weight": "60",
        "price": "1 045,50",
        "condition": "4,2",
    },
}
OWN_CRITERION = {
    "title_fi": "Aloitus",
    "title_sv": "Början",
    "question_fi": "Miten aloitatte?",
    "question_sv": "Hur börjar ni?",
    "question_en": "How do you start?",
    "guidance_fi": "Näytöksi käy aloitusviikon ohjelma.",
    "facts0_fi": "Aloitusta ei kuvata.",
    "facts1_fi": "Aloituspäivä on ilmoitettu.",
    "facts1_sv": "Första dagen är angiven.",
    "facts2_fi": "Ohjelma on kirjattu päivittäin.\nJokaiselle päivälle on nimetty vetäjä.",
    "facts3_fi": "Myöhässä tulevan aloitus on kuvattu.",
}
BASICS = ("offers_due-day", "offers_due-time", "questions_due-day", "questions_due-time")


def progress(page: Page) -> list[str]:
    """The states of the draft's parts, by the tone that repeats their words."""
    tones = {"neutral": "not started", "warning": "under way", "success": "done"}
    found = []
    for line in page.all(".tasks .status"):
        classes = line["class"]
        tone = next(name for name in classes if name.startswith("status-"))
        found.append(tones[tone.removeprefix("status-")])
    return found


@pytest.mark.parametrize("language", ["en", "fi"])
def test_an_officer_goes_from_an_empty_form_to_a_published_call(
    browse: Browse, cast: Cast, database: Database, language: str, with_htmx: bool
) -> None:
    typed = TYPED[language]
    olli = browse(cast.olli, language, htmx=with_htmx)
    olli.get("/procurements/new")
    olli.submit("main form", reference="ESIM/1/2026", title_fi="Toppis-kapasiteetti")
    page = olli.follow()
    assert page.heading == "Toppis-kapasiteetti"
    assert progress(page) == ["done", "not started", "not started", "not started"]
    url = olli.url

    olli.get(f"{url}/edit")
    olli.submit("main form", {name: typed[name] for name in BASICS}, title_en="Toppis capacity")
    assert progress(olli.follow())[1] == "under way"
    olli.get(f"{url}/edit")
    period = {name: typed[name] for name in ("contract_start", "contract_end")}
    olli.submit("main form", period, price_weight="40")
    assert progress(olli.follow())[1] == "done"

    page = olli.get(f"{url}/publish")
    assert len(page.all("#missing li")) == 3
    assert not page.has("main form")
    olli.get(str(page.all("#missing a")[0]["href"]))
    olli.submit(
        "main form",
        title_fi="Meren seutu",
        region="Lappi",
        fields_of_training="Puhtaus\nKiinteistöt",
        capacity_minimum="0",
        capacity_estimated=typed["estimated"],
        capacity_maximum=typed["maximum"],
        minimum_group="5",
        target_share="40",
    )
    assert progress(olli.follow())[2] == "done"

    olli.get(f"{url}/lots/lot-1/options/new")
    olli.submit(
        "main form",
        kind="further_period",
        amount="12",
        notice_by=typed["notice_by"],
        price=typed["price"],
        feedback_mean=typed["condition"],
        answers="2",
        open_market_share="40",
    )
    olli.follow()

    olli.get(f"{url}/criteria")
    olli.submit("#weights", {"weight-staff_competence": "25"})
    page = olli.follow()
    assert page.has(".notice-warning")
    olli.get(f"{url}/criteria/own/new")
    olli.submit("main form", {**OWN_CRITERION, "weight": "35"})
    page = olli.follow()
    assert page.has(".notice-success")
    assert progress(olli.get(url)) == ["done"] * 4

    page = olli.get(f"{url}/publish")
    assert not page.has("#missing")
    olli.submit("main form")
    page = olli.follow()
    procurement, call = stored(database)
    assert procurement.state == "published"
    assert str(procurement.frozen_sha256) in page.text
    assert not page.has(".tasks")
    (lot,) = call.lots
    assert (lot.capacity_minimum, lot.capacity_estimated, lot.capacity_maximum) == (
        Decimal(0),
        Decimal("1250.5"),
        Decimal(2000),
    )
    assert lot.fields == ("Puhtaus", "Kiinteistöt")
    (option,) = lot.options
    assert option.price == Decimal("1045.50")
    assert option.condition == {
        "feedback_mean_at_least": Decimal("4.2"),
        "answers_at_least": Decimal(2),
        "open_market_share_at_least": Decimal("0.4"),
    }
    assert call.offers_due == DUE
    assert [(one.key, one.weight) for one in call.criteria] == [
        ("staff_competence", Decimal(25)),
        ("own-1", Decimal(35)),
    ]


def test_what_was_mistyped_is_kept_and_told_beside_its_field(
    browse: Browse, cast: Cast, with_htmx: bool
) -> None:
    olli = browse(cast.olli, "en", htmx=with_htmx)
    olli.get("/procurements/new")
    page = olli.submit(
        "main form",
        {"offers_due-day": "31/02/2026", "offers_due-time": "12:00"},
        title_fi="Toppis",
        price_weight="forty",
        status=422,
    )
    assert page.value("title_fi") == "Toppis"
    assert page.value("price_weight") == "forty"
    assert page.value("offers_due-day") == "31/02/2026"
    assert page.errors == [
        "Fill in this field.",
        "Write a day such as 24/11/2026.",
        "Write a number, using digits only.",
    ]
    assert page.one("#reference-error")
    assert page.one("#price_weight")["aria-invalid"] == "true"


def test_the_order_of_days_is_checked(browse: Browse, cast: Cast, database: Database) -> None:
    key = put_call(database, cast)
    olli = browse(cast.olli)
    olli.get(f"/procurements/{key}/edit")
    page = olli.submit(
        "main form",
        {"questions_due-day": "07/02/2026", "contract_end": "09/03/2026"},
        status=422,
    )
    assert page.errors == [
        "Questions must be due before the offers.",
        "The contract must end after it starts.",
    ]


def test_a_time_that_the_clock_change_skips_is_refused(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_call(database, cast)
    olli = browse(cast.olli)
    olli.get(f"/procurements/{key}/edit")
    values = {"offers_due-day": "29/03/2026", "offers_due-time": "03:30"}
    page = olli.submit("main form", values, status=422)
    assert page.errors[0].startswith("The clocks change then")


def test_a_capacity_does_not_decrease_and_is_never_unlimited(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_call(database, cast)
    olli = browse(cast.olli)
    olli.get(f"/procurements/{key}/lots/sea/edit")
    values = {"capacity_estimated": "10", "capacity_minimum": "20", "capacity_maximum": "0"}
    page = olli.submit("main form", values, status=422)
    assert page.errors == [
        "The estimate must be at least the minimum.",
        "Write a number above zero.",
    ]
    page = olli.submit("main form", {"capacity_estimated": "0"}, status=422)
    assert page.errors == ["Write a number above zero.", "Write a number above zero."]


def test_changing_a_lot_keeps_its_options_and_its_bonus(
    browse: Browse, cast: Cast, database: Database
) -> None:
    put_call(database, cast)
    olli = browse(cast.olli)
    key = stored(database)[0].id
    olli.get(f"/procurements/{key}/lots/sea/edit")
    olli.submit("main form", region="Kainuu")
    _procurement, call = stored(database)
    assert call == replace(CALL, lots=(replace(CALL.lots[0], region="Kainuu"),))
    olli.get(f"/procurements/{key}/lots/sea/options/year/edit")
    olli.submit("main form", times="2")
    _procurement, call = stored(database)
    first, second = call.lots[0].options
    assert (first, second) == (replace(CALL.lots[0].options[0], times=2), CALL.lots[0].options[1])


def test_lots_and_options_are_removed(browse: Browse, cast: Cast, database: Database) -> None:
    key = put_call(database, cast)
    olli = browse(cast.olli)
    olli.get(f"/procurements/{key}/lots/sea/options/year/remove")
    olli.submit("main form")
    assert [option.key for option in stored(database)[1].lots[0].options] == ["after"]
    olli.get(f"/procurements/{key}/lots/sea/remove")
    olli.submit("main form")
    assert stored(database)[1].lots == ()
    olli.get(f"/procurements/{key}/lots/sea/edit", 404)
    olli.get(f"/procurements/{key}/lots/sea/options/new", 404)


def test_a_further_period_is_of_whole_months(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_call(database, cast)
    olli = browse(cast.olli)
    olli.get(f"/procurements/{key}/lots/sea/options/new")
    typed = {"kind": "further_period", "amount": "1.5", "notice_by": "31/12/2026"}
    page = olli.submit("main form", typed, status=422)
    assert page.errors == ["Write a whole number of months."]
    page = olli.submit("main form", {**typed, "kind": "after_guidance"}, status=422)
    assert page.errors == ["Give the months within which after-guidance can be given."]


def test_a_set_of_the_bank_gives_its_weights(
    browse: Browse, cast: Cast, database: Database, with_htmx: bool
) -> None:
    key = put_call(database, cast)
    olli = browse(cast.olli, htmx=with_htmx)
    olli.get(f"/procurements/{key}/criteria")
    olli.submit("#set", {"set-criteria_set": "toppis_and_work_based_training"})
    page = olli.follow()
    assert page.value("price_weight") == "40"
    assert page.value("weight-service_process") == "10"
    assert "together 122.5" in page.text
    assert stored(database)[1].criteria[-1].key == "own-1"
    assert stored(database)[1].criteria_set == "toppis_and_work_based_training@1"


def test_a_call_that_follows_a_set_keeps_its_criteria_until_it_lets_go_of_it(
    browse: Browse, cast: Cast, database: Database, with_htmx: bool
) -> None:
    key = put_call(database, cast)
    olli = browse(cast.olli, htmx=with_htmx)
    olli.get(f"/procurements/{key}/criteria")
    olli.submit("#set", {"set-criteria_set": "job_coaching"})
    assert "The call follows the set: Job coaching." in olli.follow().text
    page = olli.submit("#weights", {"weight-rapid_job_search": ""}, status=422)
    (error,) = page.errors
    assert error.startswith("The call follows a criteria set of the bank, whose criteria all stay.")
    assert page.has("[id^=weight-][id$=-error]")
    olli.get(f"/procurements/{key}/criteria")
    olli.submit("#set", {"set-criteria_set": "free"})
    assert olli.follow().flashes == ["The call follows no set now. Its criteria are as they were."]
    olli.submit("#weights", {"weight-rapid_job_search": ""})
    olli.follow()
    call = stored(database)[1]
    assert call.criteria_set is None
    assert "rapid_job_search" not in {criterion.key for criterion in call.criteria}


def test_an_own_criterion_has_the_same_parts_as_those_of_the_bank(
    browse: Browse, cast: Cast, database: Database, with_htmx: bool
) -> None:
    key = put_call(database, cast)
    url = f"/procurements/{key}/criteria"
    olli = browse(cast.olli, htmx=with_htmx)
    olli.get(f"{url}/own/new")
    page = olli.submit("main form", {**OWN_CRITERION, "weight": "", "facts2_fi": ""}, status=422)
    assert page.errors == ["Fill in this field."] * 2
    assert page.has("#weight-error")
    assert page.has("#facts2_fi-error")
    assert page.value("facts3_fi") == OWN_CRITERION["facts3_fi"]
    page = olli.submit(
        "main form",
        {**OWN_CRITERION, "weight": "10", "facts2_sv": "Bara ett faktum."},
        status=422,
    )
    assert page.errors == ["Write as many facts as in Finnish, one on each line."]
    olli.submit("main form", {**OWN_CRITERION, "weight": "10", "facts2_sv": ""})
    assert olli.follow().flashes == ["The criterion is added."]
    own = stored(database)[1].own_criteria[-1]
    assert own.key == "own-2"
    assert own.text is not None
    assert [len(point["facts"]) for point in own.text["points"]] == [1, 1, 2, 1]
    assert own.text["points"][1]["facts"] == [
        {"fi": "Aloituspäivä on ilmoitettu.", "sv": "Första dagen är angiven."}
    ]

    olli.get(f"{url}/own/own-2/edit")
    page = olli.submit("main form", {"weight": "12,5"}, status=422)
    olli.submit("main form", {"weight": "12.5", "title_en": "The start"})
    assert olli.follow().flashes == ["The criterion is saved."]
    own = stored(database)[1].own_criteria[-1]
    assert own.weight == Decimal("12.5")
    assert own.text["title"]["en"] == "The start"  # type: ignore[index]
    shown = olli.get(f"/procurements/{key}")
    for part in ("The start", "Näytöksi käy aloitusviikon ohjelma.", "Aloitusta ei kuvata."):
        assert part in shown.text
    olli.get(f"{url}/own/no-such/edit", 404)


def test_a_criterion_for_follow_up_only_is_not_offered(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_call(database, cast)
    page = browse(cast.olli).get(f"/procurements/{key}/criteria")
    assert page.has('[name="weight-service_process"]')
    assert not page.has('[name="weight-feedback_handled"]')


def test_weights_are_told_together_as_the_server_computes_them(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_call(database, cast)
    olli = browse(cast.olli)
    page = olli.get(f"/procurements/{key}/criteria")
    assert "together 100." in page.text
    typed = {"weight-own-1": "27.5", "weight-after_guidance": "0"}
    page = olli.submit("#weights", typed, status=422)
    assert page.errors == ["Write a number above zero."]
    assert page.value("weight-own-1") == "27.5"
    assert "together 105." in page.text
    olli.get(f"/procurements/{key}/criteria/own/own-1/remove")
    olli.submit("main form")
    page = olli.follow()
    assert [criterion.key for criterion in stored(database)[1].criteria] == ["staff_competence"]
    assert "together 77.5." in page.text


def test_the_second_of_two_writers_is_told(browse: Browse, cast: Cast, database: Database) -> None:
    key = put_call(database, cast)
    first, second = browse(cast.olli), browse(cast.olli)
    for browser in (first, second):
        browser.get(f"/procurements/{key}/edit")
    first.submit("main form", reference="ESIM/13/2026")
    page = second.submit("main form", reference="ESIM/14/2026", status=422)
    assert page.errors == [
        "Somebody changed this while you were working on it. Look at the newest version first."
    ]
    assert page.value("reference") == "ESIM/14/2026"


def test_a_reference_in_use_is_told_beside_its_field(
    browse: Browse, cast: Cast, database: Database
) -> None:
    put_call(database, cast)
    olli = browse(cast.olli)
    olli.get("/procurements/new")
    page = olli.submit("main form", reference="ESIM/12/2026", title_fi="Toinen", status=422)
    assert page.errors == ["The buyer already has a procurement with this reference."]
    assert page.has("#reference-error")


def test_a_call_that_lacks_something_says_where_to_mend_it(
    browse: Browse, cast: Cast, database: Database
) -> None:
    key = put_call(database, cast, price_weight=Decimal(30), offers_due=None)
    olli = browse(cast.olli)
    page = olli.get(f"/procurements/{key}/publish")
    links = [str(link["href"]) for link in page.all("#missing a")]
    assert links == [
        f"/procurements/{key}/edit#offers_due-day",
        f"/procurements/{key}/criteria",
    ]
    assert "they are now 90" in page.text
    for link in links:
        page = olli.get(link.partition("#")[0])
        if "#" in link:
            page.one(f"#{link.partition('#')[2]}")
    page = olli.post(f"/procurements/{key}/publish", {}, 422)
    assert page.errors[0].startswith("The call is not complete.")


OFFICERS_PAGES = (
    "edit",
    "criteria",
    "publish",
    "evaluators",
    "lots/new",
    "lots/sea/edit",
    "lots/sea/remove",
    "lots/sea/options/new",
    "lots/sea/options/year/edit",
    "lots/sea/options/year/remove",
)


@pytest.mark.parametrize("part", OFFICERS_PAGES)
def test_the_drafts_pages_are_for_its_own_officer(
    browse: Browse, cast: Cast, database: Database, part: str
) -> None:
    key = put_call(database, cast)
    url = f"/procurements/{key}/{part}"
    for language in ("fi", "sv", "en"):
        browse(cast.olli, language).get(url)
    browse(cast.eva).get(url, 404)
    for person in (cast.roope, cast.aino, cast.tarja):
        browse(person).get(url, 403)
    browse().get(url, 303)


@pytest.mark.parametrize("part", [part for part in OFFICERS_PAGES if part != "evaluators"])
def test_a_published_call_has_no_pages_for_changing_it(
    browse: Browse, cast: Cast, database: Database, part: str
) -> None:
    key = put_call(database, cast, published=True)
    page = browse(cast.olli).get(f"/procurements/{key}/{part}", 422)
    assert "This cannot be done at this stage." in page.text


def test_evaluators_are_appointed_from_the_buyer_and_the_offices(
    browse: Browse, cast: Cast, database: Database, with_htmx: bool
) -> None:
    key = put_call(database, cast, published=True)
    olli = browse(cast.olli, htmx=with_htmx)
    page = olli.get(f"/procurements/{key}/evaluators")
    offered = [option.get_text() for option in page.all("#evaluator option[value]:not([value=''])")]
    assert offered == [
        "Eeva Arvioija, Esimerkkilän hankinta",
        "Erik Arvioija, Esimerkkilän työllisyysalue",
    ]
    page = olli.submit("#appoint", status=422)
    assert page.errors == ["Choose one of these."]
    olli.submit("#appoint", evaluator=str(cast.erik.id))
    page = olli.follow()
    assert "Erik Arvioija" in page.text
    page = olli.post(f"/procurements/{key}/evaluators", {"evaluator": str(cast.roope.id)}, 422)
    assert page.errors == ["Choose one of these."]
    assert "Erik Arvioija" in olli.get(f"/procurements/{key}").text
    assert "Erik Arvioija" not in browse().get(f"/procurements/{key}").text


def test_a_draft_of_the_other_buyer_is_chosen_by_whoever_works_for_two(
    browse: Browse, cast: Cast, database: Database
) -> None:
    from portal.organisations.models import Membership
    from portal.permissions import Role

    with database.transaction() as session:
        role = Role.PROCUREMENT_OFFICER
        session.add(
            Membership(person_id=cast.olli.id, organisation_id=cast.elsewhere.id, role=role)
        )
    olli = browse(cast.olli)
    olli.get("/procurements/new")
    page = olli.submit("main form", reference="A/1", title_fi="Toppis", status=422)
    assert page.errors == ["Choose one of these."]
    olli.submit("main form", buyer=str(cast.elsewhere.id))
    assert stored(database)[0].buyer_id == cast.elsewhere.id


def test_an_unknown_call_has_no_pages(browse: Browse, cast: Cast) -> None:
    for part in ("", "/edit", "/publish", "/evaluators"):
        browse(cast.olli).get(f"/procurements/{UUID(int=1)}{part}", 404)
