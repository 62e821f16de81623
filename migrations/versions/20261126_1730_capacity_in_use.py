"""capacity in use: ledger, call-offs, trainings, people in them, records, meetings, options"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Exact, Instant

revision = "a5capacity0001"
down_revision = "a3decision0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """capacity in use"""
    with op.batch_alter_table("contract") as batch:
        batch.add_column(sa.Column("starts_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("ends_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("started_up_at", Instant(), nullable=True))
        batch.add_column(sa.Column("start_up_waiver", sa.String(), nullable=True))
        batch.add_column(sa.Column("start_up_waived_by_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(
            "fk_contract_start_up_waived_by_id", "person", ["start_up_waived_by_id"], ["id"]
        )
    op.execute(
        "UPDATE contract SET"
        " starts_on = (SELECT contract_start FROM procurement p WHERE p.id = procurement_id),"
        " ends_on = (SELECT contract_end FROM procurement p WHERE p.id = procurement_id)"
    )
    with op.batch_alter_table("contract") as batch:
        batch.alter_column("starts_on", existing_type=sa.Date(), nullable=False)
        batch.alter_column("ends_on", existing_type=sa.Date(), nullable=False)
    op.create_table(
        "capacity_ledger",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("maximum", Exact(), nullable=False),
        sa.Column("reserved", Exact(), nullable=False),
        sa.Column("committed", Exact(), nullable=False),
        sa.Column("delivered", Exact(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_capacity_ledger_contract_id")
        ),
        sa.PrimaryKeyConstraint("contract_id", name=op.f("pk_capacity_ledger")),
    )
    op.create_table(
        "contract_user",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name=op.f("fk_contract_user_added_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_user_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["organisation.id"], name=op.f("fk_contract_user_office_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_user")),
        sa.UniqueConstraint(
            "contract_id", "office_id", name=op.f("uq_contract_user_contract_id_office_id")
        ),
    )
    op.create_index(
        op.f("ix_contract_user_office_id"), "contract_user", ["office_id"], unique=False
    )
    op.create_table(
        "option_exercise",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("option_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("amount", Exact(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("ends_before", sa.Date(), nullable=True),
        sa.Column("ends_after", sa.Date(), nullable=True),
        sa.Column("exercised_by_id", sa.Uuid(), nullable=False),
        sa.Column("exercised_at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_option_exercise_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["exercised_by_id"], ["person.id"], name=op.f("fk_option_exercise_exercised_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["option_id"], ["option_clause.id"], name=op.f("fk_option_exercise_option_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_option_exercise")),
        sa.UniqueConstraint(
            "contract_id", "option_id", "n", name=op.f("uq_option_exercise_contract_id_option_id_n")
        ),
    )
    op.create_index(
        op.f("ix_option_exercise_contract_id"), "option_exercise", ["contract_id"], unique=False
    )
    op.create_table(
        "training",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("closed_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_training_state")),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["person.id"], name=op.f("fk_training_closed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_training_contract_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training")),
        sa.UniqueConstraint("contract_id", "n", name=op.f("uq_training_contract_id_n")),
    )
    op.create_index(op.f("ix_training_contract_id"), "training", ["contract_id"], unique=False)
    op.create_table(
        "background_report",
        sa.Column("training_id", sa.Uuid(), nullable=False),
        sa.Column("immigrants", sa.Integer(), nullable=False),
        sa.Column("minorities", sa.Integer(), nullable=False),
        sa.Column("disabled", sa.Integer(), nullable=False),
        sa.Column("other_disadvantaged", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("replaced_at", Instant(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_background_report_by_id")),
        sa.ForeignKeyConstraint(
            ["training_id"], ["training.id"], name=op.f("fk_background_report_training_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_background_report")),
    )
    op.create_index(
        op.f("ix_background_report_training_id"), "background_report", ["training_id"], unique=False
    )
    op.create_table(
        "call_off",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=True),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.Column("amount", Exact(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("workplaces_confirmed", sa.Integer(), nullable=False),
        sa.Column("gain", sa.String(), nullable=False),
        sa.Column("small_group_reason", sa.String(), nullable=False),
        sa.Column("small_group_approved_by_id", sa.Uuid(), nullable=True),
        sa.Column("copy_of_id", sa.Uuid(), nullable=True),
        sa.Column("called_by_id", sa.Uuid(), nullable=False),
        sa.Column("called_at", Instant(), nullable=False),
        sa.Column("called_on", sa.Date(), nullable=False),
        sa.Column("start_by", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("ground", sa.String(), nullable=True),
        sa.Column("settled_reason", sa.String(), nullable=False),
        sa.Column("training_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('reserved', 'confirmed', 'declined', 'cancelled')",
            name=op.f("ck_call_off_state"),
        ),
        sa.ForeignKeyConstraint(
            ["called_by_id"], ["person.id"], name=op.f("fk_call_off_called_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_call_off_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["copy_of_id"], ["call_off.id"], name=op.f("fk_call_off_copy_of_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["organisation.id"], name=op.f("fk_call_off_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["person.id"], name=op.f("fk_call_off_settled_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["small_group_approved_by_id"],
            ["person.id"],
            name=op.f("fk_call_off_small_group_approved_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["training_id"], ["training.id"], name=op.f("fk_call_off_training_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_off")),
        sa.UniqueConstraint("contract_id", "n", name=op.f("uq_call_off_contract_id_n")),
    )
    op.create_index(op.f("ix_call_off_called_by_id"), "call_off", ["called_by_id"], unique=False)
    op.create_index(op.f("ix_call_off_contract_id"), "call_off", ["contract_id"], unique=False)
    op.create_index(op.f("ix_call_off_office_id"), "call_off", ["office_id"], unique=False)
    op.create_index("ix_call_off_open", "call_off", ["contract_id", "state"], unique=False)
    op.create_index(op.f("ix_call_off_training_id"), "call_off", ["training_id"], unique=False)
    op.create_table(
        "training_coach",
        sa.Column("training_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("named_by_id", sa.Uuid(), nullable=False),
        sa.Column("named_at", Instant(), nullable=False),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["named_by_id"], ["person.id"], name=op.f("fk_training_coach_named_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_training_coach_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["training_id"], ["training.id"], name=op.f("fk_training_coach_training_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_coach")),
        sa.UniqueConstraint(
            "training_id", "person_id", name=op.f("uq_training_coach_training_id_person_id")
        ),
    )
    op.create_index(
        op.f("ix_training_coach_person_id"), "training_coach", ["person_id"], unique=False
    )
    op.create_index(
        op.f("ix_training_coach_training_id"), "training_coach", ["training_id"], unique=False
    )
    op.create_table(
        "training_sponsor",
        sa.Column("training_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("named_by_id", sa.Uuid(), nullable=False),
        sa.Column("named_at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["named_by_id"], ["person.id"], name=op.f("fk_training_sponsor_named_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["organisation.id"], name=op.f("fk_training_sponsor_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_training_sponsor_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["training_id"], ["training.id"], name=op.f("fk_training_sponsor_training_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_sponsor")),
        sa.UniqueConstraint(
            "training_id", "person_id", name=op.f("uq_training_sponsor_training_id_person_id")
        ),
    )
    op.create_index(
        op.f("ix_training_sponsor_office_id"), "training_sponsor", ["office_id"], unique=False
    )
    op.create_index(
        op.f("ix_training_sponsor_person_id"), "training_sponsor", ["person_id"], unique=False
    )
    op.create_table(
        "workday_record",
        sa.Column("training_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("settled_reason", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('recorded', 'disputed', 'accepted', 'replaced')",
            name=op.f("ck_workday_record_state"),
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["workday_record.id"], name=op.f("fk_workday_record_corrects_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_workday_record_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["person.id"], name=op.f("fk_workday_record_settled_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["training_id"], ["training.id"], name=op.f("fk_workday_record_training_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workday_record")),
        sa.UniqueConstraint(
            "training_id", "period", "n", name=op.f("uq_workday_record_training_id_period_n")
        ),
    )
    op.create_index(
        op.f("ix_workday_record_training_id"), "workday_record", ["training_id"], unique=False
    )
    op.create_index(
        "uq_workday_record_standing",
        "workday_record",
        ["training_id", "period"],
        unique=True,
        sqlite_where=sa.text(
            "state IN ('recorded', 'disputed', 'accepted') AND corrects_id IS NULL"
        ),
        postgresql_where=sa.text(
            "state IN ('recorded', 'disputed', 'accepted') AND corrects_id IS NULL"
        ),
    )
    op.create_table(
        "workplace_visit",
        sa.Column("training_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("workplace", sa.String(), nullable=False),
        sa.Column("participant_ids", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("possibilities", sa.String(), nullable=False),
        sa.Column("made", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_workplace_visit_by_id")),
        sa.ForeignKeyConstraint(
            ["training_id"], ["training.id"], name=op.f("fk_workplace_visit_training_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workplace_visit")),
    )
    op.create_index(op.f("ix_workplace_visit_by_id"), "workplace_visit", ["by_id"], unique=False)
    op.create_index(op.f("ix_workplace_visit_day"), "workplace_visit", ["day"], unique=False)
    op.create_index(
        op.f("ix_workplace_visit_training_id"), "workplace_visit", ["training_id"], unique=False
    )
    op.create_table(
        "enrolment",
        sa.Column("training_id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("call_off_id", sa.Uuid(), nullable=True),
        sa.Column("sponsor_id", sa.Uuid(), nullable=False),
        sa.Column("external_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=False),
        sa.Column("sex", sa.String(), nullable=False),
        sa.Column("education", sa.String(), nullable=False),
        sa.Column("referral_source", sa.String(), nullable=True),
        sa.Column("status_at_start", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("applied_at", Instant(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("status_at_end", sa.String(), nullable=True),
        sa.Column("left_to", sa.String(), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=True),
        sa.Column("qualifications", sa.Integer(), nullable=True),
        sa.Column("transferred_from_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('applied', 'interviewed', 'selected', 'rejected', 'started', 'completed', 'left_early', 'interrupted')",
            name=op.f("ck_enrolment_state"),
        ),
        sa.ForeignKeyConstraint(
            ["call_off_id"], ["call_off.id"], name=op.f("fk_enrolment_call_off_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["organisation.id"], name=op.f("fk_enrolment_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["sponsor_id"], ["person.id"], name=op.f("fk_enrolment_sponsor_id")
        ),
        sa.ForeignKeyConstraint(
            ["training_id"], ["training.id"], name=op.f("fk_enrolment_training_id")
        ),
        sa.ForeignKeyConstraint(
            ["transferred_from_id"], ["enrolment.id"], name=op.f("fk_enrolment_transferred_from_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint(
            "training_id", "external_key", name=op.f("uq_enrolment_training_id_external_key")
        ),
    )
    op.create_index(op.f("ix_enrolment_call_off_id"), "enrolment", ["call_off_id"], unique=False)
    op.create_index(op.f("ix_enrolment_ended_on"), "enrolment", ["ended_on"], unique=False)
    op.create_index(op.f("ix_enrolment_office_id"), "enrolment", ["office_id"], unique=False)
    op.create_index(op.f("ix_enrolment_sponsor_id"), "enrolment", ["sponsor_id"], unique=False)
    op.create_index(op.f("ix_enrolment_state"), "enrolment", ["state"], unique=False)
    op.create_index(op.f("ix_enrolment_training_id"), "enrolment", ["training_id"], unique=False)
    op.create_table(
        "ledger_entry",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount", Exact(), nullable=False),
        sa.Column("call_off_id", sa.Uuid(), nullable=True),
        sa.Column("field", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_ledger_entry_by_id")),
        sa.ForeignKeyConstraint(
            ["call_off_id"], ["call_off.id"], name=op.f("fk_ledger_entry_call_off_id")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_ledger_entry_contract_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_ledger_entry_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("contract_id", "n", name=op.f("uq_ledger_entry_contract_id_n")),
    )
    op.create_index(
        op.f("ix_ledger_entry_call_off_id"), "ledger_entry", ["call_off_id"], unique=False
    )
    op.create_table(
        "after_guidance",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("hours", Exact(), nullable=True),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('offered', 'accepted', 'used')", name=op.f("ck_after_guidance_state")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_after_guidance_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_after_guidance_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_after_guidance")),
    )
    op.create_index(
        op.f("ix_after_guidance_enrolment_id"), "after_guidance", ["enrolment_id"], unique=False
    )
    op.create_table(
        "feedback",
        sa.Column("training_id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("employer_id", sa.Uuid(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("given_at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "CASE WHEN enrolment_id IS NULL THEN 0 ELSE 1 END + CASE WHEN person_id IS NULL THEN 0 ELSE 1 END + CASE WHEN employer_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_feedback_one_giver"),
        ),
        sa.CheckConstraint("points BETWEEN 1 AND 5", name=op.f("ck_feedback_points")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_feedback_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["organisation.id"], name=op.f("fk_feedback_employer_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_feedback_enrolment_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_feedback_person_id")),
        sa.ForeignKeyConstraint(
            ["training_id"], ["training.id"], name=op.f("fk_feedback_training_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint(
            "training_id", "employer_id", name=op.f("uq_feedback_training_id_employer_id")
        ),
        sa.UniqueConstraint(
            "training_id", "enrolment_id", name=op.f("uq_feedback_training_id_enrolment_id")
        ),
        sa.UniqueConstraint(
            "training_id", "person_id", name=op.f("uq_feedback_training_id_person_id")
        ),
    )
    op.create_index(op.f("ix_feedback_contract_id"), "feedback", ["contract_id"], unique=False)
    op.create_index(op.f("ix_feedback_training_id"), "feedback", ["training_id"], unique=False)
    op.create_table(
        "follow_up",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_follow_up_by_id")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_follow_up_enrolment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
    )
    op.create_index(op.f("ix_follow_up_enrolment_id"), "follow_up", ["enrolment_id"], unique=False)
    op.create_table(
        "interview",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("need", sa.Integer(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("suitability", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("with_ids", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_interview_by_id")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_interview_enrolment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview")),
    )
    op.create_index(op.f("ix_interview_enrolment_id"), "interview", ["enrolment_id"], unique=False)
    op.create_table(
        "meeting",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("training_id", sa.Uuid(), nullable=True),
        sa.Column("enrolment_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("begins", Instant(), nullable=False),
        sa.Column("ends", Instant(), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("called_by_id", sa.Uuid(), nullable=False),
        sa.Column("held_at", Instant(), nullable=True),
        sa.Column("held_by_id", sa.Uuid(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('start_up', 'interim', 'verification', 'closing', 'tripartite')",
            name=op.f("ck_meeting_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'held', 'cancelled')", name=op.f("ck_meeting_state")
        ),
        sa.ForeignKeyConstraint(
            ["called_by_id"], ["person.id"], name=op.f("fk_meeting_called_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_meeting_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_meeting_enrolment_id")
        ),
        sa.ForeignKeyConstraint(["held_by_id"], ["person.id"], name=op.f("fk_meeting_held_by_id")),
        sa.ForeignKeyConstraint(
            ["training_id"], ["training.id"], name=op.f("fk_meeting_training_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    op.create_index(op.f("ix_meeting_contract_id"), "meeting", ["contract_id"], unique=False)
    op.create_index(op.f("ix_meeting_enrolment_id"), "meeting", ["enrolment_id"], unique=False)
    op.create_index(op.f("ix_meeting_training_id"), "meeting", ["training_id"], unique=False)
    op.create_table(
        "selection_decision",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("instead", sa.String(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("with_ids", sa.JSON(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('selected', 'rejected', 'instead')",
            name=op.f("ck_selection_decision_outcome"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_selection_decision_by_id")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_selection_decision_enrolment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_decision")),
    )
    op.create_index(
        op.f("ix_selection_decision_enrolment_id"),
        "selection_decision",
        ["enrolment_id"],
        unique=False,
    )
    op.create_table(
        "workday_line",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("days", Exact(), nullable=False),
        sa.Column("absent", Exact(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_workday_line_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["workday_record.id"], name=op.f("fk_workday_line_record_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workday_line")),
        sa.UniqueConstraint(
            "record_id", "enrolment_id", name=op.f("uq_workday_line_record_id_enrolment_id")
        ),
    )
    op.create_index(
        op.f("ix_workday_line_enrolment_id"), "workday_line", ["enrolment_id"], unique=False
    )
    op.create_table(
        "attendance",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_attendance_meeting_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint(
            "meeting_id", "person_id", name=op.f("uq_attendance_meeting_id_person_id")
        ),
    )
    op.create_index(op.f("ix_attendance_person_id"), "attendance", ["person_id"], unique=False)
    op.create_table(
        "practice",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("agreed_at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "status IN ('open', 'kept', 'partly', 'not_kept')", name=op.f("ck_practice_status")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_practice_contract_id")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_practice_meeting_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_practice_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice")),
    )
    op.create_index(op.f("ix_practice_contract_id"), "practice", ["contract_id"], unique=False)
    op.create_index(op.f("ix_practice_meeting_id"), "practice", ["meeting_id"], unique=False)
    op.create_index(op.f("ix_practice_owner_id"), "practice", ["owner_id"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("training_id", sa.Uuid(), nullable=False),
        sa.Column("feedback_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_proposal_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["feedback_id"], ["feedback.id"], name=op.f("fk_proposal_feedback_id")
        ),
        sa.ForeignKeyConstraint(
            ["training_id"], ["training.id"], name=op.f("fk_proposal_training_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_feedback_id"), "proposal", ["feedback_id"], unique=False)
    op.create_index(op.f("ix_proposal_training_id"), "proposal", ["training_id"], unique=False)
    op.create_table(
        "practice_review",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_practice_review_by_id")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_practice_review_meeting_id")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_practice_review_practice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_review")),
        sa.UniqueConstraint(
            "practice_id", "meeting_id", name=op.f("uq_practice_review_practice_id_meeting_id")
        ),
    )
    op.create_index(
        op.f("ix_practice_review_meeting_id"), "practice_review", ["meeting_id"], unique=False
    )


def downgrade() -> None:
    """back to contracts without use"""
    op.drop_index(op.f("ix_practice_review_meeting_id"), table_name="practice_review")
    op.drop_table("practice_review")
    op.drop_index(op.f("ix_proposal_training_id"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_feedback_id"), table_name="proposal")
    op.drop_table("proposal")
    op.drop_index(op.f("ix_practice_owner_id"), table_name="practice")
    op.drop_index(op.f("ix_practice_meeting_id"), table_name="practice")
    op.drop_index(op.f("ix_practice_contract_id"), table_name="practice")
    op.drop_table("practice")
    op.drop_index(op.f("ix_attendance_person_id"), table_name="attendance")
    op.drop_table("attendance")
    op.drop_index(op.f("ix_workday_line_enrolment_id"), table_name="workday_line")
    op.drop_table("workday_line")
    op.drop_index(op.f("ix_selection_decision_enrolment_id"), table_name="selection_decision")
    op.drop_table("selection_decision")
    op.drop_index(op.f("ix_meeting_training_id"), table_name="meeting")
    op.drop_index(op.f("ix_meeting_enrolment_id"), table_name="meeting")
    op.drop_index(op.f("ix_meeting_contract_id"), table_name="meeting")
    op.drop_table("meeting")
    op.drop_index(op.f("ix_interview_enrolment_id"), table_name="interview")
    op.drop_table("interview")
    op.drop_index(op.f("ix_follow_up_enrolment_id"), table_name="follow_up")
    op.drop_table("follow_up")
    op.drop_index(op.f("ix_feedback_training_id"), table_name="feedback")
    op.drop_index(op.f("ix_feedback_contract_id"), table_name="feedback")
    op.drop_table("feedback")
    op.drop_index(op.f("ix_after_guidance_enrolment_id"), table_name="after_guidance")
    op.drop_table("after_guidance")
    op.drop_index(op.f("ix_ledger_entry_call_off_id"), table_name="ledger_entry")
    op.drop_table("ledger_entry")
    op.drop_index(op.f("ix_enrolment_training_id"), table_name="enrolment")
    op.drop_index(op.f("ix_enrolment_state"), table_name="enrolment")
    op.drop_index(op.f("ix_enrolment_sponsor_id"), table_name="enrolment")
    op.drop_index(op.f("ix_enrolment_office_id"), table_name="enrolment")
    op.drop_index(op.f("ix_enrolment_ended_on"), table_name="enrolment")
    op.drop_index(op.f("ix_enrolment_call_off_id"), table_name="enrolment")
    op.drop_table("enrolment")
    op.drop_index(op.f("ix_workplace_visit_training_id"), table_name="workplace_visit")
    op.drop_index(op.f("ix_workplace_visit_day"), table_name="workplace_visit")
    op.drop_index(op.f("ix_workplace_visit_by_id"), table_name="workplace_visit")
    op.drop_table("workplace_visit")
    op.drop_index(
        "uq_workday_record_standing",
        table_name="workday_record",
        sqlite_where=sa.text(
            "state IN ('recorded', 'disputed', 'accepted') AND corrects_id IS NULL"
        ),
        postgresql_where=sa.text(
            "state IN ('recorded', 'disputed', 'accepted') AND corrects_id IS NULL"
        ),
    )
    op.drop_index(op.f("ix_workday_record_training_id"), table_name="workday_record")
    op.drop_table("workday_record")
    op.drop_index(op.f("ix_training_sponsor_person_id"), table_name="training_sponsor")
    op.drop_index(op.f("ix_training_sponsor_office_id"), table_name="training_sponsor")
    op.drop_table("training_sponsor")
    op.drop_index(op.f("ix_training_coach_training_id"), table_name="training_coach")
    op.drop_index(op.f("ix_training_coach_person_id"), table_name="training_coach")
    op.drop_table("training_coach")
    op.drop_index(op.f("ix_call_off_training_id"), table_name="call_off")
    op.drop_index("ix_call_off_open", table_name="call_off")
    op.drop_index(op.f("ix_call_off_office_id"), table_name="call_off")
    op.drop_index(op.f("ix_call_off_contract_id"), table_name="call_off")
    op.drop_index(op.f("ix_call_off_called_by_id"), table_name="call_off")
    op.drop_table("call_off")
    op.drop_index(op.f("ix_background_report_training_id"), table_name="background_report")
    op.drop_table("background_report")
    op.drop_index(op.f("ix_training_contract_id"), table_name="training")
    op.drop_table("training")
    op.drop_index(op.f("ix_option_exercise_contract_id"), table_name="option_exercise")
    op.drop_table("option_exercise")
    op.drop_index(op.f("ix_contract_user_office_id"), table_name="contract_user")
    op.drop_table("contract_user")
    op.drop_table("capacity_ledger")
    with op.batch_alter_table("contract") as batch:
        batch.drop_constraint("fk_contract_start_up_waived_by_id", type_="foreignkey")
        batch.drop_column("start_up_waived_by_id")
        batch.drop_column("start_up_waiver")
        batch.drop_column("started_up_at")
        batch.drop_column("ends_on")
        batch.drop_column("starts_on")
