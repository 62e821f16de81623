from __future__ import annotations

import os
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from portal.database import Database
from portal.storage.models import Envelope, SealedBlob
from portal.storage.vault import Unreadable, Vault, vault_of

AT = datetime(2026, 1, 12, 7, 0, tzinfo=UTC)


def sealed(database: Database, content: bytes, owner: UUID | None = None) -> UUID:
    with database.transaction() as session:
        return vault_of(session).seal(session, content, owner=owner or uuid4(), at=AT)


def unsealed(database: Database, blob_id: UUID, vault: Vault | None = None) -> bytes:
    with database.reading() as session:
        return (vault or vault_of(session)).unseal(session, blob_id)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None
)
@given(content=st.binary(max_size=2000))
def test_what_is_sealed_comes_out_the_same(database: Database, content: bytes) -> None:
    assert unsealed(database, sealed(database, content)) == content


def test_what_is_kept_is_not_the_content(database: Database) -> None:
    blob_id = sealed(database, b"a price of 58.50")
    with database.reading() as session:
        blob = session.get_one(SealedBlob, blob_id)
        assert b"58.50" not in blob.ciphertext


@pytest.mark.parametrize("place", [0, 7, -1])
def test_a_changed_byte_is_seen(database: Database, place: int) -> None:
    blob_id = sealed(database, b"a price of 58.50")
    with database.transaction() as session:
        blob = session.get_one(SealedBlob, blob_id)
        changed = bytearray(blob.ciphertext)
        changed[place] ^= 1
        blob.ciphertext = bytes(changed)
    with pytest.raises(Unreadable):
        unsealed(database, blob_id)


def test_two_contents_cannot_change_places(database: Database) -> None:
    owner = uuid4()
    one, other = sealed(database, b"one", owner), sealed(database, b"other", owner)
    with database.transaction() as session:
        first, second = session.get_one(SealedBlob, one), session.get_one(SealedBlob, other)
        first.ciphertext, second.ciphertext = second.ciphertext, first.ciphertext
        first.nonce, second.nonce = second.nonce, first.nonce
    for blob_id in (one, other):
        with pytest.raises(Unreadable):
            unsealed(database, blob_id)


def test_another_installations_key_opens_nothing(database: Database) -> None:
    blob_id = sealed(database, b"content")
    with pytest.raises(Unreadable):
        unsealed(database, blob_id, Vault(os.urandom(32)))


def test_a_key_of_another_owner_opens_nothing(database: Database) -> None:
    one, other = uuid4(), uuid4()
    blob_id = sealed(database, b"content", one)
    sealed(database, b"content", other)
    with database.transaction() as session:
        stolen = session.get_one(Envelope, other).wrapped_key
        session.execute(update(Envelope).where(Envelope.owner == one).values(wrapped_key=stolen))
    with pytest.raises(Unreadable):
        unsealed(database, blob_id)


def test_what_is_discarded_is_gone(database: Database) -> None:
    blob_id = sealed(database, b"content")
    for _time in range(2):
        with database.transaction() as session:
            vault_of(session).discard(session, blob_id)
    with database.reading() as session:
        assert session.get(SealedBlob, blob_id) is None
