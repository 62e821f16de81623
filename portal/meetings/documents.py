"""What the minutes of a meeting say, as plain values."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.contracts.models import Contract
from portal.documents.store import Builder
from portal.meetings.models import AgendaLine, Attendance, Meeting, Practice, PracticeReview
from portal.meetings.terms import criteria_titles, home_of, title_of
from portal.procurement.models import Lot, Procurement


def minutes(session: Session, subject: UUID, language: str) -> dict[str, Any]:
    """A held meeting from what does not change after it: later reviews are not told."""
    meeting = session.get_one(Meeting, subject)
    contract, training, enrolment = meeting.contract, meeting.training, meeting.enrolment
    procurement = session.get_one(Procurement, contract.procurement_id)
    lot = session.get_one(Lot, contract.lot_id)
    titles = criteria_titles(session, contract)
    assert meeting.held_at is not None
    assert meeting.held_by is not None
    there = sorted(meeting.attendances, key=lambda one: (one.person.name, str(one.id)))
    return {
        "made_at": meeting.held_at,
        "buyer": _party(contract.buyer),
        "provider": _party(contract.provider),
        "procurement": {
            "reference": procurement.reference,
            "title": dict(procurement.title),
        },
        "contract": {"reference": contract.reference, "lot": dict(lot.title), "unit": lot.unit},
        "meeting": {
            "kind": str(meeting.kind),
            "begins": meeting.begins,
            "ends": meeting.ends,
            "place": meeting.place,
            "held_by": meeting.held_by.name,
            "training": None
            if training is None
            else {"n": training.n, "field": training.field, "starts": training.starts},
            "participant": None if enrolment is None else enrolment.name,
            "notes": meeting.notes,
            "progress": meeting.progress,
            "quality": meeting.quality,
            "effectiveness": meeting.effectiveness,
            "gap": meeting.gap,
        },
        "present": [_attending(one, contract) for one in there if one.present],
        "absent": [_attending(one, contract) for one in there if not one.present],
        "lines": [_line(line, titles) for line in meeting.lines],
        "practices": [_practice(practice) for practice in meeting.practices],
        "reviews": _reviews(session, meeting),
        "carried": [_practice(one) for one in _carried(session, meeting, meeting.held_at)],
    }


def _party(organisation: Any) -> dict[str, Any]:
    return {"name": dict(organisation.name), "business_id": organisation.business_id}


def _attending(attendance: Attendance, contract: Contract) -> dict[str, Any]:
    home = home_of(attendance.person, contract)
    return {
        "name": attendance.person.name,
        "organisation": None if home is None else dict(home.name),
    }


def _line(line: AgendaLine, titles: Any) -> dict[str, Any]:
    return {
        "kind": str(line.kind),
        "title": dict(title_of(line, titles)),
        "text": line.text,
        "points": line.points,
        "points_most": line.points_most,
        "gap": line.gap,
        "outcome": str(line.outcome),
        "note": line.note,
        "owner": None if line.owner is None else line.owner.name,
    }


def _practice(practice: Practice) -> dict[str, Any]:
    return {"text": practice.text, "owner": practice.owner.name, "due": practice.due}


def _reviews(session: Session, meeting: Meeting) -> list[dict[str, Any]]:
    found = session.execute(
        select(PracticeReview, Practice)
        .join(Practice, Practice.id == PracticeReview.practice_id)
        .where(PracticeReview.meeting_id == meeting.id)
        .order_by(Practice.due, Practice.agreed_at, Practice.position, Practice.id)
    )
    return [
        _practice(practice) | {"status": str(review.status), "note": review.note}
        for review, practice in found
    ]


def _carried(session: Session, meeting: Meeting, held_at: datetime) -> list[Practice]:
    """What was open when the meeting was held and was not reviewed there."""
    reviewed = select(PracticeReview.id).where(
        PracticeReview.practice_id == Practice.id, PracticeReview.at <= held_at
    )
    return list(
        session.scalars(
            select(Practice)
            .join(Meeting, Meeting.id == Practice.meeting_id)
            .where(
                Practice.contract_id == meeting.contract_id,
                Practice.agreed_at < held_at,
                ~reviewed.exists(),
                or_(Meeting.training_id.is_(None), Meeting.training_id == meeting.training_id),
                or_(Meeting.enrolment_id.is_(None), Meeting.enrolment_id == meeting.enrolment_id),
            )
            .order_by(Practice.due, Practice.agreed_at, Practice.position, Practice.id)
        )
    )


DOCUMENTS: dict[str, Builder] = {"minutes": minutes}
