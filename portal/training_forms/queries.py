"""What the pages of forms and units show, and the forms and units that others choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.organisations.models import Organisation, Person
from portal.permissions import ACTS, may
from portal.shared.errors import NotFound
from portal.shared.names import DEFAULT_LANGUAGE
from portal.shared.paging import ROWS_ON_A_PAGE, Paging, paging
from portal.training_forms.access import may_withdraw, organisations_of
from portal.training_forms.models import QualificationUnit
from portal.training_forms.rules import (
    Said,
    TrainingForm,
    field_named,
    form,
    in_words,
    load_fields,
    load_forms,
)
from portal.training_forms.shape import Basis, DayKind, Field, Names, Phase, PlanName


def forms_of(session: Session) -> Mapping[str, TrainingForm]:
    """The installation's forms of training by key."""
    return load_forms(settings_of(session).training_forms)


def form_of(session: Session, key: str) -> TrainingForm:
    """The installation's form of that key. Raises NotFound."""
    return form(key, settings_of(session).training_forms)


def form_name(session: Session, key: str) -> Names:
    """What a form is called; its key where the installation has it no longer."""
    known = forms_of(session).get(key)
    return {DEFAULT_LANGUAGE: key} if known is None else known.name


def fields_of(session: Session) -> Mapping[str, Field]:
    """The installation's fields of training by key."""
    return load_fields(settings_of(session).training_forms)


@dataclass(frozen=True)
class FormRow:
    """One form of the list."""

    key: str
    name: Names
    description: Names
    paid_days: list[DayKind]
    in_use: bool


def forms_page(session: Session, on: date) -> list[FormRow]:
    """Every form, and whether it is in use on that day."""
    return [
        FormRow(one.key, one.name, one.description, _in_order(one), one.in_force(on))
        for one in forms_of(session).values()
    ]


@dataclass(frozen=True)
class PhaseRow:
    """A phase with the kinds of day in it, each with whether it is paid for."""

    phase: Phase
    days: list[tuple[DayKind, bool]]


@dataclass(frozen=True)
class BasisRow:
    """A basis, and whether it is in force on the reader's day."""

    basis: Basis
    in_force: bool


@dataclass(frozen=True)
class FormPage:
    """A form in words."""

    form: TrainingForm
    in_use: bool
    phases: list[PhaseRow]
    paid_days: list[DayKind]
    rules: list[Said]
    plans: list[tuple[PlanName, bool]]
    legal: list[BasisRow]
    funding: list[BasisRow]


def form_page(session: Session, key: str, on: date) -> FormPage:
    """The form of that key as it is on that day. Raises NotFound."""
    found = form_of(session, key)
    return FormPage(
        form=found,
        in_use=found.in_force(on),
        phases=[
            PhaseRow(phase, [(kind, kind in found.paid_days) for kind in phase.days])
            for phase in found.phases
        ],
        paid_days=_in_order(found),
        rules=in_words(found),
        plans=[(plan, plan.in_force(on)) for plan in found.plan_names],
        legal=[BasisRow(basis, basis.in_force(on)) for basis in found.legal_basis],
        funding=[BasisRow(basis, basis.in_force(on)) for basis in found.funding_basis],
    )


def _in_order(one: TrainingForm) -> list[DayKind]:
    return [kind for kind in DayKind if kind in one.paid_days]


@dataclass(frozen=True)
class OwnUnit:
    """A unit that an organisation has added."""

    id: UUID
    name: Names
    example: Names
    organisation: Names
    may_withdraw: bool


@dataclass(frozen=True)
class UnitsPage:
    """The units of one field: those that ship with the portal, then a page of those added."""

    fields: list[Field]
    chosen: Field
    added: list[OwnUnit]
    paging: Paging
    may_add: bool


def units_page(session: Session, person: Person | None, field: str | None, n: int) -> UnitsPage:
    """The units of that field, by default of the first; added ones by the newest.

    Anybody reads them: a unit is no secret, and who has added it is shown by the organisation only.
    """
    fields = fields_of(session)
    chosen = fields.get(field or "") or next(iter(fields.values()))
    wanted = (QualificationUnit.field == chosen.key) & QualificationUnit.withdrawn_at.is_(None)
    total = session.scalar(select(func.count()).select_from(QualificationUnit).where(wanted)) or 0
    pages = paging(total, n)
    rows = session.execute(
        select(
            QualificationUnit.id,
            QualificationUnit.name,
            QualificationUnit.example,
            QualificationUnit.organisation_id,
            Organisation.name.label("organisation"),
        )
        .join(Organisation, Organisation.id == QualificationUnit.organisation_id)
        .where(wanted)
        .order_by(QualificationUnit.added_at.desc(), QualificationUnit.id)
        .limit(ROWS_ON_A_PAGE)
        .offset(pages.offset)
    )
    own = _withdrawing(person)
    return UnitsPage(
        fields=list(fields.values()),
        chosen=chosen,
        added=[
            OwnUnit(row.id, row.name, row.example, row.organisation, row.organisation_id in own)
            for row in rows
        ],
        paging=pages,
        may_add=person is not None and may(person, "add_unit"),
    )


def _withdrawing(person: Person | None) -> set[UUID]:
    if person is None:
        return set()
    return {row.organisation_id for row in person.memberships if row.role in ACTS["withdraw_unit"]}


@dataclass(frozen=True)
class UnitChoice:
    """A unit to choose: ``FIELD.KEY`` for one that ships with the portal, else its id."""

    key: str
    name: Names
    examples: tuple[Names, ...]


def units_to_choose(session: Session, field: str, organisation_id: UUID) -> list[UnitChoice]:
    """The units of a field by the name that a lot gives it: ours, then the organisation's own.

    Empty where the field is not a known one.
    """
    found = field_named(field, settings_of(session).training_forms)
    if found is None:
        return []
    own = session.execute(
        select(QualificationUnit.id, QualificationUnit.name, QualificationUnit.example)
        .where(
            QualificationUnit.field == found.key,
            QualificationUnit.organisation_id == organisation_id,
            QualificationUnit.withdrawn_at.is_(None),
        )
        .order_by(QualificationUnit.added_at, QualificationUnit.id)
    )
    return [
        *(
            UnitChoice(
                f"{found.key}.{unit.key}", unit.name, tuple(use.text for use in unit.sensible_use)
            )
            for unit in found.units
        ),
        *(UnitChoice(str(row.id), row.name, (row.example,) if row.example else ()) for row in own),
    ]


def own_unit(session: Session, unit_id: UUID, person: Person) -> QualificationUnit:
    """A unit that still stands and that the person may withdraw. Raises NotFound."""
    unit = session.get(QualificationUnit, unit_id)
    if unit is None or unit.withdrawn_at is not None or not may_withdraw(person, unit):
        raise NotFound
    return unit


def organisation_named(session: Session, person: Person, organisation_id: UUID) -> Organisation:
    """One of the organisations for which the person may add units. Raises NotFound."""
    for one in organisations_of(session.get_one(Person, person.id)):
        if one.id == organisation_id:
            return one
    raise NotFound
