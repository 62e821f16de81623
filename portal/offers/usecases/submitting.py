"""Submitting an offer, with a receipt, and withdrawing it."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.documents import store
from portal.jobs.mail import send_mail
from portal.offers.models import Offer, OfferVersion
from portal.offers.rules import (
    OfferContent,
    missing_from_offer,
    moved,
    require_in_time,
)
from portal.offers.usecases.drafting import (
    draft_content,
    drop_draft,
    own_offer,
    require_open_call,
    stands,
)
from portal.organisations.models import Organisation, Person
from portal.permissions import require
from portal.procurement.models import Procurement
from portal.shared.errors import RuleBroken
from portal.storage.vault import vault_of

REFERENCE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def submit_offer(
    session: Session,
    *,
    procurement: Procurement,
    provider: Organisation,
    by: Person,
    at: datetime,
    seen: str | None = None,
) -> OfferVersion:
    """Submit the draft, in place of what was submitted before.

    The same content again is the same version. ``seen`` is the hash of what the submitter had
    before their eyes. Raises ``wrong_state``, ``deadline_passed``, ``offer_incomplete`` with what
    is missing, ``changed_meanwhile``.
    """
    with acting(session, "submit_offer", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "submit_offer", provider.id)
        require_open_call(procurement)
        require_in_time(at, procurement.offers_due)
        offer = own_offer(session, procurement, provider, to_change=True)
        content = OfferContent() if offer is None else draft_content(session, offer)
        missing = missing_from_offer(
            content,
            [lot.key for lot in procurement.lots],
            [criterion.key for criterion in procurement.criteria],
        )
        if offer is None or missing:
            raise RuleBroken("offer_incomplete", missing=missing)
        if seen is not None and seen != content.hash():
            raise RuleBroken("changed_meanwhile")
        standing = offer.current_version
        if standing is not None and stands(offer, content):
            return standing
        version = _submit_version(session, offer, content, by, at)
        facts.note(version=version.id, sha256=version.sha256)
        send_mail(
            session,
            to=by,
            letter="offer_submitted",
            facts={
                "procurement": procurement.reference,
                "reference": version.reference,
                "submitted_at": at.isoformat(),
                "sha256": version.sha256,
                "path": f"/procurements/{procurement.id}/offer",
            },
            at=at,
        )
        store.request(
            session,
            "offer_receipt",
            subject=version.id,
            owner=procurement.id,
            language=by.language or "fi",
            at=at,
        )
    return version


def _submit_version(
    session: Session, offer: Offer, content: OfferContent, by: Person, at: datetime
) -> OfferVersion:
    versions = select(func.count()).where(OfferVersion.offer_id == offer.id)
    version = OfferVersion(
        offer_id=offer.id,
        n=(session.scalar(versions) or 0) + 1,
        reference="T-" + "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(10)),
        submitted_at=at,
        submitted_by_id=by.id,
        sha256=content.hash(),
        blob_id=vault_of(session).seal(
            session, content.packed(), owner=offer.procurement_id, at=at
        ),
    )
    session.add(version)
    session.flush()
    offer.state = moved(offer.state, "submit_offer")
    offer.current_version = version
    drop_draft(session, offer)
    return version


def withdraw_offer(
    session: Session, *, procurement: Procurement, provider: Organisation, by: Person, at: datetime
) -> None:
    """Take a submitted offer back. Raises ``wrong_state``, ``deadline_passed``."""
    with acting(session, "withdraw_offer", chain=procurement.id, by=by.id, at=at):
        require(by, "withdraw_offer", provider.id)
        offer = own_offer(session, procurement, provider, to_change=True)
        if offer is None:
            raise RuleBroken("wrong_state")
        state = moved(offer.state, "withdraw_offer")
        require_in_time(at, procurement.offers_due)
        offer.state = state
        send_mail(
            session,
            to=by,
            letter="offer_withdrawn",
            facts={
                "procurement": procurement.reference,
                "path": f"/procurements/{procurement.id}/offer",
            },
            at=at,
        )
