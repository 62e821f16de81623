"""Stamps on signed heads by a time-stamping service (RFC 3161), where one is configured.

A stamp shows that a head was there at its time, also to somebody who does not trust whoever holds
the installation's key. A service that does not answer, or answers wrongly, stops nothing: what
went wrong is kept beside the head, and the next daily run tries again.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

import requests
from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.heads import SignedHead, kept_heads
from portal.audit.models import AuditStamp
from portal.config import Settings
from portal.database import Database

QUERY = "application/timestamp-query"
LARGEST_ANSWER = 256 * 1024
_TOGETHER = 30


class BadStamp(Exception):
    """A stamp that could not be had, or that does not stamp what it is kept for."""


def stamp_heads(database: Database, settings: Settings, at: datetime) -> tuple[int, str | None]:
    """Have the kept heads stamped that are not; returns how many were, and what went wrong.

    Nothing is asked for where no service is configured. No transaction is open while the service
    is waited for, and after its first failure no more is asked of it.
    """
    if settings.timestamp_url is None:
        return 0, None
    with database.reading() as session:
        done = _stamped(session)
        waiting = [head for head in kept_heads(session) if head.number not in done]
    for n, head in enumerate(waiting[:_TOGETHER]):
        token, fault = None, None
        try:
            token = _asked(head, settings)
        except BadStamp as bad:
            fault = str(bad)
        with database.transaction() as session:
            session.add(AuditStamp(number=head.number, at=at, token=token, fault=fault))
        if fault is not None:
            return n, fault
    return len(waiting[:_TOGETHER]), None


def stamp_faults(database: Database, settings: Settings) -> list[str]:
    """One line for each kept stamp that is not a stamp of its head."""
    with database.reading() as session:
        heads = {head.number: head for head in kept_heads(session)}
        stamps = session.execute(
            select(AuditStamp.number, AuditStamp.token)
            .where(AuditStamp.token.is_not(None))
            .order_by(AuditStamp.number)
        ).all()
    found = []
    for number, token in stamps:
        try:
            if number not in heads or token is None:
                raise BadStamp("its head is missing")
            check_stamp(token, heads[number], settings)
        except BadStamp as bad:
            found.append(f"the stamp of the signed head {number} is wrong: {bad}")
    return found


def check_stamp(token: bytes, head: SignedHead, settings: Settings) -> datetime:
    """When the service stamped the head. Raises BadStamp where it did not.

    Without the service's certificate only what is stamped is checked, not who did.
    """
    return _checked(_decoded(token), head, settings)


def _stamped(session: Session) -> set[int]:
    found = select(AuditStamp.number).where(AuditStamp.token.is_not(None))
    return set(session.scalars(found))


def _asked(head: SignedHead, settings: Settings) -> bytes:
    asked = (
        TimestampRequestBuilder()
        .data(head.stamped)
        .hash_algorithm(HashAlgorithm.SHA512)
        .nonce(nonce=True)
        .cert_request(cert_request=True)
        .build()
    )
    try:
        answer = requests.post(
            str(settings.timestamp_url),
            data=asked.as_bytes(),
            headers={"Content-Type": QUERY},
            timeout=settings.timestamp_seconds,
            allow_redirects=False,
            stream=True,
        )
        with answer:
            content = answer.raw.read(LARGEST_ANSWER + 1, decode_content=True)
    except (requests.RequestException, OSError) as fault:
        raise BadStamp(f"the service does not answer ({type(fault).__name__})") from fault
    if answer.status_code != requests.codes.ok:
        raise BadStamp(f"the service answers with status {answer.status_code}")
    if len(content) > LARGEST_ANSWER:
        raise BadStamp("the service's answer is too large")
    response = _decoded(content)
    if response.tst_info.nonce != asked.nonce:
        raise BadStamp("the answer is one to another question")
    _checked(response, head, settings)
    return bytes(content)


def _decoded(token: bytes) -> TimeStampResponse:
    try:
        response = decode_timestamp_response(token)
        # Read here, since an answer without a stamp has none.
        _ = response.tst_info.gen_time
    except Exception as fault:
        raise BadStamp("the service's answer holds no stamp") from fault
    return response


def _checked(response: TimeStampResponse, head: SignedHead, settings: Settings) -> datetime:
    if response.tst_info.message_imprint.message != hashlib.sha512(head.stamped).digest():
        raise BadStamp("it stamps something else")
    if settings.timestamp_certificate is not None:
        try:
            given = x509.load_pem_x509_certificates(settings.timestamp_certificate.read_bytes())
        except (OSError, ValueError) as fault:
            raise BadStamp("the service's certificate cannot be read") from fault
        builder = VerifierBuilder()
        for one in given:
            builder = (
                builder.add_root_certificate(one)
                if one.issuer == one.subject
                else builder.add_intermediate_certificate(one)
            )
        try:
            builder.build().verify_message(response, head.stamped)
        except (VerificationError, ValueError) as fault:
            raise BadStamp(f"it is not of the configured service ({fault})") from fault
    stamped_at: datetime = response.tst_info.gen_time
    return stamped_at
