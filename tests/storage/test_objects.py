"""Large contents in an object store, tried against a server that speaks S3 over HTTP."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from moto.server import ThreadedMotoServer
from sqlalchemy import select

from portal.config import Settings
from portal.database import Database
from portal.installation import Installation, open_installation
from portal.storage.models import SealedBlob
from portal.storage.objects import Objects, StoreUnavailable, objects_of
from portal.storage.sweeping import sweep
from portal.storage.vault import Unreadable, vault_of
from portal.web.unit import Services

AT = datetime(2026, 1, 12, 7, 0, tzinfo=UTC)
BUCKET = "siirtyma-files"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server of its own on a free port."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def stored(settings: Settings, address: str, services: Services) -> Settings:
    """An installation that keeps whatever has a kilobyte in the bucket."""
    given = settings.model_copy(
        update={
            "objects_bucket": f"{BUCKET}-{uuid4()}",
            "objects_url": address,
            "objects_region": "us-east-1",
            "objects_access_key": "portal",
            "objects_secret_key": "known to everybody",
            "objects_from_kilobytes": 1,
        }
    )
    made = objects_of(given)
    assert made is not None
    made._asked("create_bucket")  # type: ignore[attr-defined]  # no verb of the portal's makes one
    return given


@pytest.fixture
def installation(stored: Settings) -> Iterator[Installation]:
    opened = open_installation(stored)
    yield opened
    opened.close()


@pytest.fixture
def objects(stored: Settings) -> Objects:
    made = objects_of(stored)
    assert made is not None
    return made


def keys(objects: Objects) -> set[str]:
    return {key for key, _since in objects.listed()}


def seal(database: Database, content: bytes) -> UUID:
    with database.transaction() as session:
        return vault_of(session).seal(session, content, owner=uuid4(), at=AT)


def read(database: Database, blob_id: UUID) -> bytes:
    with database.reading() as session:
        return vault_of(session).unseal(session, blob_id)


def test_a_large_content_lies_closed_in_the_bucket_and_comes_back(
    installation: Installation, objects: Objects
) -> None:
    content = b"a plan of staff " * 500
    blob_id = seal(installation.database, content)
    kept = objects.get(str(blob_id))
    assert kept is not None
    assert b"a plan of staff" not in kept
    with installation.database.reading() as session:
        assert session.get_one(SealedBlob, blob_id).ciphertext == b""
    assert read(installation.database, blob_id) == content


def test_a_small_content_stays_in_the_database(
    installation: Installation, objects: Objects
) -> None:
    blob_id = seal(installation.database, b"small")
    assert keys(objects) == set()
    assert read(installation.database, blob_id) == b"small"


def test_what_is_discarded_leaves_the_bucket_once_that_is_committed(
    installation: Installation, objects: Objects
) -> None:
    blob_id = seal(installation.database, os.urandom(2000))
    with installation.database.transaction() as session:
        vault_of(session).discard(session, blob_id)
        assert keys(objects) == {str(blob_id)}
    assert keys(objects) == set()


def test_an_act_that_is_undone_keeps_its_objects_and_leaves_what_a_sweep_finds(
    installation: Installation, objects: Objects
) -> None:
    kept = seal(installation.database, os.urandom(2000))

    @contextmanager
    def broken_off() -> Iterator[None]:
        with pytest.raises(RuntimeError):
            yield

    with broken_off(), installation.database.transaction() as session:
        vault_of(session).discard(session, kept)
        vault_of(session).seal(session, os.urandom(2000), owner=uuid4(), at=AT)
        raise RuntimeError("broken off")
    assert len(keys(objects)) == 2
    # It may belong to an act that is not committed yet.
    now = datetime.now(UTC)
    assert sweep(installation.database, objects, now) == 0
    assert sweep(installation.database, objects, now + timedelta(days=2)) == 1
    assert keys(objects) == {str(kept)}


def test_an_object_that_was_changed_or_lost_is_told_from_a_store_that_does_not_answer(
    installation: Installation, objects: Objects, stored: Settings
) -> None:
    one, other = seal(installation.database, bytes(2000)), seal(installation.database, bytes(2000))
    taken = objects.get(str(other))
    assert taken is not None
    objects.put(str(one), taken)
    with pytest.raises(Unreadable):
        read(installation.database, one)
    objects.delete(str(one))
    with pytest.raises(Unreadable, match="missing"):
        read(installation.database, one)
    gone = stored.model_copy(update={"objects_bucket": "another"})
    elsewhere = open_installation(gone)
    with pytest.raises(StoreUnavailable):
        seal(elsewhere.database, bytes(2000))
    with elsewhere.database.reading() as session:
        assert len(session.scalars(select(SealedBlob.id)).all()) == 2
    elsewhere.close()


def test_without_the_store_that_a_content_lies_in_it_is_not_read(
    installation: Installation, settings: Settings
) -> None:
    blob_id = seal(installation.database, bytes(2000))
    without = open_installation(settings)
    with pytest.raises(StoreUnavailable):
        read(without.database, blob_id)
    without.close()
