"""The same inputs give the same result sheet, byte for byte, wherever and in whatever order."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy import select

from portal.database import Database
from portal.documents.render import render
from portal.evaluation.documents import result_sheet
from portal.evaluation.models import Award
from portal.organisations.models import Organisation, Person
from portal.permissions import Kind, Role
from portal.shared.canonical import canonical
from tests.cast import Cast, organisation, person
from tests.evaluation.conftest import RIVER, SHORE, TERMS, Evaluating, published

POINTS = {
    "Haapa": (3, 2, 2, 1),
    "Koivu": (1, 2, 3, 2),
    "Kuusi": (1, 2, 3, 2),
    "Mänty": (0, 0, 0, 0),
    "Pihlaja": (2, 3, 1, 3),
}
# Koivu and Kuusi are alike in everything, and their prices are unusually low.
OFFERED = {
    "Haapa": Decimal("95.00"),
    "Koivu": Decimal("44.00"),
    "Kuusi": Decimal("44.00"),
    "Mänty": Decimal("31.00"),
    "Pihlaja": Decimal("49.90"),
}


def sheet(database: Database, cast: Cast, reference: str, seed: int) -> tuple[bytes, bytes]:
    """The sheet of one story, its people and acts entered in an order of chance."""
    chance = Random(seed)  # for variety, not for secrecy
    names = sorted(POINTS)
    chance.shuffle(names)
    call = published(database, cast, replace(TERMS, reference=reference))
    evaluating = Evaluating(database, cast, call)
    providers: dict[str, Organisation] = {}
    for name in names:
        with database.transaction() as session:
            session.expire_on_commit = False
            known = [one for one in session.scalars(select(Organisation)) if one.name["fi"] == name]
            provider = known[0] if known else organisation(session, name, None, Kind.PROVIDER)
            writers = session.scalars(select(Person).where(Person.name == f"{name} {seed}")).all()
            writer = (
                writers[0]
                if writers
                else person(session, f"{name}{seed} K", provider, Role.REPRESENTATIVE)
            )
        providers[name] = provider
        evaluating.offer(provider, writer, OFFERED[name])
    evaluating.appoint(cast.eeva, cast.erik)
    evaluating.open()
    evaluating.declare(cast.olli, cast.eeva, cast.erik)
    chance.shuffle(names)
    for name in names:
        evaluating.judge(providers[name], suitable=name != "Mänty")
    for name in names:
        for assessor in (cast.eeva, cast.erik):
            evaluating.assess(assessor, providers[name], POINTS[name])
        if seed % 2:
            evaluating.agree(providers[name], (0, 0, 0, 0))
        evaluating.agree(providers[name], POINTS[name])
    evaluating.award(providers["Pihlaja"])
    with database.reading() as session:
        award = session.scalars(
            select(Award).where(Award.offer_id == evaluating.offer_id(providers["Pihlaja"]))
        ).one()
        context = result_sheet(session, award.id, "fi")
    context["procurement"]["reference"] = "ESIM/1/2026"
    return canonical(context), render("result_sheet", "fi", context).pdf


@pytest.mark.slow
def test_the_same_inputs_give_the_same_sheet_byte_for_byte(database: Database, cast: Cast) -> None:
    first, first_bytes = sheet(database, cast, "ESIM/1/2026", 1)
    second, second_bytes = sheet(database, cast, "ESIM/2/2026", 2)
    assert [row["provider"]["name"]["fi"] for row in json.loads(first)["low_prices"]] == [
        "Koivu",
        "Kuusi",
    ]
    assert first == second
    assert first_bytes == second_bytes
    assert first_bytes.startswith(b"%PDF")


def test_every_point_of_the_sheet_can_be_recomputed_from_it(
    evaluating: Evaluating, cast: Cast, database: Database
) -> None:
    evaluating.until("awarded")
    with database.reading() as session:
        told = result_sheet(session, session.scalars(select(Award)).one().id, "fi")
    weights = {criterion["key"]: criterion["weight"] for criterion in told["criteria"]}
    top, price_weight = told["procurement"]["scale_top"], told["procurement"]["price_weight"]
    for offer in told["offers"]:
        price = price_weight * told["lowest_comparison_price"] / offer["comparison_price"]
        quality = sum(weights[row["key"]] * row["points"] / top for row in offer["criteria"])
        assert abs(price - offer["price_points"]) <= Decimal("0.005")
        assert abs(quality - offer["quality_points"]) <= Decimal("0.005")
        assert abs(price + quality - offer["total"]) <= Decimal("0.005")
    assert [row["points"] for row in told["offers"][0]["criteria"]] == list(RIVER)
    assert [row["points"] for row in told["offers"][1]["criteria"]] == list(SHORE)
