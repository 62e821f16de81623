"""The people whose pages are looked at, and any number of providers."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from benchmarks.market.ground import AT, DAY, Market
from portal.organisations.models import Membership, Organisation, OrganisationKind, Person
from portal.permissions import Kind, Role


def cast(market: Market) -> None:
    """The houses, and one person or two of each role."""
    houses = {
        "buyer": ("Suurkaupungin hankinta", Kind.BUYER),
        "office": ("Suurkaupungin työllisyysalue", Kind.EMPLOYMENT_OFFICE),
        "operator": ("Ylläpito", Kind.OPERATOR),
    }
    for key, (name, kind) in houses.items():
        market.organisations[key] = organisation(market, name, kind)
    for key, house, role in (
        ("officer", "buyer", Role.PROCUREMENT_OFFICER),
        ("opener", "buyer", Role.OPENER),
        ("second_opener", "buyer", Role.OPENER),
        ("decision_maker", "buyer", Role.DECISION_MAKER),
        ("evaluator", "buyer", Role.EVALUATOR),
        ("second_evaluator", "buyer", Role.EVALUATOR),
        ("sponsor", "office", Role.COURSE_SPONSOR),
        ("administrator", "operator", Role.ADMINISTRATOR),
    ):
        market.people[key] = person(market, f"Suuri {key}", market.organisations[house], role)


def organisation(market: Market, name: str, kind: Kind) -> UUID:
    """An organisation of one kind."""
    key = uuid4()
    market.put(Organisation, [{"id": key, "name": {"fi": name}}])
    market.put(OrganisationKind, [{"organisation_id": key, "kind": kind}])
    return key


def person(market: Market, name: str, organisation: UUID, role: Role) -> UUID:
    """A person with one role there."""
    key = uuid4()
    market.put(Person, [account(key, name)])
    market.put(
        Membership,
        [{"id": uuid4(), "person_id": key, "organisation_id": organisation, "role": role}],
    )
    return key


def account(key: UUID, name: str) -> dict[str, Any]:
    """The row of a person."""
    return {
        "id": key,
        "name": name,
        "email": f"{key}@suuri.example",
        "password_hash": "not a hash",
        "created_at": AT - 300 * DAY,
        "confirmed_at": AT - 300 * DAY,
    }


def providers(market: Market, more: int) -> None:
    """So many more providers, each with its representative."""
    first = len(market.providers)
    keys = [(uuid4(), uuid4()) for _ in range(more)]
    market.put(
        Organisation,
        [
            {"id": key, "name": {"fi": f"Opisto {n:04}", "sv": f"Institut {n:04}"}}
            for n, (key, _) in enumerate(keys, first)
        ],
    )
    market.put(
        OrganisationKind,
        [{"organisation_id": key, "kind": Kind.PROVIDER} for key, _ in keys],
    )
    people = [account(person, f"Edustaja {n:04}") for n, (_, person) in enumerate(keys, first)]
    market.put(Person, people)
    market.put(
        Membership,
        [
            {
                "id": uuid4(),
                "person_id": person,
                "organisation_id": key,
                "role": Role.REPRESENTATIVE,
            }
            for key, person in keys
        ],
    )
    market.providers += [key for key, _ in keys]
    market.representatives += [person for _, person in keys]
    market.people["representative"] = market.representatives[0]


def evaluators(market: Market, count: int) -> None:
    """Evaluators of the buyer, until there are so many; the two of the cast are the first."""
    if not market.evaluators:
        market.evaluators = [market.people["evaluator"], market.people["second_evaluator"]]
    for n in range(len(market.evaluators), count):
        key = person(market, f"Arvioija {n:02}", market.organisations["buyer"], Role.EVALUATOR)
        market.evaluators.append(key)
