"""plans, workplaces, after-guidance and visits of people in trainings"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.database import Instant

revision = "a5plans0001"
down_revision = "a5enrol0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """plans, workplaces, guidance, visits"""
    with op.batch_alter_table("after_guidance") as batch:
        batch.add_column(sa.Column("corrects_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("reason", sa.String(), nullable=False, server_default=""))
        batch.create_foreign_key(
            "fk_after_guidance_corrects_id", "after_guidance", ["corrects_id"], ["id"]
        )
    op.create_table(
        "guidance_agreement",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_guidance_agreement_by_id")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_guidance_agreement_enrolment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidance_agreement")),
    )
    op.create_index(
        op.f("ix_guidance_agreement_enrolment_id"), "guidance_agreement", ["enrolment_id"]
    )
    op.create_table(
        "workplace",
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("training_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("business_id", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("instructor", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("found_by_id", sa.Uuid(), nullable=False),
        sa.Column("found_at", Instant(), nullable=False),
        sa.Column("confirmed_by_id", sa.Uuid(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('found', 'confirmed', 'ended')", name=op.f("ck_workplace_state")),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["person.id"], name=op.f("fk_workplace_confirmed_by_id")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_workplace_contract_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_workplace_ended_by_id")),
        sa.ForeignKeyConstraint(["found_by_id"], ["person.id"], name=op.f("fk_workplace_found_by_id")),
        sa.ForeignKeyConstraint(["office_id"], ["organisation.id"], name=op.f("fk_workplace_office_id")),
        sa.ForeignKeyConstraint(["training_id"], ["training.id"], name=op.f("fk_workplace_training_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workplace")),
    )
    op.create_index("ix_workplace_free", "workplace", ["office_id", "contract_id", "field", "state"])
    op.create_index(op.f("ix_workplace_contract_id"), "workplace", ["contract_id"])
    op.create_index(op.f("ix_workplace_training_id"), "workplace", ["training_id"])
    op.create_table(
        "placement",
        sa.Column("workplace_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("subsidy_decision", sa.String(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_placement_by_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_placement_enrolment_id")),
        sa.ForeignKeyConstraint(["workplace_id"], ["workplace.id"], name=op.f("fk_placement_workplace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
    )
    op.create_index(op.f("ix_placement_workplace_id"), "placement", ["workplace_id"])
    op.create_index(op.f("ix_placement_enrolment_id"), "placement", ["enrolment_id"])
    with op.batch_alter_table("workplace_visit") as batch:
        batch.add_column(sa.Column("office_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(
            "fk_workplace_visit_office_id", "organisation", ["office_id"], ["id"]
        )
        batch.create_index("ix_workplace_visit_office_id", ["office_id"])
    op.create_table('portfolio_review',
    sa.Column('training_id', sa.Uuid(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_portfolio_review_by_id')),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_portfolio_review_training_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_portfolio_review'))
    )
    op.create_index(op.f('ix_portfolio_review_training_id'), 'portfolio_review', ['training_id'])
    op.create_table('training_path',
    sa.Column('training_id', sa.Uuid(), nullable=False),
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('service_line', sa.String(), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_training_path_by_id')),
    sa.ForeignKeyConstraint(['training_id'], ['training.id'], name=op.f('fk_training_path_training_id')),
    sa.PrimaryKeyConstraint('training_id', name=op.f('pk_training_path'))
    )
    op.create_table('closing_assessment',
    sa.Column('enrolment_id', sa.Uuid(), nullable=False),
    sa.Column('side', sa.String(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('replaced_at', Instant(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.CheckConstraint("side IN ('learner', 'school', 'employer')", name=op.f('ck_closing_assessment_side')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_closing_assessment_by_id')),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_closing_assessment_enrolment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_closing_assessment'))
    )
    op.create_index(op.f('ix_closing_assessment_enrolment_id'), 'closing_assessment', ['enrolment_id'])
    op.create_index('uq_closing_assessment_standing', 'closing_assessment', ['enrolment_id', 'side'], unique=True, sqlite_where=sa.text('replaced_at IS NULL'), postgresql_where=sa.text('replaced_at IS NULL'))
    op.create_table('personal_plan',
    sa.Column('enrolment_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('job_search_from', sa.Date(), nullable=True),
    sa.Column('review_due', sa.Date(), nullable=False),
    sa.Column('begun_by_id', sa.Uuid(), nullable=False),
    sa.Column('begun_at', Instant(), nullable=False),
    sa.Column('changed_at', Instant(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['begun_by_id'], ['person.id'], name=op.f('fk_personal_plan_begun_by_id')),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_personal_plan_enrolment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_personal_plan')),
    sa.UniqueConstraint('enrolment_id', name=op.f('uq_personal_plan_enrolment_id'))
    )
    op.create_index(op.f('ix_personal_plan_review_due'), 'personal_plan', ['review_due'])
    op.create_table('plan_step',
    sa.Column('plan_id', sa.Uuid(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('due', sa.Date(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.CheckConstraint("state IN ('open', 'done', 'withdrawn')", name=op.f('ck_plan_step_state')),
    sa.ForeignKeyConstraint(['plan_id'], ['personal_plan.id'], name=op.f('fk_plan_step_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_step')),
    sa.UniqueConstraint('plan_id', 'n', name=op.f('uq_plan_step_plan_id_n'))
    )
    op.create_table('plan_step_change',
    sa.Column('step_id', sa.Uuid(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('due', sa.Date(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.CheckConstraint("kind IN ('added', 'changed', 'done', 'withdrawn')", name=op.f('ck_plan_step_change_kind')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_plan_step_change_by_id')),
    sa.ForeignKeyConstraint(['step_id'], ['plan_step.id'], name=op.f('fk_plan_step_change_step_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_step_change')),
    sa.UniqueConstraint('step_id', 'n', name=op.f('uq_plan_step_change_step_id_n'))
    )


def downgrade() -> None:
    """back to capacity in use"""
    for table in (
        "plan_step_change",
        "plan_step",
        "personal_plan",
        "closing_assessment",
        "training_path",
        "portfolio_review",
    ):
        op.drop_table(table)
    with op.batch_alter_table("workplace_visit") as batch:
        batch.drop_index("ix_workplace_visit_office_id")
        batch.drop_constraint("fk_workplace_visit_office_id", type_="foreignkey")
        batch.drop_column("office_id")
    op.drop_table("placement")
    op.drop_table("workplace")
    op.drop_table("guidance_agreement")
    with op.batch_alter_table("after_guidance") as batch:
        batch.drop_constraint("fk_after_guidance_corrects_id", type_="foreignkey")
        batch.drop_column("reason")
        batch.drop_column("corrects_id")
