"""people in trainings: transferred, and an external key that is its office's own"""

from __future__ import annotations

from alembic import op

revision = "a5enrol0001"
down_revision = "a5ledger0001"
branch_labels = None
depends_on = None

BEFORE = (
    "state IN ('applied', 'interviewed', 'selected', 'rejected', 'started', 'completed',"
    " 'left_early', 'interrupted')"
)
AFTER = BEFORE.replace("'interrupted')", "'interrupted', 'transferred')")


def upgrade() -> None:
    """a state more, and a key by office"""
    with op.batch_alter_table("enrolment") as batch:
        batch.drop_constraint(op.f("ck_enrolment_state"), type_="check")
        batch.create_check_constraint(op.f("ck_enrolment_state"), AFTER)
        batch.drop_constraint(op.f("uq_enrolment_training_id_external_key"), type_="unique")
        batch.create_unique_constraint(
            op.f("uq_enrolment_training_id_office_id_external_key"),
            ["training_id", "office_id", "external_key"],
        )


def downgrade() -> None:
    """the way back: whoever was transferred has interrupted there"""
    op.execute("UPDATE enrolment SET state = 'interrupted' WHERE state = 'transferred'")
    with op.batch_alter_table("enrolment") as batch:
        batch.drop_constraint(op.f("uq_enrolment_training_id_office_id_external_key"), type_="unique")
        batch.create_unique_constraint(
            op.f("uq_enrolment_training_id_external_key"), ["training_id", "external_key"]
        )
        batch.drop_constraint(op.f("ck_enrolment_state"), type_="check")
        batch.create_check_constraint(op.f("ck_enrolment_state"), BEFORE)
