"""The demonstration: three case files played once, finished, under evaluation and open."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from portal.cases.format import Case, read_case
from portal.cases.player import AS_TOLD, play_case
from portal.installation import Installation
from portal.organisations.models import Membership, Organisation, Person
from portal.organisations.passwords import hash_chosen
from portal.organisations.usecases import register_organisation, register_person
from portal.paths import ROOT
from portal.permissions import Kind, Role
from portal.procurement.models import Procurement
from portal.shared.clock import from_local
from portal.unit_of_work import unit_of_work

CASES = ROOT / "tests" / "cases"
FINISHED = CASES / "demo-finished.yaml"
EVALUATING = CASES / "demo-evaluating.yaml"
OPEN = CASES / "demo-open.yaml"
PASSWORD = "siirtyma-esimerkki"  # noqa: S105  # shown to whoever runs the demonstration
DAYS_OPEN = 21
DAYS_SINCE_OPENING = 7


def load_demonstration(installation: Installation, at: datetime) -> Iterator[str]:
    """Play the cases unless they are there; yields one line for each account to log in with."""
    with installation.database.reading() as session:
        loaded = session.scalar(select(Procurement.id).limit(1)) is not None
    if not loaded:
        password_hash = hash_chosen(PASSWORD, "")
        _add_administrator(installation, password_hash, at)
        near = [(EVALUATING, -DAYS_SINCE_OPENING), (OPEN, DAYS_OPEN)]
        for case in (_case(FINISHED), *(near_now(_case(file), at, days) for file, days in near)):
            play = play_case(installation, case, password_hash=password_hash)
            if play.ending != AS_TOLD:
                raise RuntimeError(f"{case.name} stopped at act {len(play.outcomes)}")
    yield from accounts(installation)


def _case(file: Path) -> Case:
    return read_case(file.read_text(encoding="utf-8"))


def _add_administrator(installation: Installation, password_hash: str, at: datetime) -> None:
    with unit_of_work(installation.database) as session:
        operator = register_organisation(
            session,
            name={"fi": "Esimerkkiylläpito", "sv": "Exempeldrift", "en": "Example Operations"},
            kinds=[Kind.OPERATOR],
            business_id=None,
            at=at,
        )
        register_person(
            session,
            name="Ylva Ylläpitäjä",
            email="ylva@operator.example",
            memberships=[(operator, Role.ADMINISTRATOR)],
            password_hash=password_hash,
            at=at,
        )


def near_now(case: Case, at: datetime, due_in: int) -> Case:
    """The case moved by whole days so that its offers are due in so many days from now.

    Wall-clock times stay as they are; acts that would lie ahead are left out.
    """
    due = case.procurement.offers_due.astimezone(case.zone).date()
    days = (at.astimezone(case.zone).date() - due).days + due_in
    moved: Case = _moved(case, days, case.zone)
    return dataclasses.replace(moved, timeline=tuple(act for act in moved.timeline if act.at <= at))


def _moved(value: Any, days: int, zone: ZoneInfo) -> Any:
    if isinstance(value, datetime):
        local = value.astimezone(zone).replace(tzinfo=None)
        return from_local(local + timedelta(days=days), zone)
    if isinstance(value, date):
        return value + timedelta(days=days)
    if isinstance(value, ZoneInfo):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return dataclasses.replace(
            value, **{name: _moved(getattr(value, name), days, zone) for name in names}
        )
    if isinstance(value, tuple):
        return tuple(_moved(item, days, zone) for item in value)
    if isinstance(value, dict):
        return {key: _moved(item, days, zone) for key, item in value.items()}
    return value


def accounts(installation: Installation) -> Iterator[str]:
    """One account for each role that somebody holds."""
    with installation.database.reading() as session:
        held = session.execute(
            select(Membership.role, Person.email, Organisation.name)
            .join(Person, Person.id == Membership.person_id)
            .join(Organisation, Organisation.id == Membership.organisation_id)
            .where(Person.closed_at.is_(None), Person.password_hash.is_not(None))
            .order_by(Membership.role, Person.email)
        ).all()
    seen = set()
    for role, email, name in held:
        if role not in seen:
            seen.add(role)
            yield f"{role:22} {email:36} {PASSWORD}   ({name['fi']})"
