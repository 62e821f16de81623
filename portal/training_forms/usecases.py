"""Adding a qualification unit to a field, and withdrawing it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.config import settings_of
from portal.organisations.models import Organisation, Person
from portal.permissions import require
from portal.shared.errors import RuleBroken
from portal.training_forms.models import QualificationUnit
from portal.training_forms.rules import load_fields
from portal.training_forms.rules.units import UnitTerms, require_unit


def add_unit(
    session: Session, *, organisation: Organisation, terms: UnitTerms, by: Person, at: datetime
) -> QualificationUnit:
    """Extend a field by a unit of the organisation's own.

    Raises ``text_missing`` for a unit without a Finnish name, ``field_unknown``, and ``unit_known``
    where the field has a unit of that name, ours or the organisation's.
    """
    unit = QualificationUnit(
        organisation=organisation,
        organisation_id=organisation.id,
        field=terms.field,
        name=dict(terms.name),
        example=dict(terms.example),
        added_by_id=by.id,
        added_at=at,
    )
    # On the organisation's own chain its people take turns, so no unit is added twice at once.
    with acting(session, "add_unit", chain=organisation.id, by=by.id, at=at) as facts:
        require(by, "add_unit", organisation.id)
        field = load_fields(settings_of(session).training_forms).get(terms.field)
        require_unit(terms, field, _own_names(session, organisation, terms.field))
        session.add(unit)
        facts.note(unit=unit.id, field=terms.field)
    return unit


def _own_names(session: Session, organisation: Organisation, field: str) -> list[Mapping[str, str]]:
    return list(
        session.scalars(
            select(QualificationUnit.name).where(
                QualificationUnit.organisation_id == organisation.id,
                QualificationUnit.field == field,
                QualificationUnit.withdrawn_at.is_(None),
            )
        )
    )


def withdraw_unit(session: Session, *, unit: QualificationUnit, by: Person, at: datetime) -> None:
    """Offer a unit no longer; what has named it goes on to do so. Raises ``wrong_state``."""
    chain = unit.organisation_id
    with acting(session, "withdraw_unit", chain=chain, by=by.id, at=at) as facts:
        require(by, "withdraw_unit", unit.organisation_id)
        session.refresh(unit)
        if unit.withdrawn_at is not None:
            raise RuleBroken("wrong_state")
        unit.withdrawn_at = at
        unit.withdrawn_by_id = by.id
        facts.note(unit=unit.id)
