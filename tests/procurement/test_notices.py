"""The contract notice in the terms of eForms, without a database."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest

from portal.legal.rules import Regime
from portal.procurement.eforms import PROCEDURES, TERMS
from portal.procurement.notice_texts import OPTION_TEXTS, UNITS
from portal.procurement.notices import (
    Advertised,
    CriterionNamed,
    Known,
    Notice,
    Section,
    contract_notice,
)
from portal.procurement.rules import (
    CallTerms,
    OptionKind,
    PriceRevision,
    Procedure,
    RequirementTerms,
    Unit,
)
from portal.shared.names import LANGUAGES
from tests.procurement.calls import CALL, GUIDANCE, LOT, PERIOD

BARE = replace(CALL, cpv=(), estimated_value=None, requirements=(), procedure=Procedure.OPEN)


def of(call: CallTerms, **changes: Any) -> Advertised:
    given: dict[str, Any] = {
        "call": call,
        "buyer": {"fi": "Ostaja"},
        "business_id": "1234567-1",
        "criteria": [
            CriterionNamed({"fi": "Osaaminen"}, {"fi": "Kuka?"}, Decimal("37.5")),
            CriterionNamed({"fi": "Aloitus"}, {"fi": "Miten?"}, Decimal("22.5")),
        ],
        "address": "https://siirtyma.example/procurements/1",
        "in_union": True,
    }
    return Advertised(**{**given, **changes})


def value(notice: Notice, term: str, section: Section, place: str = "") -> Any:
    (found,) = [
        one for one in notice.terms if (one.id, one.section, one.place) == (term, section, place)
    ]
    return found.value


def test_the_terms_come_from_the_call() -> None:
    call = replace(BARE, cpv=("80500000-9", "80530000"), estimated_value=Decimal("450000.00"))
    notice = contract_notice(of(call))
    lot, procedure = Section.LOT, Section.PROCEDURE
    assert (notice.kind, notice.subtype) == ("contract", "20")
    assert value(notice, "BT-02", Section.NOTICE) == "cn-social"
    assert value(notice, "BT-01", Section.NOTICE) == "32014L0024"
    assert value(notice, "BT-702", Section.NOTICE) == ("FIN", "SWE", "ENG")
    assert value(notice, "BT-501", Section.BUYER) == "1234567-1"
    assert value(notice, "BT-21", procedure) == CALL.title
    assert value(notice, "BT-22", procedure) == "ESIM/12/2026"
    assert value(notice, "BT-27", procedure) == "450000 EUR"
    assert value(notice, "BT-262", procedure) == "80500000"
    assert value(notice, "BT-263", procedure) == ("80530000",)
    assert value(notice, "BT-105", procedure) == "open"
    assert value(notice, "BT-21", lot, "LOT-0001") == LOT.title
    assert value(notice, "BT-25", lot, "LOT-0001") == "1250.5"
    assert value(notice, "BT-536", lot, "LOT-0001") == "2026-03-09"
    assert value(notice, "BT-131", lot, "LOT-0001") == "2026-02-06T12:00:00+02:00"
    assert value(notice, "BT-13", lot, "LOT-0001") == "2026-01-23T12:00:00+02:00"
    assert value(notice, "BT-18", lot, "LOT-0001").startswith("https://")


def test_the_criteria_stand_with_their_weights_and_the_price_first() -> None:
    notice = contract_notice(of(BARE))
    found = [
        tuple(value(notice, term, Section.LOT, f"LOT-0001/{n}") for term in ("BT-539", "BT-541"))
        for n in (1, 2, 3)
    ]
    assert found == [("price", "40"), ("quality", "37.5"), ("quality", "22.5")]
    assert value(notice, "BT-734", Section.LOT, "LOT-0001/2") == {"fi": "Osaaminen"}


def test_options_are_told_in_every_language_and_further_periods_counted() -> None:
    notice = contract_notice(of(BARE))
    assert value(notice, "BT-58", Section.LOT, "LOT-0001") == "1"
    periods = value(notice, "BT-57", Section.LOT, "LOT-0001")
    assert periods["en"] == (
        "Further period, months: 12. Times at most: 1. Last day of notice: 31/12/2026."
    )
    assert periods["fi"].startswith("Jatkokausi, kuukausia: 12.")
    others = value(notice, "BT-54", Section.LOT, "LOT-0001")
    assert others["sv"].startswith("Efterhandledning, timmar per deltagare: 10.")
    without = contract_notice(of(replace(BARE, lots=(replace(LOT, options=()),))))
    assert {"BT-54", "BT-57", "BT-58"}.isdisjoint(term.id for term in without.terms)


def test_value_added_tax_and_revision_are_told_where_the_lot_says_them() -> None:
    silent = replace(LOT, vat_rate=None, price_revision=None)
    notice = contract_notice(of(replace(BARE, lots=(silent,))))
    assert "BT-77" not in {term.id for term in notice.terms}
    revision = PriceRevision({"fi": "Ansiotasoindeksi"}, day=1, month=3, ceiling=Decimal("3.5"))
    told = replace(LOT, vat_rate=Decimal("25.5"), price_revision=revision)
    notice = contract_notice(of(replace(BARE, lots=(told,))))
    assert value(notice, "BT-77", Section.LOT, "LOT-0001")["fi"] == (
        "Hinnat ilman arvonlisäveroa. Arvonlisäverokanta: 25,5 %. Hintoja tarkistetaan vuosittain"
        " 1.3. alkaen. Indeksi: Ansiotasoindeksi. Muutos kerrallaan enintään 3,5 %."
    )


def test_every_lot_has_its_own_terms() -> None:
    second = replace(LOT, key="river", title={"fi": "Joki"}, options=(PERIOD, GUIDANCE))
    notice = contract_notice(of(replace(BARE, lots=(LOT, second))))
    assert value(notice, "BT-22", Section.LOT, "LOT-0002") == "river"
    counts = [sum(term.lot == lot for term in notice.terms) for lot in ("LOT-0001", "LOT-0002")]
    assert counts[0] == counts[1] > 20


def test_what_the_call_does_not_know_is_named_as_missing() -> None:
    notice = contract_notice(of(BARE, business_id=None))
    missing = {term.id for term in notice.missing}
    assert {"BT-27", "BT-262", "BT-501", "BT-506", "BT-750", "BT-5071", "BT-97"} <= missing
    # The channel's own identifiers are nothing that the officer should look for.
    assert {"BT-04", "BT-701"}.isdisjoint(missing)
    full = replace(
        BARE,
        cpv=("80500000-9",),
        estimated_value=Decimal(1),
        requirements=(RequirementTerms("a", {"fi": "Vakaa talous"}, {"fi": "Tilinpäätös"}),),
    )
    notice = contract_notice(of(full))
    assert {"BT-27", "BT-262", "BT-501", "BT-750"}.isdisjoint(term.id for term in notice.missing)
    assert value(notice, "BT-750", Section.LOT, "LOT-0001/1") == {"fi": "Vakaa talous. Tilinpäätös"}


@pytest.mark.parametrize(
    ("regime", "in_union", "subtype"),
    [
        (Regime.EU, True, "16"),
        (Regime.ANNEX_E, True, "20"),
        (Regime.ANNEX_E, False, "E3"),
        (Regime.NATIONAL, False, "E3"),
        (Regime.BELOW_THRESHOLD, False, "E3"),
        (Regime.RESERVED, False, "E3"),
    ],
)
def test_the_form_follows_the_regime_and_where_the_law_asks_for_the_notice(
    regime: Regime, in_union: bool, subtype: str
) -> None:
    notice = contract_notice(of(replace(BARE, regime=regime), in_union=in_union))
    assert notice.subtype == subtype
    reserved = value(notice, "BT-71", Section.LOT, "LOT-0001")
    assert reserved == ("res-ws" if regime == Regime.RESERVED else "none")


def test_every_procedure_unit_and_option_has_its_code_or_text() -> None:
    assert set(PROCEDURES) == set(Procedure)
    assert set(UNITS) == set(Unit)
    assert set(OPTION_TEXTS) == set(OptionKind)
    for names in (*TERMS.values(), *UNITS.values(), *OPTION_TEXTS.values()):
        assert set(names) == set(LANGUAGES)


def test_the_text_has_every_value_on_its_line_with_place_and_language() -> None:
    text = contract_notice(of(BARE)).as_text("en").splitlines()
    assert "BT-22 Internal identifier: ESIM/12/2026" in text
    assert "BT-21 Title [LOT-0001] [SWE]: Havsnejden" in text
    assert "BT-539 Award criterion type [LOT-0001/1]: price" in text
    assert not any(line.startswith("BT-27 ") for line in text)


def test_the_table_as_csv_is_read_back_and_reckons_nothing() -> None:
    call = replace(BARE, reference="=1+1", contract_start=date(2026, 3, 9))
    notice = contract_notice(of(call))
    head, *rows = csv.reader(StringIO(notice.as_csv("fi")))
    assert head == ["term", "name", "place", "language", "value", "known"]
    assert ["BT-22", "Sisäinen tunniste", "", "", "'=1+1", "given"] in rows
    assert ["BT-27", "Ennakoitu arvo ilman arvonlisäveroa", "", "", "", "missing"] in rows
    assert not any(cell.startswith("=") for row in rows for cell in row)


def test_the_plain_data_has_every_term_once() -> None:
    notice = contract_notice(of(BARE))
    content = json.loads(json.dumps(notice.as_plain()))
    assert (content["notice"], content["subtype"]) == ("contract", "20")
    assert len(content["terms"]) == len(notice.terms)
    title = next(term for term in content["terms"] if term["id"] == "BT-21")
    assert title["value"]["SWE"] == "Toppis-kapacitet"
    places = [(term.id, term.section, term.place) for term in notice.terms]
    assert len(places) == len(set(places))
    assert {term.known for term in notice.terms} <= set(Known)


def test_a_formula_after_spaces_is_text_in_the_table_too() -> None:
    notice = contract_notice(of(replace(BARE, reference="  =1+1")))
    assert "'  =1+1" in notice.as_csv("fi")
