"""What a search costs of the processor, among a hundred and among a hundred thousand things.

``python -m benchmarks.finding`` prints the 95th percentile of a set of searches at both sizes and
their ratio; another large size may follow as an argument. It writes into a SQLite file of its own,
or into the empty database of ``PORTAL_BENCHMARK_URL``. The slowest are words that everything has.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.database import Database
from portal.finding.models import SearchTerm
from portal.finding.queries import found_by
from portal.finding.rules import terms_of, typed_in
from portal.models import Base
from portal.organisations.models import Membership, Organisation, OrganisationKind, Person
from portal.permissions import Kind, Role
from portal.procurement.models import Procurement

AT = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
SMALL, LARGE = 100, 100_000
TRADES = ("Sähköasennus", "Hitsaus", "Lähihoito", "Ympäristöhuolto", "Åkeri")
SEARCHES = ("sähkö", "sahko", "åkeri 77", "keha-2026-99", "koulutus", "koulutus hitsaus 12", "zz")
ROUNDS = 5
_TOGETHER = 1000


def main() -> None:
    """Print the figures."""
    large = int(sys.argv[1]) if len(sys.argv) > 1 else LARGE
    times = percentiles(large)
    for size, taken in times.items():
        sys.stdout.write(f"{size:>7} calls: {taken * 1000:.1f} ms (95th percentile)\n")
    sys.stdout.write(f"ratio: {times[large] / times[SMALL]:.1f}\n")


def percentiles(large: int) -> dict[int, float]:
    """The 95th percentile of the searches in seconds, by how many calls there are."""
    with TemporaryDirectory() as folder:
        url = os.environ.get("PORTAL_BENCHMARK_URL") or f"sqlite:///{Path(folder)}/finding.sqlite"
        database = Database(url, durable=False)
        Base.metadata.create_all(database.engine)
        with database.transaction() as session:
            person, buyer = _buyer(session)
        times = {}
        there = 0
        for size in (SMALL, large):
            with database.transaction() as session:
                _calls(session, person, buyer, there, size)
            there = size
            times[size] = _percentile(database, person)
        database.engine.dispose()
    return times


def _buyer(session: Session) -> tuple[UUID, UUID]:
    buyer = Organisation(name={"fi": "Suuri ostaja"}, kind_rows=[OrganisationKind(kind=Kind.BUYER)])
    session.add(buyer)
    session.flush()
    person = Person(
        name="Oona Ostaja",
        email="oona@esimerkki.example",
        created_at=AT,
        memberships=[Membership(organisation=buyer, role=Role.PROCUREMENT_OFFICER)],
    )
    session.add(person)
    session.flush()
    return person.id, buyer.id


def _calls(session: Session, person: UUID, buyer: UUID, first: int, size: int) -> None:
    for start in range(first, size, _TOGETHER):
        rows: list[dict[str, Any]] = []
        terms: list[dict[str, Any]] = []
        for n in range(start, min(start + _TOGETHER, size)):
            key, reference = uuid4(), f"KEHA-2026-{n}"
            title = {"fi": f"{TRADES[n % len(TRADES)]} {n}, koulutus"}
            rows.append(
                {
                    "id": key,
                    "reference": reference,
                    "title": title,
                    "kind": "capacity",
                    "state": "decided" if n % 2 else "draft",
                    "buyer_id": buyer,
                    "created_by_id": person,
                    "created_at": AT,
                }
            )
            terms += [
                {"kind": "procurement", "term": term, "key": key}
                for term in terms_of([reference, *title.values()])
            ]
        session.execute(insert(Procurement), rows)
        session.execute(insert(SearchTerm), terms)


def _percentile(database: Database, person_id: UUID) -> float:
    taken = []
    # What is compiled once is no part of a search.
    for text in SEARCHES:
        with database.reading() as session:
            found_by(session, session.get_one(Person, person_id), typed_in(text), AT)
    for _round in range(ROUNDS):
        for text in SEARCHES:
            with database.reading() as session:
                person = session.get_one(Person, person_id)
                began = process_time()
                found_by(session, person, typed_in(text), AT)
                taken.append(process_time() - began)
    return sorted(taken)[int(len(taken) * 0.95)]


if __name__ == "__main__":
    main()
