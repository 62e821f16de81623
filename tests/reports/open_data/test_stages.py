"""One procurement from its draft to its invoices: at each stage, what is open and what is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.config import settings_of
from portal.contracts.models import Contract
from portal.database import Database
from portal.evaluation.models import Award
from portal.evaluation.usecases import correct_decision
from portal.offers.rules import Secret
from portal.options.usecases import change_contract, consent_to_change, pass_contract
from portal.organisations.models import Organisation, Person
from portal.procurement.changes import CallChanges
from portal.procurement.models import Lot, Procurement
from portal.procurement.usecases import amend
from portal.reports.open_data.extensions import extensions
from portal.reports.open_data.queries import packages_of
from portal.shared.errors import NotFound
from portal.unit_of_work import unit_of_work
from portal.workdays.usecases import accept_workdays, issue_invoice_basis, record_workdays
from tests.cast import Cast
from tests.evaluation.conftest import PRICES, Evaluating, published
from tests.offers.conftest import AFTER, OPENS
from tests.page import counted
from tests.procurement.calls import put_call
from tests.reports.open_data.schema import FOLDER, faults, unknown_fields
from tests.underway import enrolled, training_of

SECRET = "Salainen menetelmä Q7"
IN_FORCE = datetime(2026, 3, 3, 7, 30, tzinfo=UTC)
LATER = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
"""After everything that happens here."""


class Reader:
    """Whoever reads the open data at a moment."""

    def __init__(self, database: Database, cast: Cast, call: UUID) -> None:
        self.database, self.cast, self.call = database, cast, call
        self.seen: list[dict[str, Any]] = []
        self.queries: set[int] = set()

    def read(self, at: datetime) -> list[dict[str, Any]]:
        """The releases, checked for what must never be in them and for what they said before."""
        with self.database.reading() as session:
            with counted(self.database.engine) as asked:
                packages = packages_of(session, self.call, at)
            self.queries.add(len(asked))
            people = [person.name for person in session.scalars(select(Person))]
            mails = list(session.scalars(select(Person.email)))
        text = (packages.releases + packages.record).decode()
        for word in (*people, *mails, SECRET, "vastaa:", "Osallistuja", "perustelee", "@"):
            assert word not in text
        package = json.loads(packages.releases)
        releases: list[dict[str, Any]] = package["releases"]
        assert releases[: len(self.seen)] == self.seen
        self.seen = releases
        if FOLDER.exists():
            assert faults("release-package-schema", package) == []
            assert faults("record-package-schema", json.loads(packages.record)) == []
            assert [unknown_fields(one, extensions()) for one in releases] == [[]] * len(releases)
        return releases

    @property
    def tags(self) -> list[str]:
        """The stages that have been told."""
        return [tag for release in self.seen for tag in release["tag"]]


@pytest.fixture
def reader(database: Database, cast: Cast) -> Iterator[Reader]:
    """A reader of a call that has just been published."""
    return Reader(database, cast, published(database, cast))


def test_a_draft_is_not_there(database: Database, cast: Cast) -> None:
    draft = put_call(database, cast)
    with database.reading() as session, pytest.raises(NotFound):
        packages_of(session, draft, LATER)


def test_nothing_is_told_before_it_is_public(
    database: Database, cast: Cast, reader: Reader
) -> None:
    with database.reading() as session, pytest.raises(NotFound):
        packages_of(session, reader.call, OPENS - timedelta(seconds=1))
    assert [one["tag"] for one in reader.read(OPENS)] == [["tender"]]
    assert "Jokiopisto" not in json.dumps(reader.seen)

    act = Evaluating(database, cast, reader.call)
    act.do(
        amend,
        cast.olli,
        OPENS + timedelta(days=1),
        changes=CallChanges(contract_end=date(2027, 3, 31)),
        reason="Sopimuskausi piteni",
    )
    secrets = (Secret("service_process", SECRET),)
    act.offer(cast.river, cast.roope, PRICES["river"], secrets=secrets)
    act.offer(cast.shore, cast.sanna, PRICES["shore"])
    for stage in ("appointed", "opened", "declared", "judged", "assessed", "agreed", "awarded"):
        act._stages()[stage]()
        told = reader.read(AFTER)
        assert reader.tags == ["tender", "tenderAmendment"]
        assert "opisto" not in json.dumps(told)
        assert "numberOfTenderers" not in json.dumps(told)
    act.issue(at=AFTER + timedelta(days=1))
    assert len(reader.read(AFTER + timedelta(hours=23))) == 2
    award = reader.read(AFTER + timedelta(days=1))[-1]
    assert award["tag"] == ["award"]
    assert award["tender"]["numberOfTenderers"] == 2
    assert [one["name"] for one in award["awards"][0]["suppliers"]] == ["Jokiopisto"]
    # Neither the name of who lost nor its price.
    assert "Rantaopisto" not in json.dumps(reader.seen)
    assert "52.5" not in json.dumps(reader.seen)

    act.do(correct_decision, cast.paula, AFTER + timedelta(days=2), reason=f"Luettiin {SECRET}")
    assert reader.read(AFTER + timedelta(days=2))[-1]["awards"][0]["status"] == "cancelled"
    act.award(cast.river)
    act.issue(at=AFTER + timedelta(days=3))
    reader.read(LATER)
    assert reader.tags[-3:] == ["award", "awardCancellation", "award"]


def put_in_force(database: Database, cast: Cast, call: UUID) -> UUID:
    """The contract of the only award that stands, approved by both."""
    with unit_of_work(database) as session:
        lot = session.scalars(select(Lot).where(Lot.procurement_id == call)).one()
        award = session.scalars(select(Award).where(Award.lot_id == lot.id)).one()
        procurement = session.get_one(Procurement, call)
        contract = Contract(
            reference=f"{procurement.reference}/{lot.key}",
            procurement_id=call,
            lot_id=lot.id,
            award_id=award.id,
            buyer_id=cast.buyer.id,
            provider_id=cast.river.id,
            state="awaiting_approval",
            concluded_by_id=cast.olli.id,
            concluded_at=IN_FORCE - timedelta(days=1),
            starts_on=date(2026, 3, 9),
            ends_on=date(2027, 3, 8),
            started_up_at=IN_FORCE,
            made_from={},
        )
        session.add(contract)
        session.flush()
        return contract.id


def test_what_follows_the_award_is_told_without_the_people(
    database: Database, cast: Cast, reader: Reader
) -> None:
    Evaluating(database, cast, reader.call).until("decided")
    contract_id = put_in_force(database, cast, reader.call)
    reader.read(IN_FORCE)
    assert reader.tags == ["tender", "award"]
    with unit_of_work(database) as session:
        contract = session.get_one(Contract, contract_id)
        contract.state, contract.in_force_at = "in_force", IN_FORCE
        field = session.get_one(Lot, contract.lot_id).fields[0]
        training = training_of(session, cast, contract, field=field, places=6)
        people = [enrolled(session, training, f"Osallistuja {n}") for n in range(6)]
        few = people[:2]
        for period, of in (("2026-03", people), ("2026-04", few)):
            record_workdays(
                session,
                training=training,
                period=period,
                days={one.id: Decimal("2.5") for one in of},
                by=cast.tuula,
                at=LATER - timedelta(hours=2),
            )
            accept_workdays(
                session,
                training=training,
                period=period,
                by=cast.kaisa,
                at=LATER - timedelta(hours=1),
            )
            issue_invoice_basis(session, contract=contract, period=period, by=cast.olli, at=LATER)
        change = change_contract(
            session,
            contract=contract,
            ground="contract_clause",
            text=f"Muutos: {SECRET}",
            reason=f"Syy: {SECRET}",
            value=Decimal(1000),
            by=cast.olli,
            at=LATER,
        )
        consent_to_change(session, change=change, by=cast.roope, at=LATER + timedelta(hours=1))
        pass_contract(
            session,
            contract=contract,
            buyer=session.get_one(Organisation, cast.elsewhere.id),
            reason=f"Siirto: {SECRET}",
            by=cast.olli,
            at=LATER + timedelta(hours=2),
        )
    reader.read(LATER + timedelta(hours=2))
    assert reader.tags[2:] == [
        "contract",
        "implementation",
        *["implementationUpdate"] * 2,
        *["contractAmendment"] * 2,
    ]
    with database.reading() as session:
        package = json.loads(packages_of(session, reader.call, LATER + timedelta(hours=2)).record)
        assert settings_of(session).small_group == 5
    compiled = package["records"][0]["compiledRelease"]
    (contract_told,) = compiled["contracts"]
    done = contract_told["implementation"]
    assert [one["description"] for one in done["milestones"] if "description" in one] == [
        "15 opiskelijatyöpäivää"
    ]
    assert [one["id"] for one in done["transactions"]] == ["2026-03"]
    assert [one["rationale"] for one in contract_told["amendments"]] == [
        "Muutos perustuu sopimuksen selkeään ehtoon (laki 1397/2016, 136 § 2 mom. 1 kohta)",
        "Sopimus on siirtynyt uudelle tilaajalle: Muualan hankinta",
    ]
    # As many queries for all of it as for the call alone.
    assert len(reader.queries) == 1
