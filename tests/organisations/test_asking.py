"""Statements kept for all readers of the same roles find what those made for each reader find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from uuid import UUID, uuid4

import pytest
from sqlalchemy import ColumnElement, Select, select

from portal.capacity.access import call_offs_seen_by, capacity_seen_by, trainings_seen_by
from portal.capacity.models import CallOff, Training
from portal.contracts.access import seen_by
from portal.contracts.models import Contract
from portal.database import Database
from portal.enrolments.access import people_counted_by
from portal.enrolments.models import Enrolment
from portal.enrolments.people import enrolments_seen_by
from portal.organisations.asking import AnyReader, statement_for
from portal.organisations.models import Membership, Person
from portal.permissions import Role
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.underway import contract_in_force, enrolled, training_of

Condition = Callable[[Person], ColumnElement[bool]]
CONDITIONS: dict[Condition, type] = {
    seen_by: Contract,
    capacity_seen_by: Contract,
    trainings_seen_by: Training,
    call_offs_seen_by: CallOff,
    enrolments_seen_by: Enrolment,
    people_counted_by: Enrolment,
}


def keys_by(person: Person, condition: Condition) -> Select[UUID]:
    """The keys of what the condition lets through; made of a person or of any reader."""
    return select(CONDITIONS[condition].id).where(condition(person))  # type: ignore[attr-defined]  # all have one


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda one: one.__name__)
def test_everybody_finds_by_a_kept_statement_what_they_find_by_their_own(
    database: Database, cast: Cast, condition: Condition
) -> None:
    with unit_of_work(database) as session:
        training = training_of(session, cast, contract_in_force(session, cast), workdays="10")
        enrolled(session, training, "one")
    found = {}
    with database.reading() as session:
        people = [
            value for one in fields(cast) if isinstance(value := getattr(cast, one.name), Person)
        ]
        for key in (one.id for one in people):
            person = session.get_one(Person, key)
            statement, keys = statement_for(person, keys_by, condition)
            found[key] = set(session.scalars(statement, keys))
            assert found[key] == set(session.scalars(keys_by(person, condition))), person.name
    assert len({frozenset(keys) for keys in found.values()}) > 1


def test_one_statement_serves_all_of_the_same_roles_and_no_others(cast: Cast) -> None:
    def person(*held: tuple[UUID, Role]) -> Person:
        return Person(
            memberships=[Membership(organisation_id=key, role=role.value) for key, role in held]
        )

    one, other = uuid4(), uuid4()
    officer = person((one, Role.PROCUREMENT_OFFICER), (other, Role.AUDITOR))
    same = person((one, Role.AUDITOR), (other, Role.PROCUREMENT_OFFICER))
    more = person((one, Role.PROCUREMENT_OFFICER), (one, Role.AUDITOR))
    kept, keys = statement_for(officer, keys_by, seen_by)
    again, turned = statement_for(same, keys_by, seen_by)
    assert again is kept
    assert {one, other} <= set(keys.values())
    assert [keys["organisation_0"], keys["organisation_1"]] == [
        turned["organisation_1"],
        turned["organisation_0"],
    ]
    assert statement_for(more, keys_by, seen_by)[0] is not kept


def test_a_condition_that_looks_at_the_reader_itself_is_refused() -> None:
    anybody = AnyReader((("auditor",),))
    with pytest.raises(TypeError):
        anybody.holds({Role.AUDITOR}, uuid4())  # type: ignore[call-arg]  # as a person can be asked
    for key in (anybody.id, anybody.organisations_as(Role.AUDITOR)[0].id):
        with pytest.raises(TypeError):
            _ = key == uuid4()
        with pytest.raises(TypeError):
            _ = uuid4() != key
        with pytest.raises(TypeError):
            _ = key in {uuid4()} or key in [uuid4()]
    with pytest.raises(AttributeError):
        _ = anybody.name  # type: ignore[attr-defined]  # as a person has one
