"""Telling whoever has begun an offer, in good time, that a draft is not an offer."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.jobs.mail import send_mail
from portal.offers.models import DraftReminder, Offer
from portal.organisations.queries import representatives_of
from portal.procurement.models import Procurement
from portal.procurement.rules import State


def remind_of_drafts(session: Session, at: datetime) -> int:
    """Write to the representatives of each provider with a draft that is not submitted.

    Once for each of ``offer_reminder_hours`` before a deadline, in the recipient's language and
    without a word of the offer; a deadline that is moved is another one. A run that comes late
    sends the last reminder that is due, and no earlier one. Returns how many letters.
    """
    hours = sorted(settings_of(session).offer_reminder_hours)
    if not hours:
        return 0
    found = session.execute(
        select(Offer, Procurement.offers_due, Procurement.reference)
        .join(Procurement, Procurement.id == Offer.procurement_id)
        .where(
            Procurement.state == State.PUBLISHED,
            Procurement.offers_due > at,
            Procurement.offers_due <= at + timedelta(hours=hours[-1]),
            Offer.draft_blob_id.is_not(None),
        )
        .order_by(Procurement.offers_due, Offer.id)
        .with_for_update(of=Offer)
    ).all()
    keys = [offer.id for offer, _due, _reference in found]
    noted = {
        (row.offer_id, row.due, row.hours)
        for row in session.scalars(select(DraftReminder).where(DraftReminder.offer_id.in_(keys)))
    }
    sent = 0
    for offer, due, reference in found:
        assert due is not None
        now_due = next(each for each in hours if due <= at + timedelta(hours=each))
        if any((offer.id, due, each) in noted for each in hours if each <= now_due):
            continue
        session.add(DraftReminder(offer_id=offer.id, due=due, hours=now_due, noted_at=at))
        for person in representatives_of(session, [offer.provider_id]):
            send_mail(
                session,
                to=person,
                letter="offer_draft_waits",
                facts={
                    "procurement": reference,
                    "due": due.isoformat(),
                    "path": f"/procurements/{offer.procurement_id}/offer",
                },
                at=at,
            )
            sent += 1
    return sent
