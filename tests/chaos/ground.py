"""What every trial stands on: a database with a call, drafts, a contract and a training.

All set-up is here, so that what a call needs before it takes offers is said once.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from portal.audit.models import ReadEntry
from portal.config import Settings
from portal.database import Database
from portal.documents import store
from portal.documents.render import Rendered
from portal.installation import Installation, open_installation
from portal.jobs.queue import Task
from portal.models import Base
from portal.offers.rules import OfferContent
from portal.offers.usecases import save_offer, submit_offer
from portal.organisations.models import Organisation, Person
from portal.permissions import Kind, Role
from portal.procurement.models import Procurement
from portal.procurement.usecases import draft_procurement, publish
from portal.shared.canonical import sha256
from portal.unit_of_work import unit_of_work
from tests.cast import Cast, assemble, organisation, person
from tests.conftest import KEY
from tests.offers.conftest import CALL, DUE, FULL, OPENS
from tests.underway import contract_in_force, enrolled, training_of

__all__ = ["DUE", "OPENS", "Ground", "content_of", "lay_ground", "opened", "settings_on"]

PERIOD = "2026-04"
ACCEPTED = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)
PDF = b"%PDF-1.7 in the place of a layout that takes seconds"


@dataclass
class Ground:
    """Keys of what is there, and where."""

    settings: Settings
    cast: Cast
    call: UUID = field(default_factory=uuid4)
    contract: UUID = field(default_factory=uuid4)
    training: UUID = field(default_factory=uuid4)
    people: list[UUID] = field(default_factory=list)
    # A representative and the provider of each further draft.
    drafts: list[tuple[UUID, UUID]] = field(default_factory=list)

    def install(self) -> Installation:
        """The installation anew, as another process opens it, with its documents quickly made."""
        return open_installation(self.settings)


def settings_on(url: str, folder: Path, **more: Any) -> Settings:
    """An installation's settings, with whatever else it keeps in the folder."""
    given: dict[str, Any] = {
        "database_url": url,
        "jobs_database_url": f"sqlite:///{folder}/jobs.sqlite",
        "secret_key": "a key for tests, known to everybody",
        "storage_key": KEY,
        "secure_cookies": False,
        "base_url": "http://localhost",
        # The cast has two.
        "sealing_openers": 2,
        **more,
    }
    return Settings(**given)


@contextmanager
def opened(postgresql: str | None = None) -> Iterator[Settings]:
    """An installation on an empty database: a SQLite file, or one of that PostgreSQL cluster's."""
    with tempfile.TemporaryDirectory(prefix="portal-chaos-") as name:
        folder = Path(name)
        if postgresql is None:
            settings = settings_on(f"sqlite:///{folder}/portal.sqlite", folder)
            _create(settings)
            yield settings
            return
        url, own = make_url(postgresql), f"chaos_{secrets.token_hex(4)}"
        maintenance = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with maintenance.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{own}"'))
        address = url.set(database=own).render_as_string(hide_password=False)
        settings = settings_on(address, folder)
        _create(settings)
        yield settings


def _create(settings: Settings) -> None:
    installation = open_installation(settings)
    Base.metadata.create_all(installation.database.engine)
    if installation.reads_database.url != installation.database.url:
        ReadEntry.__table__.create(installation.reads_database.engine)  # type: ignore[attr-defined]
    installation.close()


@contextmanager
def opened_installation(settings: Settings) -> Iterator[Installation]:
    """The installation, closed afterwards."""
    installation = open_installation(settings)
    try:
        yield installation
    finally:
        installation.close()


def lay_ground(
    settings: Settings,
    *,
    due: datetime = DUE,
    published_at: datetime = OPENS,
    drafts: int = 0,
    capacity: int = 1_000_000,
    reference: str = "ESIM/900/2026",
) -> Ground:
    """A published call, a contract in force, a training with three people, and drafts of offers."""
    installation = open_installation(settings)
    database = installation.database
    with database.transaction() as session:
        session.expire_on_commit = False
        ground = Ground(settings, assemble(session))
    cast = ground.cast
    with unit_of_work(database) as session:
        olli = session.get_one(Person, cast.olli.id)
        terms = replace(
            CALL,
            reference=reference,
            offers_due=due,
            questions_due=min(due - timedelta(seconds=1), CALL.questions_due or due),
        )
        call = draft_procurement(
            session,
            buyer=session.get_one(Organisation, cast.buyer.id),
            call=terms,
            by=olli,
            at=published_at,
        )
        publish(session, procurement=call, by=olli, at=published_at)
        ground.call = call.id
        contract = contract_in_force(session, cast, capacity=(100, capacity // 2, capacity))
        training = training_of(session, cast, contract, workdays="3000", places=5)
        ground.contract, ground.training = contract.id, training.id
        ground.people = [enrolled(session, training, f"Osallistuja {key}").id for key in "ABC"]
        for n in range(drafts):
            provider = organisation(session, f"Opisto {n}", None, Kind.PROVIDER)
            writer = person(session, f"Rehtori{n} Opisto", provider, Role.REPRESENTATIVE)
            ground.drafts.append((provider.id, writer.id))
    for n, _draft in enumerate(ground.drafts):
        keep_draft(database, ground, content_of(str(n)), draft=n, at=published_at)
    installation.close()
    return ground


def content_of(words: str) -> OfferContent:
    """A whole offer that no other is like."""
    return replace(FULL, answers={**FULL.answers, "own": f"Aloitamme: {words}."})


def _writer(ground: Ground, draft: int | None) -> tuple[UUID, UUID]:
    if draft is None:
        return ground.cast.river.id, ground.cast.roope.id
    return ground.drafts[draft]


def keep_draft(
    database: Database,
    ground: Ground,
    content: OfferContent,
    *,
    draft: int | None = None,
    at: datetime = OPENS,
) -> None:
    """Save a draft: Jokiopisto's, or that of a further provider."""
    provider, writer = _writer(ground, draft)
    with unit_of_work(database) as session:
        save_offer(
            session,
            procurement=session.get_one(Procurement, ground.call),
            provider=session.get_one(Organisation, provider),
            content=content,
            by=session.get_one(Person, writer),
            at=at,
        )


def submit_draft(
    database: Database, ground: Ground, *, draft: int | None = None, at: datetime = OPENS
) -> tuple[UUID, str]:
    """Submit the draft; the key of the version and its hash."""
    provider, writer = _writer(ground, draft)
    with unit_of_work(database) as session:
        version = submit_offer(
            session,
            procurement=session.get_one(Procurement, ground.call),
            provider=session.get_one(Organisation, provider),
            by=session.get_one(Person, writer),
            at=at,
        )
        return version.id, version.sha256


def quick_tasks(tasks: dict[str, Task]) -> dict[str, Task]:
    """The installation's tasks, with a document's layout, which takes seconds, left out."""

    def prepare(_session: Any, arguments: dict[str, Any], _at: datetime) -> Rendered:
        pdf = PDF + arguments["subject"].encode()
        return Rendered(pdf=pdf, sha256=sha256(pdf), pages=1)

    return {**tasks, store.JOB: Task(prepare, store.TASK.finish)}


def days_of(ground: Ground, random: Random) -> dict[UUID, Decimal]:
    """An amount of days for each participant."""
    return {key: Decimal(random.randrange(1, 40)) / 2 for key in ground.people}


def processors() -> int:
    """How many processes make sense here at once."""
    return os.cpu_count() or 1
