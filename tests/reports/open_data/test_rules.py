"""Releases of every stage from plain facts, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.reports.open_data.rules import (
    Awarded,
    Contracted,
    Extended,
    Frozen,
    Invoiced,
    Opened,
    Ordered,
    Process,
    as_bytes,
    merged,
    record_package,
    release_package,
    releases_of,
)
from tests.reports.open_data.processes import (
    BUYER,
    END,
    FROZEN,
    HOUSE,
    K1,
    PUBLISHED,
    RIVER,
    SHORE,
    WHOLE,
    at,
)

RELEASES = releases_of(WHOLE, HOUSE, END)


def of(tag: str) -> list[dict[str, Any]]:
    return [release for release in RELEASES if tag in release["tag"]]


def test_each_stage_has_its_tag_in_the_order_of_time() -> None:
    assert [release["tag"] for release in RELEASES] == [
        ["tender"],
        ["tenderAmendment"],
        ["award"],
        ["awardCancellation"],
        ["award"],
        ["contract"],
        ["contract"],
        ["implementation"],
        *[["implementationUpdate"]] * 4,
        *[["contractAmendment"]] * 4,
        ["implementationUpdate"],
        ["contractAmendment"],
        ["contractTermination"],
        ["contractTermination"],
    ]
    dates = [release["date"] for release in RELEASES]
    assert dates == sorted(dates)
    assert len({release["id"] for release in RELEASES}) == len(RELEASES)


def test_nothing_is_told_before_its_time_and_nothing_told_changes_later() -> None:
    assert releases_of(WHOLE, HOUSE, PUBLISHED - timedelta(seconds=1)) == []
    for release, fact in zip(RELEASES[:3], (PUBLISHED, at(1, 20), at(2, 20)), strict=True):
        before = releases_of(WHOLE, HOUSE, fact - timedelta(seconds=1))
        assert release not in before
    for day in range(0, 1200, 7):
        told = releases_of(WHOLE, HOUSE, PUBLISHED + timedelta(days=day))
        assert told == RELEASES[: len(told)]
    # Later facts, in whatever order they are read, change nothing of what was told before them.
    shuffled = replace(WHOLE, facts=tuple(reversed(WHOLE.facts)))
    assert [one["id"] for one in releases_of(shuffled, HOUSE, END)] == [
        one["id"] for one in RELEASES
    ]


def test_the_same_releases_are_the_same_bytes() -> None:
    def made(moment: Any) -> bytes:
        return as_bytes(
            release_package(releases_of(WHOLE, HOUSE, moment), BUYER, HOUSE, "https://a.example")
        )

    assert made(END) == made(END + timedelta(days=400))
    assert made(at(1, 13)) == made(at(1, 14)) != made(at(1, 21))


def test_the_tender_tells_the_call_as_it_was_frozen() -> None:
    tender = RELEASES[0]["tender"]
    assert (tender["id"], tender["procurementMethod"]) == ("ESIM/12/2026", "open")
    assert (tender["title"], tender["title_sv"]) == ("Toppis-kapasiteetti", "Toppis-kapacitet")
    assert tender["value"] == {"amount": 180000, "currency": "EUR"}
    assert tender["tenderPeriod"] == {
        "startDate": "2026-01-12T07:00:00Z",
        "endDate": "2026-02-06T10:00:00Z",
    }
    assert tender["contractPeriod"] == {
        "startDate": "2026-03-09T00:00:00+02:00",
        "endDate": "2027-03-08T23:59:59+02:00",
        "maxExtentDate": "2028-03-08T23:59:59+02:00",
    }
    sea, hill = tender["lots"]
    assert (sea["hasOptions"], hill["hasOptions"]) == (True, False)
    assert "jatkokausi, 12 kk" in sea["options"]["description"]
    assert hill["contractPeriod"]["maxExtentDate"] == "2027-03-08T23:59:59+02:00"
    assert [one["numbers"][0]["number"] for one in sea["awardCriteria"]["criteria"]] == [
        40,
        37.5,
        22.5,
    ]
    item = tender["items"][0]
    assert (item["classification"]["id"], item["quantity"]) == ("80500000-9", 2000)
    amendment = RELEASES[1]["tender"]["amendments"][0]
    assert amendment["rationale"] == "Aikaa annettiin lisää"
    assert amendment["amendsReleaseID"] == RELEASES[0]["id"]
    assert RELEASES[1]["tender"]["tenderPeriod"] == {
        "startDate": "2026-01-12T07:00:00Z",
        "endDate": "2026-02-13T07:00:00Z",
    }


def test_a_decision_tells_winners_and_how_many_offered_and_no_other_price() -> None:
    first, second = of("award")
    assert first["tender"]["numberOfTenderers"] == 3
    assert first["tender"]["bidOpening"] == {"date": "2026-02-16T07:00:00Z"}
    assert first["tender"]["status"] == "complete"
    assert [one["status"] for one in first["tender"]["lots"]] == ["complete", "unsuccessful"]
    won, lost = first["awards"]
    assert [one["name"] for one in won["suppliers"]] == ["Rantaopisto"]
    # 52.50 for each of 2,000 at most, and a bonus of 500 at most ten times.
    assert won["value"]["amount"] == 110_000
    assert (lost["status"], "suppliers" in lost) == ("unsuccessful", False)
    undone = of("awardCancellation")[0]
    assert {one["status"] for one in undone["awards"]} == {"cancelled"}
    assert undone["tender"]["status"] == "active"
    assert [one["id"] for one in second["awards"]] == ["2-sea", "2-hill"]
    assert second["awards"][0]["value"]["amount"] == 121_200


def test_a_call_given_up_unopened_is_cancelled() -> None:
    facts = (WHOLE.facts[0], Awarded(at(2, 1), 1, "sea"), Awarded(at(2, 1), 1, "hill"))
    for opened in (None, Opened(at(2, 2), 2)):
        told = releases_of(replace(WHOLE, opened=opened, facts=facts), HOUSE, END)
        assert told[-1]["tag"] == ["award", "tenderCancellation"]
        assert told[-1]["tender"]["status"] == "cancelled"
        assert "numberOfTenderers" not in told[-1]["tender"]


def test_amendments_move_the_contract_and_say_why() -> None:
    contract = of("contract")[0]["contracts"][0]
    assert (contract["awardID"], contract["status"]) == ("2-sea", "active")
    assert contract["value"]["amount"] == 121_200
    assert contract["period"]["maxExtentDate"] == "2028-03-08T23:59:59+02:00"
    more, year, change, passed, revised = (one["contracts"][0] for one in of("contractAmendment"))
    assert (more["items"][0]["quantity"], more["value"]["amount"]) == (2100, 127_000)
    assert more["amendments"][0]["rationale"] == (
        "Hankinnassa kilpailutetun option more käyttö, 1. kerta: lisäkapasiteetti, määrä 100"
    )
    assert year["period"]["endDate"] == "2028-03-08T23:59:59+02:00"
    assert change["value"]["amount"] == 128_000
    assert change["amendments"][0]["rationale"].endswith("(laki 1397/2016, 136 § 5 mom.)")
    assert "Uusi hankinta" in passed["amendments"][0]["rationale"]
    assert revised["items"][0]["unit"]["value"]["amount"] == 59.16
    last = [one["contracts"][0] for one in of("contractTermination")]
    assert [one["status"] for one in last] == ["terminated", "terminated"]
    assert of("contractTermination")[1]["date"] == "2028-03-08T22:00:00Z"


def test_a_contract_that_an_option_takes_up_after_its_end_is_active_again() -> None:
    facts = [fact for fact in WHOLE.facts if not isinstance(fact, Extended)]
    late = Extended(at(4, 1, 2027), K1, "year", 1, Decimal(12), date(2028, 3, 8))
    told = releases_of(replace(WHOLE, facts=(*facts, late)), HOUSE, END)
    states = [
        (release["tag"][0], contract["status"])
        for release in told
        for contract in release.get("contracts", ())
        if contract["id"] == K1 and "status" in contract
    ]
    assert states[-3:] == [
        ("contractTermination", "terminated"),
        ("contractAmendment", "active"),
        ("contractTermination", "terminated"),
    ]


def test_a_contract_that_came_into_force_after_its_last_day_has_ended_at_once() -> None:
    facts = [
        replace(fact, at=at(4, 1, 2027)) if isinstance(fact, Contracted) else fact
        for fact in WHOLE.facts
        if isinstance(fact, Frozen | Awarded | Contracted)
    ]
    told = releases_of(replace(WHOLE, facts=tuple(facts)), HOUSE, END)
    assert [release["tag"][0] for release in told[-2:]] == ["contract", "contractTermination"]


def test_what_is_done_under_a_contract_is_told_and_few_people_are_not() -> None:
    compiled = merged(RELEASES)
    done = next(one for one in compiled["contracts"] if one["id"] == K1)["implementation"]
    assert done["taskOrders"] == [
        {"id": "1", "title": "Tilaus 1: siivous", "value": {"amount": 17400, "currency": "EUR"}},
        {
            "id": "2",
            "title": "Tilaus 2: siivous (peruuntunut)",
            "value": {"amount": 0, "currency": "EUR"},
        },
    ]
    assert [one["id"] for one in done["milestones"]] == ["training-1", "delivery-1-2026-04-1"]
    assert done["milestones"][0]["status"] == "met"
    assert done["milestones"][1]["description"] == "61,5 opiskelijatyöpäivää"
    assert [one["id"] for one in done["transactions"]] == ["2026-04"]
    assert done["transactions"][0]["payee"]["name"] == "Jokiopisto"
    # May had four people, one under the setting: neither their days nor what they cost.
    assert b"17,25" not in as_bytes(compiled)
    assert b"1000.5" not in as_bytes(compiled)


@pytest.mark.parametrize(("places", "told"), [(4, False), (5, True)])
def test_packages_are_people_and_few_of_them_are_not_told(places: int, told: bool) -> None:
    lots = [{**lot, "unit": "training_package"} for lot in FROZEN["lots"]]
    call = Frozen(PUBLISHED, {**FROZEN, "lots": lots})
    facts = (
        call,
        *(fact for fact in WHOLE.facts if isinstance(fact, Awarded | Contracted)),
        Ordered(at(3, 20), K1, 1, "siivous", Decimal(places), None),
        Invoiced(at(4, 20), K1, "2026-03", Decimal(places), Decimal(10_000), 0),
    )
    process: Process = replace(WHOLE, facts=facts)
    releases = releases_of(process, HOUSE, at(5, 1))
    done = [
        one["contracts"][0]["implementation"]
        for one in releases
        if "implementation" in one["tag"] or "implementationUpdate" in one["tag"]
    ]
    assert ("value" in done[0]["taskOrders"][0]) is told
    assert any("transactions" in one for one in done) is told


def test_parties_carry_their_roles_and_business_ids_and_nobody_who_works_there() -> None:
    compiled = merged(RELEASES)
    parties = {party["id"]: party for party in compiled["parties"]}
    assert parties["FI-PRO-1234567-1"]["identifier"] == {
        "scheme": "FI-PRO",
        "id": "1234567-1",
        "legalName": "Esimerkkilän hankinta",
    }
    assert parties["FI-PRO-7654321-2"]["roles"] == ["tenderer", "supplier", "payee"]
    assert set(parties) == {
        "FI-PRO-1234567-1",
        "FI-PRO-7654321-2",
        str(SHORE.key),
        "00000000-0000-0000-0000-000000000002",
    }
    assert all("contactPoint" not in party for party in parties.values())
    assert RIVER.business_id is not None


def test_a_record_holds_the_releases_and_what_they_add_up_to() -> None:
    package = record_package(RELEASES, BUYER, HOUSE, "https://a.example/r", "https://a.example/p")
    (record,) = package["records"]
    assert record["releases"] == RELEASES
    compiled = record["compiledRelease"]
    assert compiled == merged(RELEASES)
    assert (compiled["tag"], compiled["date"]) == (["compiled"], RELEASES[-1]["date"])
    assert [one["status"] for one in compiled["awards"]] == [
        "cancelled",
        "cancelled",
        "active",
        "active",
    ]
