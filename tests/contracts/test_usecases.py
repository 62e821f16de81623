from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.contracts.models import Contract
from portal.contracts.usecases import side_of
from portal.database import Database
from portal.documents import store
from portal.documents.catalogue import preview
from portal.jobs.models import Job
from portal.offers.models import OpenedContent
from portal.organisations.models import Membership, Person
from portal.permissions import Role
from portal.procurement.models import Question
from tests.contracts.conftest import CONCLUDED, FIRST_SIGNING, LAST_STANDSTILL_SECOND, Story


def contract(session: Session, key: UUID) -> Contract:
    return session.get_one(Contract, key)


def give(database: Database, story: Story, key: str, role: Role, organisation: str) -> None:
    with database.transaction() as session:
        session.add(
            Membership(
                person_id=story.stage.people[key],
                organisation_id=story.stage.organisations[organisation],
                role=role,
            )
        )


def test_a_concluded_contract_waits_for_both_sides(story: Story, reading: Session) -> None:
    made = contract(reading, story.conclude())
    assert (made.reference, made.state) == ("ESIM/7/2026/coast", "awaiting_approval")
    assert made.provider_id == story.stage.organisations["harbour"]
    assert (made.approvals, made.in_force_at) == ([], None)
    asked = [job.arguments for job in reading.scalars(select(Job).where(Job.kind == store.JOB))]
    assert [a["subject"] for a in asked if a["kind"] == "contract"] == [str(made.id)]


def test_a_contract_is_in_force_when_both_have_approved_the_same_bytes(
    story: Story, reading: Session
) -> None:
    key = story.ready()
    story.approve(key, "harri")
    assert contract(reading, key).state == "awaiting_approval"
    reading.rollback()
    later = FIRST_SIGNING + timedelta(days=1)
    story.approve(key, "sirpa", later)
    made = contract(reading, key)
    assert (made.state, made.in_force_at) == ("in_force", later)
    document = store.find(reading, "contract", key)
    assert document is not None
    assert {(row.side, row.sha256) for row in made.approvals} == {
        ("provider", document.sha256),
        ("buyer", document.sha256),
    }
    acts = reading.scalars(
        select(AuditEntry).where(AuditEntry.act == "approve_contract").order_by(AuditEntry.n)
    )
    assert [(entry.outcome, entry.facts["side"]) for entry in acts] == [
        ("done", "provider"),
        ("done", "buyer"),
    ]


def test_only_the_buyers_officers_conclude(story: Story) -> None:
    for by in ("paavo", "sirpa", "eero", "aatos", "harri", "tarja", "kirsi"):
        assert story.refused(story.conclude, by=by) == "not_permitted", by


def test_a_lot_has_one_contract(story: Story) -> None:
    story.conclude()
    assert story.refused(story.conclude) == "wrong_state"


def test_a_contract_is_with_the_winner_only(story: Story) -> None:
    assert story.refused(story.conclude, provider="lakeside") == "not_awarded"
    assert story.refused(story.conclude, "inland", provider="spruce") == "not_awarded"


def test_no_contract_before_the_decision(undecided: Story) -> None:
    assert undecided.refused(undecided.conclude) == "not_awarded"


def test_only_the_signatory_and_the_providers_representative_approve(story: Story) -> None:
    key = story.ready()
    for by in ("hanna", "paavo", "aatos", "tarja", "raili", "saara", "vaula"):
        assert story.refused(story.approve, key, by) == "not_permitted", by


def test_nobody_approves_during_the_standstill(story: Story) -> None:
    key = story.ready()
    for by in ("sirpa", "harri"):
        for at in (CONCLUDED, LAST_STANDSTILL_SECOND):
            assert story.refused(story.approve, key, by, at) == "standstill_running"


def test_a_side_approves_once(story: Story) -> None:
    key = story.ready()
    story.approve(key, "sirpa")
    assert story.refused(story.approve, key, "sirpa") == "wrong_state"
    story.approve(key, "harri")
    assert story.refused(story.approve, key, "harri") == "wrong_state"


def test_there_is_nothing_to_approve_before_the_document_is_made(story: Story) -> None:
    key = story.conclude()
    assert story.refused(story.approve, key, "sirpa") == "document_not_ready"


def test_whoever_prepared_does_not_sign(story: Story, database: Database) -> None:
    made = story.ready()
    give(database, story, "hanna", Role.SIGNATORY, "centre")
    assert story.refused(story.approve, made, "hanna") == "duties_combined"


def test_the_installation_says_whether_one_person_may_decide_and_sign(
    story: Story, database: Database, reading: Session
) -> None:
    made = story.ready()
    give(database, story, "paavo", Role.SIGNATORY, "centre")
    as_installed = story.settings
    story.settings = as_installed.model_copy(update={"combined_duties": frozenset()})
    assert story.refused(story.approve, made, "paavo") == "duties_combined"
    story.settings = as_installed
    story.approve(made, "paavo")
    assert [row.side for row in contract(reading, made).approvals] == ["buyer"]


def test_every_refusal_is_in_the_audit_record(story: Story, reading: Session) -> None:
    key = story.ready()
    story.refused(story.approve, key, "sirpa", CONCLUDED)
    denied = reading.scalars(select(AuditEntry).where(AuditEntry.act == "approve_contract")).one()
    assert (denied.outcome, denied.rule) == ("denied", "standstill_running")


def test_the_side_is_told_by_the_role_in_that_organisation(story: Story, reading: Session) -> None:
    made = contract(reading, story.conclude())
    sides = {
        key: side_of(made, reading.get_one(Person, story.stage.people[key]))
        for key in ("sirpa", "harri", "raili", "hanna", "vaula")
    }
    assert sides == {
        "sirpa": "buyer",
        "harri": "provider",
        "raili": None,
        "hanna": None,
        "vaula": None,
    }


def test_the_document_is_built_as_its_preview_promises(story: Story, reading: Session) -> None:
    key = story.conclude()
    built = store.KINDS["contract"](reading, key, "fi")
    # The story has no amendments; what they look like stands in the preview alone.
    shown = {**preview("contract", "fi"), "amendments": []}
    assert keys_of(built) == keys_of(shown)
    assert built["contract"]["first_signing_day"].isoformat() == "2026-04-08"
    assert built["contract"]["latest_end"].isoformat() == "2028-12-31"
    assert built["price"] == Decimal("59.90")


def test_members_and_subcontractors_are_in_the_contract_where_the_offer_names_them(
    story: Story, reading: Session, database: Database
) -> None:
    key = story.conclude()
    with database.transaction() as session:
        opened = session.get_one(OpenedContent, contract(session, key).award.offer_id)
        opened.content = {
            **opened.content,
            "consortium": [{"name": "Rantaopisto", "business_id": "1234567-1", "part": "Kemi"}],
            "subcontractors": [{"name": "Valmennus Virta"}],
        }
    built = store.KINDS["contract"](reading, key, "fi")
    assert built["offer"]["consortium"] == [
        {"name": "Rantaopisto", "business_id": "1234567-1", "part": "Kemi"}
    ]
    assert built["offer"]["subcontractors"] == [
        {"name": "Valmennus Virta", "business_id": None, "part": ""}
    ]


def test_the_annex_has_the_questions_answered_before_the_contract_was_concluded(
    story: Story, reading: Session, database: Database
) -> None:
    with database.transaction() as session:
        questions = session.scalars(select(Question).order_by(Question.n)).all()
        question = questions[-1]
        late = Question(
            procurement_id=story.procurement_id,
            n=question.n + 1,
            text="Liian myöhään?",
            asked_at=CONCLUDED,
            asked_by_id=question.asked_by_id,
            answer="Kyllä.",
            answered_at=FIRST_SIGNING,
            answered_by_id=question.asked_by_id,
        )
        session.add(late)
        answered = [one.text for one in questions if one.answered_at is not None]
    built = store.KINDS["contract"](reading, story.conclude(), "fi")
    assert [entry["text"] for entry in built["questions"]] == answered
    assert answered


def test_what_the_provider_keeps_secret_stays_out_of_the_contract(
    story: Story, reading: Session
) -> None:
    built = store.KINDS["contract"](reading, story.conclude(), "fi")
    answers = " ".join(answer["text"] for answer in built["offer"]["answers"])
    assert "Palvelu etenee seitsemässä vaiheessa." in answers
    assert "kaksikymmentäkuusi" not in repr(built), "the secret answer"
    assert "Työnantajakohtaiset" not in repr(built), "why it is secret"
    assert "kolmen arkipäivän" in built["offer"]["promises"][0]["text"]


NOT_IN_EVERY_CONTRACT = (
    "condition",
    "result_bonus",
    "price_revision",
    "consortium",
    "subcontractors",
)


def keys_of(value: Any) -> Any:
    """The keys all the way down; of a list its first, and of a name only that it is one."""
    if isinstance(value, dict):
        if set(value) <= {"fi", "sv", "en"}:
            return "name"
        return {
            key: "as the case may be" if key in NOT_IN_EVERY_CONTRACT else keys_of(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [keys_of(inner) for inner in value[:1]]
    return "value"
