"""The standing cast: who they are stays the same from test to test."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.organisations.models import Membership, Organisation, OrganisationKind, Person
from portal.organisations.usecases.opener_keys import enter_opener_key
from portal.permissions import Kind, Role
from portal.privacy.usecases import bring_periods

OLLIS_PHRASE = "0123-4567-89AB-CDEF-GHJK-MNPQ"
AINOS_PHRASE = "ZYXW-VTSR-QPNM-KJHG-FEDC-BA98"
SINCE = datetime(2026, 1, 1, 8, 0, tzinfo=UTC)


@dataclass
class Cast:
    """Everybody and where they belong; the people are detached, with their roles loaded."""

    buyer: Organisation
    office: Organisation
    river: Organisation
    shore: Organisation
    elsewhere: Organisation
    operator: Organisation
    olli: Person
    aino: Person
    paula: Person
    eeva: Person
    erik: Person
    kaisa: Person
    roope: Person
    tuula: Person
    sanna: Person
    eva: Person
    ada: Person
    tarja: Person

    @property
    def phrases(self) -> dict[UUID, str]:
        """What opens the keys of the two openers."""
        return {self.olli.id: OLLIS_PHRASE, self.aino.id: AINOS_PHRASE}

    @property
    def people(self) -> list[Person]:
        """Everybody."""
        return [getattr(self, f.name) for f in fields(self) if f.type == "Person"]


def organisation(
    session: Session, name: str, business_id: str | None, *kinds: Kind
) -> Organisation:
    """An organisation with one name in Finnish; an office has set how long it keeps data."""
    added = Organisation(
        name={"fi": name},
        business_id=business_id,
        kind_rows=[OrganisationKind(kind=kind) for kind in kinds],
    )
    session.add(added)
    session.flush()
    if Kind.EMPLOYMENT_OFFICE in kinds:
        bring_periods(session, added, SINCE)
    return added


def person(session: Session, name: str, belongs_to: Organisation, *roles: Role) -> Person:
    """A person with an account and these roles."""
    added = Person(
        name=name,
        email=f"{name.split()[0].lower()}@esimerkki.example",
        language=None,
        password_hash="not a hash",
        created_at=SINCE,
        confirmed_at=SINCE,
        memberships=[Membership(organisation=belongs_to, role=role) for role in roles],
    )
    session.add(added)
    session.flush()
    return added


def give_openers(session: Session, buyer: Organisation) -> None:
    """Two openers with keys, for a buyer that has none."""
    for name in ("Asta Avaaja", "Arvo Avaaja"):
        enter_opener_key(session, person(session, name, buyer, Role.OPENER), OLLIS_PHRASE, SINCE)


def assemble(session: Session) -> Cast:
    """Put everybody into the database."""
    buyer = organisation(session, "Esimerkkilän hankinta", "1234567-1", Kind.BUYER)
    office = organisation(session, "Esimerkkilän työllisyysalue", None, Kind.EMPLOYMENT_OFFICE)
    river = organisation(session, "Jokiopisto", None, Kind.PROVIDER)
    shore = organisation(session, "Rantaopisto", None, Kind.PROVIDER)
    elsewhere = organisation(session, "Muualan hankinta", None, Kind.BUYER)
    operator = organisation(session, "Ylläpito", None, Kind.OPERATOR)
    cast = Cast(
        buyer=buyer,
        office=office,
        river=river,
        shore=shore,
        elsewhere=elsewhere,
        operator=operator,
        olli=person(session, "Olli Ostaja", buyer, Role.PROCUREMENT_OFFICER, Role.OPENER),
        aino=person(session, "Aino Avaaja", buyer, Role.OPENER),
        paula=person(session, "Paula Päättäjä", buyer, Role.DECISION_MAKER, Role.SIGNATORY),
        eeva=person(session, "Eeva Arvioija", buyer, Role.EVALUATOR),
        erik=person(session, "Erik Arvioija", office, Role.EVALUATOR),
        kaisa=person(session, "Kaisa Koulutusvastaava", office, Role.COURSE_SPONSOR),
        roope=person(session, "Roope Rehtori", river, Role.REPRESENTATIVE),
        tuula=person(session, "Tuula Kouluttaja", river, Role.TRAINER),
        sanna=person(session, "Sanna Johtaja", shore, Role.REPRESENTATIVE),
        eva=person(session, "Eva Ulkopuolinen", elsewhere, Role.PROCUREMENT_OFFICER),
        ada=person(session, "Ada Ylläpitäjä", operator, Role.ADMINISTRATOR),
        tarja=person(session, "Tarja Tarkastaja", buyer, Role.AUDITOR),
    )
    enter_opener_key(session, cast.olli, OLLIS_PHRASE, SINCE)
    enter_opener_key(session, cast.aino, AINOS_PHRASE, SINCE)
    return cast
