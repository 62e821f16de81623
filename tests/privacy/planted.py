"""A training whose two participants have something in every table, each text a canary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import String, select, update
from sqlalchemy.orm import Session

from portal.capacity.models import Training
from portal.contracts.models import Contract
from portal.documents import store
from portal.documents.render import Rendered
from portal.enrolments.guidance.models import GuidanceAgreement
from portal.enrolments.models import AfterGuidance, Enrolment, FollowUp, SelectionDecision
from portal.enrolments.plans.models import (
    ClosingAssessment,
    PersonalPlan,
    PlanStep,
    PlanStepChange,
    PortfolioReview,
)
from portal.enrolments.usecases import complete
from portal.enrolments.workplaces.models import Placement, Workplace
from portal.feedback.models import Feedback, FeedbackItem, FeedbackLink, Proposal
from portal.meetings.models import (
    AgendaLine,
    Meeting,
    Practice,
    PracticeReview,
    WorkplaceVisit,
)
from portal.organisations.models import Person
from portal.permissions import Role
from portal.privacy.inventory import Field, Records, inventory, rows_of
from portal.privacy.models import Hold
from portal.workdays.models import WorkdayLine, WorkdayRecord
from tests.cast import Cast, person
from tests.enrolments.people import brought_to_start
from tests.underway import CALLED, contract_in_force, training_of

ENDED = date(2026, 9, 30)
WRITTEN = datetime(2026, 9, 30, 9, 0, tzinfo=UTC)
LONG_AFTER = datetime(2029, 4, 2, 4, 0, tzinfo=UTC)
"""More than 24 months after the contract's end, 8 March 2027."""
FIXED = {
    ("enrolment", "referral_source"),
    ("closing_assessment", "side"),
    ("plan_step_change", "kind"),
    ("feedback_item", "item"),
}


@dataclass
class Planted:
    """Keys of what was put there; ``official`` is the office's responsible official."""

    official: Person
    contract: UUID
    training: UUID
    procurement: UUID
    ann: UUID
    ben: UUID
    meeting: UUID


def planted(session: Session, cast: Cast, prefix: str = "KANARIA") -> Planted:
    """Ann and Ben came to the end; Ann has a row in every table, with a canary in every text."""
    official = person(session, "Veera Vastuu", cast.office, Role.RESPONSIBLE_OFFICIAL)
    contract = contract_in_force(session, cast)
    training = training_of(session, cast, contract, places=2)
    ann, ben = brought_to_start(session, cast, training, "Ann Aalto", "Ben Berg")
    for one in (ann, ben):
        complete(
            session,
            enrolment=one,
            status="open_market",
            units=2,
            qualifications=0,
            day=ENDED,
            by=cast.tuula,
            at=WRITTEN,
        )
    meeting = _rows(session, cast, contract, training, ann, official)
    session.flush()
    found = Planted(
        official,
        contract.id,
        training.id,
        contract.procurement_id,
        ann.id,
        ben.id,
        meeting.id,
    )
    plant(session, found, prefix)
    for one in (official, *cast.people, cast.office, cast.operator, cast.buyer):
        if one in session:
            session.refresh(one)
    return found


def _rows(
    session: Session,
    cast: Cast,
    contract: Contract,
    training: Training,
    ann: Enrolment,
    official: Person,
) -> Meeting:
    by, trainer = cast.kaisa.id, cast.tuula.id
    plan = PersonalPlan(
        enrolment_id=ann.id, name="HOKS", begun_by_id=by, begun_at=CALLED, changed_at=CALLED
    )
    meeting = Meeting(
        contract_id=contract.id,
        training_id=training.id,
        enrolment_id=ann.id,
        kind="tripartite",
        state="held",
        begins=CALLED,
        called_by_id=by,
        held_at=CALLED,
        held_by_id=by,
    )
    workplace = Workplace(
        office_id=cast.office.id,
        contract_id=contract.id,
        field=training.field,
        training_id=training.id,
        name="Kahvila",
        instructor="Ohjaaja",
        state="ended",
        found_by_id=by,
        found_at=CALLED,
    )
    answer = Feedback(
        training_id=training.id,
        contract_id=contract.id,
        enrolment_id=ann.id,
        points=4,
        given_at=WRITTEN,
    )
    record = WorkdayRecord(
        training_id=training.id,
        period="2026-04",
        n=1,
        state="accepted",
        recorded_by_id=trainer,
        recorded_at=WRITTEN,
    )
    session.add_all([plan, meeting, workplace, answer, record])
    session.flush()
    step = PlanStep(plan_id=plan.id, n=1, due=ENDED, text="Askel")
    practice = Practice(
        contract_id=contract.id,
        meeting_id=meeting.id,
        text="Sovittu",
        owner_id=trainer,
        due=ENDED,
        agreed_at=CALLED,
    )
    session.add_all([step, practice])
    session.flush()
    session.add_all(
        [
            PlanStepChange(
                step_id=step.id, n=1, kind="added", due=ENDED, text="Askel", by_id=by, at=CALLED
            ),
            PracticeReview(
                practice_id=practice.id,
                meeting_id=meeting.id,
                status="kept",
                note="Ok",
                by_id=by,
                at=WRITTEN,
            ),
            AgendaLine(
                meeting_id=meeting.id,
                contract_id=contract.id,
                position=1,
                kind="promise",
                outcome="agreed",
            ),
            SelectionDecision(enrolment_id=ann.id, outcome="instead", by_id=by, at=CALLED),
            FollowUp(enrolment_id=ann.id, months=3, status="other_work", by_id=by, at=WRITTEN),
            AfterGuidance(
                enrolment_id=ann.id,
                day=ENDED,
                state="used",
                hours=Decimal("1.5"),
                recorded_by_id=trainer,
                recorded_at=WRITTEN,
            ),
            GuidanceAgreement(enrolment_id=ann.id, text="Sovittu", by_id=official.id, at=WRITTEN),
            ClosingAssessment(
                enrolment_id=ann.id, side="learner", day=ENDED, text="Hyvä", by_id=by, at=WRITTEN
            ),
            Placement(
                workplace_id=workplace.id,
                enrolment_id=ann.id,
                starts=training.starts,
                by_id=by,
                at=CALLED,
            ),
            WorkplaceVisit(
                training_id=training.id,
                office_id=cast.office.id,
                day=ENDED,
                workplace="Kahvila",
                participant_ids=[str(ann.id)],
                made=True,
                by_id=by,
                at=WRITTEN,
            ),
            WorkdayLine(record_id=record.id, enrolment_id=ann.id, days=Decimal(12)),
            PortfolioReview(training_id=training.id, day=ENDED, by_id=by, at=WRITTEN),
            FeedbackItem(feedback_id=answer.id, item="useful", points=4),
            Proposal(
                training_id=training.id,
                feedback_id=answer.id,
                text="Ehdotus",
                made_at=WRITTEN,
                owner_id=trainer,
                due=ENDED,
            ),
            FeedbackLink(
                token_hash="0" * 64,
                training_id=training.id,
                enrolment_id=ann.id,
                made_by_id=by,
                made_at=CALLED,
                expires_at=WRITTEN,
            ),
            Hold(
                kind="participant",
                subject=ann.id,
                organisation_id=cast.office.id,
                reason="Valitus",
                placed_by_id=official.id,
                placed_at=WRITTEN,
                released_by_id=official.id,
                released_at=WRITTEN,
            ),
        ]
    )
    store.keep(
        session,
        "minutes",
        Rendered(b"%PDF of Ann Aalto", "a" * 64, 1),
        subject=meeting.id,
        owner=contract.procurement_id,
        language="fi",
        at=WRITTEN,
    )
    return meeting


def plant(session: Session, here: Planted, prefix: str) -> None:
    """Write a canary into every text of Ann's, and of the group that she is in."""
    for records, way, keys in ways(here):
        values = {
            field.column: canary(prefix, records, field)
            for field in records.fields
            if is_text(records, field) and field.at_end != "keep"
        }
        if values:
            session.execute(
                update(records.rows).where(rows_of(records.rows, way, keys)).values(values)
            )
    session.expire_all()


def ways(here: Planted) -> list[tuple[Records, str, list[UUID]]]:
    """Every table by which Ann, or the group that she is in, is found."""
    found = []
    for records in inventory().tables:
        if records.person is not None:
            found.append((records, records.person, [here.ann]))
        elif records.training is not None:
            found.append((records, records.training, [here.training]))
    return found


def canary(prefix: str, records: Records, field: Field) -> str:
    """The text that stands in one column and nowhere else."""
    return f"{prefix}-{records.table}-{field.column}"


def is_text(records: Records, field: Field) -> bool:
    """Whether a column takes any text."""
    column = records.rows.c[field.column]
    return isinstance(column.type, String) and (records.table, field.column) not in FIXED


def rows_shown(session: Session, here: Planted) -> dict[str, list[dict[str, Any]]]:
    """Every row of Ann's and of the group's, by table."""
    return {
        records.table: [
            dict(row)
            for row in session.execute(
                select(records.rows).where(rows_of(records.rows, way, keys))
            ).mappings()
        ]
        for records, way, keys in ways(here)
    }
