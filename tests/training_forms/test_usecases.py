"""Adding a qualification unit to a field, withdrawing it, and choosing among those that stand."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.database import Database
from portal.organisations.models import Person
from portal.shared.errors import RuleBroken
from portal.training_forms.models import QualificationUnit
from portal.training_forms.queries import units_to_choose
from portal.training_forms.rules import load_fields
from portal.training_forms.usecases import withdraw_unit
from tests.cast import Cast
from tests.training_forms.units import NOW, put_unit


@pytest.mark.parametrize(
    ("changes", "rule", "field"),
    [
        ({"field": "no_such"}, "field_unknown", "field"),
        ({"name": {"sv": "Bara på svenska"}}, "text_missing", "name_fi"),
        ({"name": {"fi": "  "}}, "text_missing", "name_fi"),
        ({"name": {"fi": "piha- ja  ulkoalueiden hoitaminen"}}, "unit_known", "name_fi"),
    ],
)
def test_a_unit_needs_a_known_field_and_a_finnish_name_that_is_new_there(
    database: Database, cast: Cast, changes: dict[str, Any], rule: str, field: str
) -> None:
    with pytest.raises(RuleBroken) as broken:
        put_unit(database, cast, **changes)
    assert (broken.value.rule, broken.value.field) == (rule, field)


def test_two_offices_may_add_units_of_the_same_name(database: Database, cast: Cast) -> None:
    put_unit(database, cast)
    put_unit(database, cast, by=cast.olli, organisation=cast.buyer)
    with pytest.raises(RuleBroken, match="unit_known"):
        put_unit(database, cast)


def test_whoever_is_not_of_the_office_may_not_add_for_it(database: Database, cast: Cast) -> None:
    for other in (cast.olli, cast.roope, cast.ada, cast.erik):
        with pytest.raises(RuleBroken, match="not_permitted"):
            put_unit(database, cast, by=other)


def test_a_call_off_chooses_among_ours_and_the_offices_own_units_by_the_lots_name_of_the_field(
    database: Database, cast: Cast
) -> None:
    own = put_unit(database, cast)
    put_unit(database, cast, by=cast.olli, organisation=cast.buyer, name={"fi": "Tilaajan oma"})
    shipped = [f"property_services.{u.key}" for u in load_fields()["property_services"].units]
    with database.reading() as session:
        found = units_to_choose(session, "Kiinteistönhoito", cast.office.id)
        assert [choice.key for choice in found] == [*shipped, str(own)]
        assert units_to_choose(session, "avaruusala", cast.office.id) == []


def test_a_withdrawn_unit_is_not_offered_and_its_name_is_free_again(
    database: Database, cast: Cast
) -> None:
    key = put_unit(database, cast)
    with database.transaction() as session:
        unit = session.get_one(QualificationUnit, key)
        by = session.get_one(Person, cast.kaisa.id)
        withdraw_unit(session, unit=unit, by=by, at=NOW)
        with pytest.raises(RuleBroken, match="wrong_state"):
            withdraw_unit(session, unit=unit, by=by, at=NOW)
    with database.reading() as session:
        found = units_to_choose(session, "kiinteistöpalvelut", cast.office.id)
        assert str(key) not in {choice.key for choice in found}
        acts = select(AuditEntry.act).where(AuditEntry.chain == str(cast.office.id))
        assert session.scalars(acts).all() == ["add_unit", "withdraw_unit"]
    put_unit(database, cast)
