from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from json import loads
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.offers.rules import (
    Declaration,
    LotPrice,
    OfferContent,
    OfferFile,
    OfferState,
    Partner,
    Promise,
    Secret,
    missing_from_offer,
    moved,
    require_in_time,
    require_partners,
    require_prices,
    unpacked,
)
from portal.shared.clock import in_time
from portal.shared.errors import RuleBroken
from tests.offers.conftest import DUE, FULL

LOTS = ["sea", "Osa-alue 2"]
CRITERIA = ["staff_competence", "own"]

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
prices = st.decimals(0, 10**9, places=2, allow_nan=False, allow_infinity=False)
partners = st.builds(Partner, texts, texts, texts)
contents = st.builds(
    OfferContent,
    lots=st.dictionaries(texts, st.builds(LotPrice, prices, st.none() | prices), max_size=3),
    answers=st.dictionaries(texts, texts, max_size=3),
    promises=st.lists(st.builds(Promise, texts, texts), max_size=3).map(tuple),
    secrets=st.lists(st.builds(Secret, texts, texts, texts, texts), max_size=3).map(tuple),
    files=st.lists(
        st.builds(
            OfferFile,
            st.uuids(),
            texts,
            texts,
            st.integers(0, 10**9),
            texts,
            texts,
            st.none() | st.dates(),
        ),
        max_size=2,
    ).map(tuple),
    alone=st.booleans(),
    consortium=st.lists(partners, max_size=2).map(tuple),
    subcontractors=st.lists(partners, max_size=2).map(tuple),
    declarations=st.lists(st.builds(Declaration, texts, st.booleans(), texts), max_size=2).map(
        tuple
    ),
)


def test_a_full_offer_lacks_nothing() -> None:
    assert missing_from_offer(FULL, LOTS, CRITERIA) == []


def test_one_priced_lot_is_enough() -> None:
    one = replace(FULL, lots={"sea": LotPrice(Decimal(58))})
    assert missing_from_offer(one, LOTS, CRITERIA) == []


def test_an_empty_offer_lacks_a_price_and_every_answer() -> None:
    assert missing_from_offer(OfferContent(), LOTS, CRITERIA) == [
        ("lots", ""),
        ("answers", "staff_competence"),
        ("answers", "own"),
    ]


def test_a_blank_answer_is_missing() -> None:
    blank = replace(FULL, answers={**FULL.answers, "own": " \n"})
    assert missing_from_offer(blank, LOTS, CRITERIA) == [("answers", "own")]


def test_the_deadlines_own_second_is_in_time() -> None:
    assert in_time(DUE, DUE)
    assert in_time(DUE + timedelta(microseconds=999_999), DUE)
    assert not in_time(DUE + timedelta(seconds=1), DUE)


def test_a_call_without_a_deadline_takes_no_offers() -> None:
    with pytest.raises(RuleBroken, match="deadline_passed"):
        require_in_time(DUE, None)


@pytest.mark.parametrize(
    ("lot", "rule", "field"),
    [
        (LotPrice(Decimal(0)), "price_not_above_zero", "price-sea"),
        (LotPrice(Decimal("-0.01")), "price_not_above_zero", "price-sea"),
        (LotPrice(Decimal(1), Decimal(-1)), "fee_below_zero", "fee-sea"),
    ],
)
def test_a_price_that_is_none_is_refused_beside_its_field(
    lot: LotPrice, rule: str, field: str
) -> None:
    with pytest.raises(RuleBroken) as refused:
        require_prices(OfferContent(lots={"sea": lot}))
    assert (refused.value.rule, refused.value.field) == (rule, field)


def test_a_fee_of_nothing_is_a_fee() -> None:
    require_prices(OfferContent(lots={"sea": LotPrice(Decimal(1), Decimal(0))}))


@given(contents)
def test_what_is_packed_comes_out_the_same(content: OfferContent) -> None:
    again = unpacked(loads(content.packed()))
    assert again == content
    assert again.hash() == content.hash()


@given(contents, st.randoms())
def test_the_hash_does_not_depend_on_the_order_of_keys(
    content: OfferContent, random: object
) -> None:
    def shuffled(values: dict[str, object]) -> dict[str, object]:
        items = list(values.items())
        random.shuffle(items)
        return dict(items)

    other = replace(
        content,
        lots=shuffled(dict(content.lots)),
        answers=shuffled(dict(content.answers)),
    )
    assert other.hash() == content.hash()


def test_the_hash_does_not_depend_on_how_a_price_is_written() -> None:
    def priced(text: str) -> str:
        return OfferContent(lots={"sea": LotPrice(Decimal(text))}).hash()

    assert priced("58") == priced("58.0") == priced("58.00") != priced("58.01")


def test_an_offer_sealed_before_more_could_be_said_keeps_its_hash() -> None:
    sealed = (
        '{"answers":{"own":"Aloitamme viikon sisällä."},"files":[{"id":'
        '"00000000-0000-0000-0000-000000000001","media_type":"application/pdf","name":"a.pdf",'
        '"sha256":"00","size":1}],"lots":{"sea":{"coordination_fee":null,"price":"58.5"}},'
        '"promises":[],"secrets":[{"criterion":"own","reason":"Palkat."}]}'
    )
    content = unpacked(loads(sealed))
    assert content.secrets == (Secret("own", "Palkat."),)
    assert (content.consortium, content.subcontractors, content.declarations) == ((), (), ())
    assert content.packed() == sealed.encode()
    assert FULL.hash() == "89ebec551d73bbcf41645409411b0bf63b7e4d745c1c10451cf9cc77d63026ab"


@pytest.mark.parametrize(
    "more",
    [
        {"alone": True},
        {"consortium": (Partner("Metsäopisto"),)},
        {"subcontractors": (Partner("Metsäopisto"),)},
        {"declarations": (Declaration("exclusion_grounds", False),)},
        {"secrets": (replace(FULL.secrets[0], passage="nimetty"),)},
    ],
)
def test_whatever_more_is_said_changes_the_hash(more: dict[str, Any]) -> None:
    assert replace(FULL, **more).hash() != FULL.hash()


@pytest.mark.parametrize(
    ("content", "rule", "field"),
    [
        (OfferContent(consortium=(Partner(" "),)), "name_missing", "member-0-name"),
        (
            OfferContent(subcontractors=(Partner("A"), Partner("B", "1234567-2"))),
            "business_id_wrong",
            "subcontractor-1-business_id",
        ),
        (OfferContent(alone=True, consortium=(Partner("A"),)), "alone_with_others", "alone"),
    ],
)
def test_partners_that_are_none_are_refused_beside_their_field(
    content: OfferContent, rule: str, field: str
) -> None:
    with pytest.raises(RuleBroken) as refused:
        require_partners(content)
    assert (refused.value.rule, refused.value.field) == (rule, field)


def test_partners_from_abroad_need_no_business_id() -> None:
    require_partners(
        OfferContent(
            consortium=(Partner("Metsäopisto", "2000001-6", "Pohjoinen seutu"),),
            subcontractors=(Partner("Norrskolan AB"),),
        )
    )
    require_partners(OfferContent(alone=True))


def test_a_file_changes_the_hash() -> None:
    file = OfferFile(UUID(int=1), "a.pdf", "application/pdf", 1, "0" * 64)
    assert replace(FULL, files=(file,)).hash() != FULL.hash()


def test_an_offer_moves_as_the_table_says() -> None:
    assert moved("draft", "submit_offer") is OfferState.SUBMITTED
    assert moved("submitted", "submit_offer") is OfferState.SUBMITTED
    assert moved("withdrawn", "submit_offer") is OfferState.SUBMITTED
    assert moved("submitted", "withdraw_offer") is OfferState.WITHDRAWN
    for state in ("draft", "withdrawn"):
        with pytest.raises(RuleBroken, match="wrong_state"):
            moved(state, "withdraw_offer")
