"""Signed heads: what the record is held against, where nobody who writes to it can reach.

A head says for every chain how many entries it has and the hash of the last. It is numbered, says
the head before it, and is signed with Ed25519. Kept outside of the database, it shows any later
change of what it covers.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.guard import READS
from portal.audit.models import AuditHead
from portal.audit.reads import head_of_reads, link_reads, reads_in
from portal.audit.record import entries_in, heads_in
from portal.audit.verifying import Against, Head, faults_of, read_faults_of
from portal.database import Database
from portal.shared.canonical import canonical, sha256
from portal.shared.clock import day_in_helsinki

FORMAT = "siirtyma-audit-head/1"


class BadHead(Exception):
    """A file that is no signed head, or one that nobody known has signed."""


@dataclass(frozen=True)
class SignedHead:
    """The heads of all chains at one moment, with the signature over them."""

    number: int
    at: datetime
    content: str
    signature: str
    key: str

    @property
    def heads(self) -> dict[str, Head]:
        """Each chain with its length and the hash of its last entry."""
        chains = json.loads(self.content)["chains"]
        return {chain: Head(length, head) for chain, (length, head) in chains.items()}

    @property
    def stamped(self) -> bytes:
        """What a time-stamping service stamps: the content and its signature."""
        return f"{self.content}\n{self.signature}".encode()

    def as_file(self) -> str:
        """The text of an exported head."""
        told = {"head": json.loads(self.content), "signature": self.signature, "key": self.key}
        return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def public_key(private: bytes) -> str:
    """The public key of the installation's key, in URL-safe base64."""
    raw = Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    return base64.urlsafe_b64encode(raw).decode()


def read_head(text: str) -> SignedHead:
    """An exported head, not verified yet. Raises BadHead."""
    try:
        told = json.loads(text)
        content = told["head"]
        if content["format"] != FORMAT:
            raise BadHead(f"the file is not of the form {FORMAT}")
        head = SignedHead(
            number=int(content["number"]),
            at=datetime.fromisoformat(content["at"]),
            content=canonical(content).decode(),
            signature=str(told["signature"]),
            key=str(told["key"]),
        )
        lengths = [(int(one.length), str(one.head)) for one in head.heads.values()]
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise BadHead("the file is no signed head") from fault
    if any(length < 1 or len(hashed) != len(sha256(b"")) for length, hashed in lengths):
        raise BadHead("the file is no signed head")
    return head


def check_signature(head: SignedHead, keys: Collection[str]) -> None:
    """Raises BadHead where none of these public keys signed it, or where it has been changed."""
    if head.key not in keys:
        raise BadHead(f"the signed head {head.number} is signed with an unknown key")
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(head.key))
        key.verify(base64.urlsafe_b64decode(head.signature), head.content.encode())
    except (InvalidSignature, binascii.Error, ValueError) as fault:
        raise BadHead(f"the signature of the signed head {head.number} is wrong") from fault


def kept_heads(session: Session) -> list[SignedHead]:
    """The heads that the installation has kept, the first one first."""
    found = session.scalars(select(AuditHead).order_by(AuditHead.number))
    return [_signed(row) for row in found]


def latest_head(session: Session) -> AuditHead | None:
    """The newest that was kept."""
    return session.scalar(select(AuditHead).order_by(AuditHead.number.desc()).limit(1))


def _signed(row: AuditHead) -> SignedHead:
    return SignedHead(row.number, row.at, row.content, row.signature, row.key)


def found_in(
    database: Database,
    reads: Database,
    *,
    keys: Collection[str],
    given: Iterable[SignedHead] = (),
) -> list[str]:
    """Every break in any chain, held against the kept heads and those given: one line a fault.

    ``keys`` are the public keys that may have signed them.
    """
    with database.snapshot() as session:
        kept = kept_heads(session)
        against, wrong = _held_against(kept, given, keys)
        faults = wrong + faults_of(entries_in(session), heads_in(session), against)
    with reads.snapshot() as session:
        faults += read_faults_of(reads_in(session), head_of_reads(session), against)
    return faults


def _held_against(
    kept: list[SignedHead], given: Iterable[SignedHead], keys: Collection[str]
) -> tuple[Against, list[str]]:
    against, wrong = Against(), []
    before = ""
    for n, head in enumerate(kept, 1):
        if head.number != n:
            wrong.append(f"the kept head {n} is missing before {head.number}")
            break
        content = json.loads(head.content)
        if content["number"] != n or content["before"] != before:
            wrong.append(f"the kept head {n} does not follow the one before it")
        before = sha256(head.content.encode())
    for head in [*kept, *given]:
        try:
            check_signature(head, keys)
        except BadHead as bad:
            wrong.append(str(bad))
        else:
            against.add(head.number, head.heads)
    by_number = {head.number: head for head in kept}
    for head in given:
        own = by_number.get(head.number)
        if own is None:
            wrong.append(f"the signed head {head.number} is not among those that are kept")
        elif own.content != head.content:
            wrong.append(f"the signed head {head.number} is another than the one that is kept")
    return against, wrong + against.faults


def keep_head(
    database: Database, reads: Database, private: bytes, at: datetime, folder: Path | None = None
) -> tuple[SignedHead, list[str]]:
    """Link what is not linked, verify, and keep the signed heads of all chains.

    Returns the head and the faults found before it was made. It is written to the folder as well,
    where there is one. Raises OSError where the file cannot be written; the head is kept then.
    """
    link_reads(reads)
    faults = found_in(database, reads, keys=known_keys(private))
    with reads.reading() as session:
        of_reads = head_of_reads(session)
    with database.transaction() as session:
        last = latest_head(session)
        heads = {chain: one for chain, one in heads_in(session).items() if one.length}
        if of_reads is not None:
            heads[READS] = of_reads
        content = canonical(
            {
                "format": FORMAT,
                "number": last.number + 1 if last else 1,
                "at": at.astimezone(UTC),
                "before": sha256(last.content.encode()) if last else "",
                "chains": {chain: [one.length, one.head] for chain, one in heads.items()},
            }
        )
        signed = Ed25519PrivateKey.from_private_bytes(private).sign(content)
        row = AuditHead(
            number=last.number + 1 if last else 1,
            at=at,
            content=content.decode(),
            signature=base64.urlsafe_b64encode(signed).decode(),
            key=public_key(private),
            faults=len(faults),
        )
        session.add(row)
        session.flush()
        head = _signed(row)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"head-{head.number:06}.json").write_text(head.as_file(), encoding="utf-8")
    return head, faults


def known_keys(private: bytes | None, *given: str) -> frozenset[str]:
    """The public keys that are trusted: the installation's own and those that were given.

    A key that has been replaced is given by whoever verifies what it signed.
    """
    own = {public_key(private)} if private is not None else set()
    return frozenset(own | set(given))


def kept_on(session: Session, at: datetime) -> bool:
    """Whether a head has been kept on this day in Helsinki."""
    last = latest_head(session)
    return last is not None and day_in_helsinki(last.at) >= day_in_helsinki(at)
