"""Two sides with a thing of each kind; the words of either are the other's canaries."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from portal.database import Database
from portal.organisations.models import Organisation, Person
from portal.permissions import Kind, Role
from portal.procurement.models import Procurement
from portal.soundings.models import Sounding
from tests.cast import SINCE, Cast, organisation, person
from tests.provider_cards.cards import put_card
from tests.underway import contract_in_force, enrolled, training_of


@dataclass
class Side:
    """What one side has, all of it found by its word."""

    word: str
    contract: UUID
    training: UUID
    call_off: UUID
    draft: UUID
    participant: str


@dataclass
class Sides:
    """The cast's own side, and strangers with people of their own."""

    own: Side
    others: Side
    their_sponsor: Person
    their_representative: Person


def two_sides(database: Database, cast: Cast) -> Sides:
    """Played into the database."""
    with database.transaction() as session:
        session.expire_on_commit = False
        school = organisation(session, "Zorkkiopisto", None, Kind.PROVIDER)
        office = organisation(session, "Zorkkilan työllisyysalue", None, Kind.EMPLOYMENT_OFFICE)
        sponsor = person(session, "Salla Sponsori", office, Role.COURSE_SPONSOR)
        trainer = person(session, "Taneli Toinen", school, Role.TRAINER, Role.REPRESENTATIVE)
        own = _side(session, cast, "Väykky", cast.buyer, cast.river, cast.olli)
        others = _side(
            session, cast, "Zorkki", cast.elsewhere, school, cast.eva, office, sponsor, trainer
        )
    put_card(database, cast, title={"fi": "Väykkypalvelu"})
    return Sides(own, others, sponsor, trainer)


def _side(
    session: Session,
    cast: Cast,
    word: str,
    buyer: Organisation,
    provider: Organisation,
    officer: Person,
    office: Organisation | None = None,
    sponsor: Person | None = None,
    trainer: Person | None = None,
) -> Side:
    contract = contract_in_force(
        session,
        cast,
        reference=f"{word}-2026-1",
        buyer=buyer,
        provider=provider,
        officer=officer,
        fields=(f"{word}ala",),
    )
    training = training_of(
        session,
        cast,
        contract,
        field=f"{word}ala",
        office=office,
        sponsor=sponsor,
        trainer=trainer,
    )
    enrolled(session, training, f"{word}-4711").name = f"Osallistuja {word}-ryhmästä"
    draft = Procurement(
        reference=f"{word}-L1",
        title={"fi": f"{word}luonnos", "sv": f"{word}utkast"},
        kind="capacity",
        state="draft",
        buyer_id=buyer.id,
        created_by_id=officer.id,
        created_at=SINCE,
    )
    sounding = Sounding(
        buyer_id=buyer.id,
        state="draft",
        title={"fi": f"{word}kartoitus"},
        description={"fi": "Mitä"},
        created_by_id=officer.id,
        created_at=SINCE,
    )
    session.add_all([draft, sounding])
    session.flush()
    return Side(word, contract.id, training.id, training.call_offs[0].id, draft.id, f"{word}-4711")
