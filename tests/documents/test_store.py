"""A document is made once, sealed, and found again by what it is about or by its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

import portal.audit.models
import portal.contracts.models
import portal.evaluation.models
import portal.jobs.models
import portal.offers.models
import portal.organisations.models
import portal.procurement.models
import portal.storage.models  # noqa: F401 - all tables, for create_all
from portal.database import Base, Database
from portal.documents import store
from portal.documents.catalogue import preview
from portal.documents.models import StoredDocument
from portal.jobs.models import Job
from portal.jobs.queue import do, do_all
from portal.storage.models import SealedBlob
from portal.storage.vault import Vault

AT = datetime(2026, 2, 6, 11, 5, tzinfo=UTC)
TASKS = {store.JOB: store.TASK}


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/portal.sqlite", vault=Vault(bytes(range(32))))
    Base.metadata.create_all(database.engine)
    yield database
    database.engine.dispose()


@pytest.fixture(autouse=True)
def opening_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "KINDS", {})
    store.register(
        "opening_record", lambda _session, _subject, language: preview("opening_record", language)
    )


def ask(database: Database, subject: UUID, owner: UUID, language: str = "fi") -> None:
    with database.transaction() as session:
        store.request(
            session, "opening_record", subject=subject, owner=owner, language=language, at=AT
        )


def count(database: Database, table: type[Base]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_asked_for_twice_it_is_made_once(kept: Database) -> None:
    subject, owner = uuid4(), uuid4()
    ask(kept, subject, owner)
    ask(kept, subject, owner)
    assert do_all(kept, TASKS, AT) == 1
    ask(kept, subject, owner)
    assert do_all(kept, TASKS, AT) == 0
    assert (count(kept, Job), count(kept, StoredDocument), count(kept, SealedBlob)) == (1, 1, 1)


def test_a_job_done_again_keeps_the_first_document(kept: Database) -> None:
    subject, owner = uuid4(), uuid4()
    ask(kept, subject, owner)
    do_all(kept, TASKS, AT)
    with kept.transaction() as session:
        job = session.scalars(select(Job)).one()
        job.state, job.leased_until, job_id = "waiting", None, job.id
    assert do(kept, TASKS, job_id, AT)
    assert (count(kept, StoredDocument), count(kept, SealedBlob)) == (1, 1)


def test_it_is_sealed_and_found_by_subject_and_by_hash(kept: Database) -> None:
    subject, owner = uuid4(), uuid4()
    ask(kept, subject, owner)
    do_all(kept, TASKS, AT)
    with kept.reading() as session:
        stored = store.find(session, "opening_record", subject)
        assert stored is not None
        pdf = store.content(session, stored)
        assert pdf.startswith(b"%PDF-")
        assert hashlib.sha256(pdf).hexdigest() == stored.sha256
        assert stored.owner == owner
        assert stored.made_at == AT
        assert b"%PDF" not in session.get_one(SealedBlob, stored.blob_id).ciphertext
        found = store.by_hash(session, stored.sha256.upper())
        assert found is not None
        assert found.id == stored.id
        assert store.by_hash(session, "0" * 64) is None
        assert store.find(session, "opening_record", uuid4()) is None


def test_a_language_that_is_missing_falls_back_to_finnish_then_to_any(kept: Database) -> None:
    subject, owner = uuid4(), uuid4()
    ask(kept, subject, owner, "en")
    do_all(kept, TASKS, AT)

    def language_of(asked: str | None) -> str | None:
        with kept.reading() as session:
            stored = store.find(session, "opening_record", subject, asked)
            return stored and stored.language

    assert language_of("sv") == "en"
    ask(kept, subject, owner, "fi")
    do_all(kept, TASKS, AT)
    assert (language_of("sv"), language_of("en"), language_of(None)) == ("fi", "en", "fi")


def test_without_a_time_of_its_own_it_has_that_of_the_asking(
    kept: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = preview("opening_record", "fi")
    del context["made_at"]
    store.register("opening_record", lambda _session, _subject, _language: context)
    first, second = uuid4(), uuid4()
    ask(kept, first, uuid4())
    ask(kept, second, uuid4())
    assert do_all(kept, TASKS, AT) == 2
    with kept.reading() as session:
        hashes = set(session.scalars(select(StoredDocument.sha256)))
    assert len(hashes) == 1
    assert "made_at" not in context
