"""Submitting an offer, with a receipt, and withdrawing it."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.record import acting
from portal.documents import store
from portal.jobs.mail import send_mail
from portal.offers.access import awaits_confirmation
from portal.offers.models import Offer, OfferVersion
from portal.offers.rules import (
    OfferContent,
    OfferState,
    missing_from_offer,
    moved,
)
from portal.offers.usecases.drafting import (
    draft_content,
    drop_draft,
    own_offer,
    require_open_call,
    stands,
    submitted_content,
)
from portal.organisations.models import Organisation, Person
from portal.organisations.queries import representatives_of
from portal.permissions import Role, require
from portal.procurement.models import CallAmendment, Procurement
from portal.shared.errors import RuleBroken
from portal.storage.vault import Purpose, vault_of

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
        require_open_call(procurement, at)
        offer = own_offer(session, procurement, provider, to_change=True)
        content = OfferContent() if offer is None else draft_content(session, offer)
        _require_complete(procurement, content)
        assert offer is not None
        if seen is not None and seen != content.hash():
            raise RuleBroken("changed_meanwhile")
        standing = offer.current_version
        if standing is not None and stands(offer, content):
            # The same again, perhaps after an amendment that it takes into account.
            offer.confirmed_amendment = procurement.amended
            return standing
        version = _submit_version(session, offer, content, by, at)
        offer.confirmed_amendment = procurement.amended
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


def _require_complete(procurement: Procurement, content: OfferContent) -> None:
    missing = missing_from_offer(
        content,
        [lot.key for lot in procurement.lots],
        [criterion.key for criterion in procurement.criteria],
    )
    if missing:
        raise RuleBroken("offer_incomplete", missing=missing)


def confirm_offer(
    session: Session, *, procurement: Procurement, provider: Organisation, by: Person, at: datetime
) -> Offer:
    """Say that what was submitted stands under the amended call too.

    Raises ``wrong_state`` where nothing awaits confirmation, ``deadline_passed``,
    ``offer_incomplete``.
    """
    with acting(session, "confirm_offer", chain=procurement.id, by=by.id, at=at) as facts:
        require(by, "confirm_offer", provider.id)
        offer = own_offer(session, procurement, provider, to_change=True)
        if offer is None or not awaits_confirmation(offer, procurement):
            raise RuleBroken("wrong_state")
        require_open_call(procurement, at)
        assert offer.current_version is not None
        _require_complete(procurement, submitted_content(session, offer.current_version))
        offer.confirmed_amendment = procurement.amended
        facts.note(version=offer.current_version_id, amendment=procurement.amended)
        send_mail(
            session,
            to=by,
            letter="offer_confirmed",
            facts={
                "procurement": procurement.reference,
                "reference": offer.current_version.reference,
                "path": f"/procurements/{procurement.id}/offer",
            },
            at=at,
        )
    return offer


def tell_of_amendment(
    session: Session, procurement: Procurement, amendment: CallAmendment, at: datetime
) -> None:
    """Write to the representatives of every provider that has an offer, begun or submitted."""
    offers = session.execute(
        select(Offer.provider_id, Offer.state).where(Offer.procurement_id == procurement.id)
    ).all()
    submitted = {row.provider_id for row in offers if row.state == OfferState.SUBMITTED}
    for person in representatives_of(session, [row.provider_id for row in offers]):
        to_confirm = any(person.holds({Role.REPRESENTATIVE}, key) for key in submitted)
        send_mail(
            session,
            to=person,
            letter="call_amended" if not to_confirm else "call_amended_confirm",
            facts={
                "reference": procurement.reference,
                "due": (procurement.offers_due or at).isoformat(),
                "path": f"/procurements/{procurement.id}",
            },
            at=at,
        )


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
        blob_id=vault_of(session).seal_offer(
            session,
            content.packed(),
            owner=offer.procurement_id,
            holder=offer.provider_id,
            purpose=Purpose.VERSION,
            at=at,
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
        require_open_call(procurement, at)
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
