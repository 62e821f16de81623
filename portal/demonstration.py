"""The demonstration: four cases played once: finished, in use, under evaluation and open.

Beside them stands what comes before a call: two needs, a sounding with two answers, and the cards
of some providers.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.format import Act, Case, read_case
from portal.cases.player import AS_TOLD, play_case
from portal.installation import Installation
from portal.organisations.models import Membership, Organisation, Person
from portal.organisations.passwords import hash_chosen
from portal.organisations.usecases import register_organisation, register_person
from portal.paths import ROOT
from portal.permissions import Kind, Role
from portal.procurement.models import Procurement
from portal.provider_cards.demonstration import ANSWER, CARDS, REMARK
from portal.provider_cards.usecases import answer_remark, remark_on_card, write_card
from portal.shared.clock import from_local
from portal.soundings.rules import MarketAnswer, NeedTerms, SoundingTerms
from portal.soundings.usecases import (
    answer_sounding,
    draft_sounding,
    publish_sounding,
    record_need,
)
from portal.unit_of_work import unit_of_work

CASES = ROOT / "tests" / "cases"
FINISHED = CASES / "demo-finished.yaml"
EVALUATING = CASES / "demo-evaluating.yaml"
OPEN = CASES / "demo-open.yaml"
UNDERWAY = CASES / "demo-underway.yaml"
PASSWORD = "siirtyma-esimerkki"  # noqa: S105  # shown to whoever runs the demonstration
PHRASE = "SE1A-KA0S-S0VA-1TTA-VA0N-2026"
"""Closes the keys of all openers of the demonstration; shown as the password is."""
DAYS_OPEN = 21
DAYS_SINCE_OPENING = 7
DAYS_UNDERWAY = 104
"""From the deadline for offers of the contract in use to the day after its last act."""

PLAN = SoundingTerms(
    title={
        "fi": "Hitsauksen osatutkinto-Toppis, suunnitelma",
        "sv": "Toppis för examensdelar i svetsning, en plan",
        "en": "Unit Toppis in welding, a plan",
    },
    description={
        "fi": "Neljä päivää viikossa työssä ja yksi koulutuksessa, viiden hengen ryhmissä.",
        "sv": "Fyra dagar i veckan i arbete och en i utbildning, i grupper om fem.",
        "en": "Four days a week at work and one in training, in groups of five.",
    },
    capacity={
        "fi": "Yksi osa-alue, arviolta 1 200 opiskelijatyöpäivää vuodessa.",
        "sv": "Ett delområde, uppskattningsvis 1 200 studerandearbetsdagar om året.",
        "en": "One lot, about 1,200 student workdays a year.",
    },
    questions={
        "fi": "Voitteko aloittaa 14 päivässä tilauksesta? Mikä ryhmäkoko on pienin?",
        "sv": "Kan ni börja inom 14 dagar efter avropet? Vilken är den minsta gruppstorleken?",
        "en": "Can you start within 14 days of the call-off? What is the smallest group?",
    },
)
ANSWERS = (
    MarketAnswer(True, comment="Aloitus 14 päivässä onnistuu, kun ryhmässä on vähintään neljä."),
    MarketAnswer(False, reason="Meillä ei ole hitsauksen opettajaa alueella."),
)


def needs_told(today: date) -> list[NeedTerms]:
    """Two needs of the demonstration, wanted some months from now."""
    return [
        NeedTerms(
            "Pitkään työttömänä olleet, joilla on alan kokemusta",
            10,
            "Esimerkkilahti",
            "Hitsaus",
            today + timedelta(days=120),
        ),
        NeedTerms(
            "Alle 30-vuotiaat ilman ammatillista tutkintoa",
            15,
            "Esimerkkilahti",
            "Puhtaus- ja kiinteistöpalvelut",
            today + timedelta(days=90),
            "Osa-aikainen aloitus sopii.",
        ),
    ]


def load_demonstration(installation: Installation, at: datetime) -> Iterator[str]:
    """Play the cases unless they are there; yields one line for each account to log in with."""
    with installation.database.reading() as session:
        loaded = session.scalar(select(Procurement.id).limit(1)) is not None
    if not loaded:
        password_hash = hash_chosen(PASSWORD, "")
        _add_administrator(installation, password_hash, at)
        near = [
            (UNDERWAY, -DAYS_UNDERWAY),
            (EVALUATING, -DAYS_SINCE_OPENING),
            (OPEN, DAYS_OPEN),
        ]
        for case in (_case(FINISHED), *(near_now(_case(file), at, days) for file, days in near)):
            play = play_case(installation, case, password_hash=password_hash, phrase=PHRASE)
            if play.ending != AS_TOLD:
                raise RuntimeError(f"{case.name} stopped at act {len(play.outcomes)}")
        _sound_out(installation, at)
        _write_cards(installation, at)
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


def _sound_out(installation: Installation, at: datetime) -> None:
    begun, due = at - timedelta(days=DAYS_SINCE_OPENING), at + timedelta(days=DAYS_OPEN)
    with unit_of_work(installation.database) as session:
        office, sponsor = _holder(session, Role.COURSE_SPONSOR)
        buyer, officer = _holder(session, Role.PROCUREMENT_OFFICER)
        needs = [
            record_need(session, office=office, terms=terms, by=sponsor, at=begun)
            for terms in needs_told(begun.date())
        ]
        sounding = draft_sounding(
            session,
            buyer=buyer,
            terms=dataclasses.replace(PLAN, comments_due=due),
            needs=[needs[0].id],
            by=officer,
            at=begun,
        )
        publish_sounding(session, sounding=sounding, by=officer, at=begun)
        for place, answer in enumerate(ANSWERS):
            provider, representative = _holder(session, Role.REPRESENTATIVE, place)
            answer_sounding(
                session,
                sounding=sounding,
                provider=provider,
                answer=answer,
                by=representative,
                at=begun + timedelta(days=place + 1),
            )


def _write_cards(installation: Installation, at: datetime) -> None:
    with unit_of_work(installation.database) as session:
        office, sponsor = _holder(session, Role.COURSE_SPONSOR)
        for place, (days, terms) in enumerate(CARDS):
            provider, keeper = _holder(session, Role.REPRESENTATIVE, place)
            written = at - timedelta(days=days)
            card = write_card(
                session, provider=provider, terms=terms, keeper=keeper, by=keeper, at=written
            )
            if place == 0:
                remark = remark_on_card(
                    session,
                    card=card,
                    organisation=office,
                    text=REMARK,
                    by=sponsor,
                    at=written + timedelta(days=3),
                )
                answer_remark(
                    session, remark=remark, text=ANSWER, by=keeper, at=written + timedelta(days=4)
                )


def _holder(session: Session, role: Role, place: int = 0) -> tuple[Organisation, Person]:
    """Somebody who holds the role, and where; the first by e-mail address, or a later one."""
    held = session.scalars(
        select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.role == role)
        .order_by(Person.email)
        .offset(place)
        .limit(1)
    ).one()
    return held.organisation, session.get_one(Person, held.person_id)


def near_now(case: Case, at: datetime, due_in: int) -> Case:
    """The case moved by whole days so that its offers are due in so many days from now.

    Wall-clock times stay as they are; acts that would lie ahead are left out.
    """
    due = case.procurement.offers_due.astimezone(case.zone).date()
    days = (at.astimezone(case.zone).date() - due).days + due_in
    moved: Case = _moved(case, days, case.zone)
    timeline = (_with_month(act, days) for act in moved.timeline if act.at <= at)
    return dataclasses.replace(moved, timeline=tuple(timeline))


def _with_month(act: Act, days: int) -> Act:
    """A record's month moves with its middle, so that it stays between start and record."""
    if "period" not in act.takes:
        return act
    middle = date.fromisoformat(f"{act.takes['period']}-15") + timedelta(days=days)
    return dataclasses.replace(act, takes={**act.takes, "period": f"{middle:%Y-%m}"})


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
    if isinstance(value, list):
        return [_moved(item, days, zone) for item in value]
    if isinstance(value, dict):
        return {key: _moved(item, days, zone) for key, item in value.items()}
    return value


def accounts(installation: Installation) -> Iterator[str]:
    """One account for each role that somebody holds, and every opener's, since it takes two."""
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
        if role not in seen or role == Role.OPENER:
            seen.add(role)
            yield f"{role:22} {email:36} {PASSWORD}   ({name['fi']})"
    yield f"{'':22} {'key phrase of every opener':36} {PHRASE}"
