"""the ground"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Exact, Instant  # noqa: F401  # used where a column needs them

revision = "a1ground0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """the ground"""
    op.create_table(
        "audit_chain",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_chain")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("outcome IN ('done', 'denied')", name=op.f("ck_audit_entry_outcome")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("chain", "n", name=op.f("uq_audit_entry_chain_n")),
    )
    op.create_table(
        "envelope",
        sa.Column("owner", sa.Uuid(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_envelope")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("once", sa.String(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", Instant(), nullable=True),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("fault", sa.String(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'done', 'failed')", name=op.f("ck_job_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("once", name=op.f("uq_job_once")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("ix_job_due", ["state", "due_at"], unique=False)

    op.create_table(
        "login_failure",
        sa.Column("account_hash", sa.String(), nullable=False),
        sa.Column("address_hash", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_failure")),
    )
    with op.batch_alter_table("login_failure", schema=None) as batch_op:
        batch_op.create_index("ix_login_failure_account", ["account_hash", "at"], unique=False)
        batch_op.create_index("ix_login_failure_address", ["address_hash", "at"], unique=False)

    op.create_table(
        "organisation",
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("business_id", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("business_id", name=op.f("uq_organisation_business_id")),
    )
    op.create_table(
        "outgoing_mail",
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_mail")),
    )
    op.create_table(
        "person",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_table(
        "read_entry",
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_read_entry")),
    )
    with op.batch_alter_table("read_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_read_entry_subject"), ["subject"], unique=False)

    op.create_table(
        "login_session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_login_session_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_session_token_hash")),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_session_person_id"), ["person_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_membership_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "person_id",
            "organisation_id",
            "role",
            name=op.f("uq_membership_person_id_organisation_id_role"),
        ),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_membership_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "one_time_link",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_one_time_link_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_link_token_hash")),
    )
    with op.batch_alter_table("one_time_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_one_time_link_person_id"), ["person_id"], unique=False)

    op.create_table(
        "organisation_kind",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_kind_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "kind", name=op.f("pk_organisation_kind")),
    )
    op.create_table(
        "procurement",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("description", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("regime", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("questions_due", Instant(), nullable=True),
        sa.Column("offers_due", Instant(), nullable=True),
        sa.Column("contract_start", sa.Date(), nullable=True),
        sa.Column("contract_end", sa.Date(), nullable=True),
        sa.Column("price_weight", Exact(), nullable=True),
        sa.Column("comparison", sa.String(), nullable=False),
        sa.Column("scale_top", sa.Integer(), nullable=False),
        sa.Column("published_at", Instant(), nullable=True),
        sa.Column("published_by_id", sa.Uuid(), nullable=True),
        sa.Column("frozen", sa.JSON(), nullable=True),
        sa.Column("frozen_sha256", sa.String(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["organisation.id"], name=op.f("fk_procurement_buyer_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_procurement_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["person.id"], name=op.f("fk_procurement_published_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procurement")),
        sa.UniqueConstraint(
            "buyer_id", "reference", name=op.f("uq_procurement_buyer_id_reference")
        ),
    )
    with op.batch_alter_table("procurement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_procurement_buyer_id"), ["buyer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_procurement_state"), ["state"], unique=False)

    op.create_table(
        "sealed_blob",
        sa.Column("owner", sa.Uuid(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["envelope.owner"], name=op.f("fk_sealed_blob_owner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_blob")),
    )
    op.create_table(
        "appointment",
        sa.Column("procurement_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("appointed_at", Instant(), nullable=False),
        sa.Column("appointed_by_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointed_by_id"], ["person.id"], name=op.f("fk_appointment_appointed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_appointment_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_appointment_procurement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint(
            "procurement_id", "person_id", name=op.f("uq_appointment_procurement_id_person_id")
        ),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_appointment_procurement_id"), ["procurement_id"], unique=False
        )

    op.create_table(
        "award_criterion",
        sa.Column("procurement_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("weight", Exact(), nullable=False),
        sa.Column("question", sa.JSON(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_award_criterion_procurement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_criterion")),
        sa.UniqueConstraint(
            "procurement_id", "key", name=op.f("uq_award_criterion_procurement_id_key")
        ),
    )
    with op.batch_alter_table("award_criterion", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_award_criterion_procurement_id"), ["procurement_id"], unique=False
        )

    op.create_table(
        "award_decision",
        sa.Column("procurement_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("issued_by_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("standstill_days", sa.Integer(), nullable=False),
        sa.Column("standstill_ends", sa.Date(), nullable=False),
        sa.Column("first_signing_day", sa.Date(), nullable=False),
        sa.Column("voided_at", Instant(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["person.id"], name=op.f("fk_award_decision_issued_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_award_decision_procurement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_decision")),
        sa.UniqueConstraint("procurement_id", "n", name=op.f("uq_award_decision_procurement_id_n")),
    )
    op.create_table(
        "interest_declaration",
        sa.Column("procurement_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("declared_at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_interest_declaration_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["procurement_id"],
            ["procurement.id"],
            name=op.f("fk_interest_declaration_procurement_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest_declaration")),
    )
    with op.batch_alter_table("interest_declaration", schema=None) as batch_op:
        batch_op.create_index(
            "ix_interest_declaration_who", ["procurement_id", "person_id"], unique=False
        )

    op.create_table(
        "lot",
        sa.Column("procurement_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("capacity_minimum", Exact(), nullable=False),
        sa.Column("capacity_estimated", Exact(), nullable=False),
        sa.Column("capacity_maximum", Exact(), nullable=False),
        sa.Column("price_model", sa.String(), nullable=False),
        sa.Column("minimum_group", sa.Integer(), nullable=False),
        sa.Column("target_group", sa.JSON(), nullable=False),
        sa.Column("target_participants", sa.Integer(), nullable=True),
        sa.Column("target_open_market_share", Exact(), nullable=True),
        sa.Column("result_bonus", sa.JSON(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_lot_procurement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
        sa.UniqueConstraint("procurement_id", "key", name=op.f("uq_lot_procurement_id_key")),
    )
    with op.batch_alter_table("lot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lot_procurement_id"), ["procurement_id"], unique=False)

    op.create_table(
        "offer",
        sa.Column("procurement_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("draft_blob_id", sa.Uuid(), nullable=True),
        sa.Column("draft_saved_at", Instant(), nullable=True),
        sa.Column("current_version_id", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_blob_id"], ["sealed_blob.id"], name=op.f("fk_offer_draft_blob_id")
        ),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_offer_procurement_id")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["organisation.id"], name=op.f("fk_offer_provider_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint(
            "procurement_id", "provider_id", name=op.f("uq_offer_procurement_id_provider_id")
        ),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_offer_procurement_id"), ["procurement_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_offer_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "opening",
        sa.Column("procurement_id", sa.Uuid(), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("first_at", Instant(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", Instant(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "second_id IS NULL OR second_id <> first_id", name=op.f("ck_opening_two_openers")
        ),
        sa.ForeignKeyConstraint(["first_id"], ["person.id"], name=op.f("fk_opening_first_id")),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_opening_procurement_id")
        ),
        sa.ForeignKeyConstraint(["second_id"], ["person.id"], name=op.f("fk_opening_second_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening")),
        sa.UniqueConstraint("procurement_id", name=op.f("uq_opening_procurement_id")),
    )
    op.create_table(
        "question",
        sa.Column("procurement_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_question_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_question_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_question_procurement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("procurement_id", "n", name=op.f("uq_question_procurement_id_n")),
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_question_procurement_id"), ["procurement_id"], unique=False
        )

    op.create_table(
        "stored_document",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("owner", sa.Uuid(), nullable=False),
        sa.Column("blob_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["blob_id"], ["sealed_blob.id"], name=op.f("fk_stored_document_blob_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_document")),
        sa.UniqueConstraint(
            "kind", "subject", "language", name=op.f("uq_stored_document_kind_subject_language")
        ),
    )
    with op.batch_alter_table("stored_document", schema=None) as batch_op:
        batch_op.create_index("ix_stored_document_sha256", ["sha256"], unique=False)

    op.create_table(
        "award",
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("draw", sa.JSON(), nullable=False),
        sa.Column("ranking", sa.JSON(), nullable=False),
        sa.Column("awarded_by_id", sa.Uuid(), nullable=False),
        sa.Column("awarded_at", Instant(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("voided_at", Instant(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["awarded_by_id"], ["person.id"], name=op.f("fk_award_awarded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["award_decision.id"], name=op.f("fk_award_decision_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_award_lot_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_award_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
    )
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.create_index(
            "uq_award_standing",
            ["lot_id"],
            unique=True,
            sqlite_where=sa.text("voided_at IS NULL"),
            postgresql_where=sa.text("voided_at IS NULL"),
        )

    op.create_table(
        "bidder_letter",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["award_decision.id"], name=op.f("fk_bidder_letter_decision_id")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_bidder_letter_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bidder_letter")),
        sa.UniqueConstraint(
            "decision_id", "offer_id", name=op.f("uq_bidder_letter_decision_id_offer_id")
        ),
    )
    op.create_table(
        "conflict",
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["declaration_id"], ["interest_declaration.id"], name=op.f("fk_conflict_declaration_id")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["organisation.id"], name=op.f("fk_conflict_provider_id")
        ),
        sa.PrimaryKeyConstraint("declaration_id", "provider_id", name=op.f("pk_conflict")),
    )
    op.create_table(
        "joint_score",
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("agreed_by_id", sa.Uuid(), nullable=False),
        sa.Column("agreed_at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreed_by_id"], ["person.id"], name=op.f("fk_joint_score_agreed_by_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_joint_score_lot_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_joint_score_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_score")),
        sa.UniqueConstraint("lot_id", "offer_id", name=op.f("uq_joint_score_lot_id_offer_id")),
    )
    op.create_table(
        "lot_offer",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("price", Exact(), nullable=False),
        sa.Column("coordination_fee", Exact(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_lot_offer_lot_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_lot_offer_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_offer")),
        sa.UniqueConstraint("offer_id", "lot_id", name=op.f("uq_lot_offer_offer_id_lot_id")),
    )
    with op.batch_alter_table("lot_offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lot_offer_lot_id"), ["lot_id"], unique=False)

    op.create_table(
        "offer_version",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("submitted_at", Instant(), nullable=False),
        sa.Column("submitted_by_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("blob_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["blob_id"], ["sealed_blob.id"], name=op.f("fk_offer_version_blob_id")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_offer_version_offer_id")),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["person.id"], name=op.f("fk_offer_version_submitted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_version")),
        sa.UniqueConstraint("offer_id", "n", name=op.f("uq_offer_version_offer_id_n")),
        sa.UniqueConstraint("reference", name=op.f("uq_offer_version_reference")),
    )
    op.create_table(
        "option_clause",
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount", Exact(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("notice_by", sa.Date(), nullable=False),
        sa.Column("window_months", sa.Integer(), nullable=True),
        sa.Column("price", Exact(), nullable=True),
        sa.Column("condition", sa.JSON(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_option_clause_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_option_clause")),
        sa.UniqueConstraint("lot_id", "key", name=op.f("uq_option_clause_lot_id_key")),
    )
    with op.batch_alter_table("option_clause", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_option_clause_lot_id"), ["lot_id"], unique=False)

    op.create_table(
        "suitability_judgement",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("suitable", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("judged_by_id", sa.Uuid(), nullable=False),
        sa.Column("judged_at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["judged_by_id"], ["person.id"], name=op.f("fk_suitability_judgement_judged_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_suitability_judgement_offer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suitability_judgement")),
        sa.UniqueConstraint("offer_id", name=op.f("uq_suitability_judgement_offer_id")),
    )
    op.create_table(
        "assessment",
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("evaluator_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("abstained_because", sa.String(), nullable=True),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.Column("handed_in_at", Instant(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'handed_in', 'abstained')", name=op.f("ck_assessment_state")
        ),
        sa.ForeignKeyConstraint(
            ["evaluator_id"], ["person.id"], name=op.f("fk_assessment_evaluator_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_assessment_lot_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_assessment_offer_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["offer_version.id"], name=op.f("fk_assessment_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint(
            "lot_id",
            "offer_id",
            "evaluator_id",
            name=op.f("uq_assessment_lot_id_offer_id_evaluator_id"),
        ),
    )
    op.create_table(
        "contract",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("procurement_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("award_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("concluded_by_id", sa.Uuid(), nullable=False),
        sa.Column("concluded_at", Instant(), nullable=False),
        sa.Column("in_force_at", Instant(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_contract_award_id")),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["organisation.id"], name=op.f("fk_contract_buyer_id")
        ),
        sa.ForeignKeyConstraint(
            ["concluded_by_id"], ["person.id"], name=op.f("fk_contract_concluded_by_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_contract_lot_id")),
        sa.ForeignKeyConstraint(
            ["procurement_id"], ["procurement.id"], name=op.f("fk_contract_procurement_id")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["organisation.id"], name=op.f("fk_contract_provider_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
        sa.UniqueConstraint("award_id", name=op.f("uq_contract_award_id")),
        sa.UniqueConstraint("buyer_id", "reference", name=op.f("uq_contract_buyer_id_reference")),
    )
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_buyer_id"), ["buyer_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_contract_procurement_id"), ["procurement_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_contract_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "opened_content",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_opened_content_offer_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["offer_version.id"], name=op.f("fk_opened_content_version_id")
        ),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("pk_opened_content")),
    )
    op.create_table(
        "approval",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("approved_at", Instant(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("side IN ('buyer', 'provider')", name=op.f("ck_approval_side")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_approval_contract_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_approval_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint("contract_id", "side", name=op.f("uq_approval_contract_id_side")),
    )
    with op.batch_alter_table("offer") as batch:
        batch.create_foreign_key(
            op.f("fk_offer_current_version_id"), "offer_version", ["current_version_id"], ["id"]
        )


def downgrade() -> None:
    """Undo it."""
    with op.batch_alter_table("offer") as batch:
        batch.drop_constraint(op.f("fk_offer_current_version_id"), type_="foreignkey")
    op.drop_table("approval")
    op.drop_table("opened_content")
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contract_provider_id"))
        batch_op.drop_index(batch_op.f("ix_contract_procurement_id"))
        batch_op.drop_index(batch_op.f("ix_contract_buyer_id"))

    op.drop_table("contract")
    op.drop_table("assessment")
    op.drop_table("suitability_judgement")
    with op.batch_alter_table("option_clause", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_option_clause_lot_id"))

    op.drop_table("option_clause")
    op.drop_table("offer_version")
    with op.batch_alter_table("lot_offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lot_offer_lot_id"))

    op.drop_table("lot_offer")
    op.drop_table("joint_score")
    op.drop_table("conflict")
    op.drop_table("bidder_letter")
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_award_standing",
            sqlite_where=sa.text("voided_at IS NULL"),
            postgresql_where=sa.text("voided_at IS NULL"),
        )

    op.drop_table("award")
    with op.batch_alter_table("stored_document", schema=None) as batch_op:
        batch_op.drop_index("ix_stored_document_sha256")

    op.drop_table("stored_document")
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_question_procurement_id"))

    op.drop_table("question")
    op.drop_table("opening")
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_provider_id"))
        batch_op.drop_index(batch_op.f("ix_offer_procurement_id"))

    op.drop_table("offer")
    with op.batch_alter_table("lot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lot_procurement_id"))

    op.drop_table("lot")
    with op.batch_alter_table("interest_declaration", schema=None) as batch_op:
        batch_op.drop_index("ix_interest_declaration_who")

    op.drop_table("interest_declaration")
    op.drop_table("award_decision")
    with op.batch_alter_table("award_criterion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_award_criterion_procurement_id"))

    op.drop_table("award_criterion")
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appointment_procurement_id"))

    op.drop_table("appointment")
    op.drop_table("sealed_blob")
    with op.batch_alter_table("procurement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_procurement_state"))
        batch_op.drop_index(batch_op.f("ix_procurement_buyer_id"))

    op.drop_table("procurement")
    op.drop_table("organisation_kind")
    with op.batch_alter_table("one_time_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_one_time_link_person_id"))

    op.drop_table("one_time_link")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_organisation_id"))

    op.drop_table("membership")
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_session_person_id"))

    op.drop_table("login_session")
    with op.batch_alter_table("read_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_read_entry_subject"))

    op.drop_table("read_entry")
    op.drop_table("person")
    op.drop_table("outgoing_mail")
    op.drop_table("organisation")
    with op.batch_alter_table("login_failure", schema=None) as batch_op:
        batch_op.drop_index("ix_login_failure_address")
        batch_op.drop_index("ix_login_failure_account")

    op.drop_table("login_failure")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index("ix_job_due")

    op.drop_table("job")
    op.drop_table("envelope")
    op.drop_table("audit_entry")
    op.drop_table("audit_chain")
