"""One row of each table that the played cases leave empty, so that no table escapes the matrix.

A new table gets its row by itself: a key leads to the row that stands for the thing, a text is
the table's own name, and whatever would end the thing stays empty. Where a state or a kind is asked
for, `VALUES` says it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Column, Table, insert, select
from sqlalchemy.orm import Session

from portal.models import Base
from portal.storage.vault import vault_of

AT = datetime(2026, 5, 14, 9, 0, tzinfo=UTC)
DAY = date(2026, 6, 1)
NOT_OF_ANYBODY = frozenset(
    {
        "audit_chain",
        "audit_entry",
        "job",
        "outgoing_mail",
        "routine_run",
        "login_failure",
        "login_session",
        "one_time_link",
        "read_entry",
        "envelope",
        "sealed_blob",
        "digest_sent",
        "kept_form",
        "tour_seen",
        *[
            "second_factor",
            "recovery_code",
            "provider_identity",
            "opener_key",
            "named_opener",
            "own_key",
        ],
        "sealing_key",
        "sealing_part",
        "peeled_part",
        "resealing",
        "audit_head",
        "audit_stamp",
        "read_link",
        "search_term",
        "work_part",
    }
)
"""Tables of the house itself: the record, the queue, log-ins, keys."""
LEFT_EMPTY = frozenset(
    {
        # Each would change what the story is: no decision stands, the buyer is another.
        "correction",
        "discontinuation",
        "contract_passing",
        "joined_call_off",
        # What an invoice was issued for is told by its page line by line, from its own content.
        "invoice_basis",
        "conflict",
        # Of whom nothing is kept there is nothing to show.
        "anonymisation",
        "anonymised_person",
        "anonymised_training",
        "removed_document",
    }
)
ENDING = (
    "ended",
    "closed",
    "withdrawn",
    "replaced",
    "settled",
    "removed",
    "voided",
    "corrects",
    "carried",
    "transferred",
    "copy_of",
    "cancel",
    "end_",
)
VALUES: dict[str, Any] = {
    "accessibility_message.language": "fi",
    "arrangement.mode": "ranking",
    "need.state": "need_open",
    "sounding.state": "published",
    "sounding.comments_due": datetime(2026, 12, 1, 10, 0, tzinfo=UTC),
    "provider_card.state": "card_shown",
    "card_entry.kind": "field",
    "card_entry.key": "cleaning",
    "ranked_need.state": "placed",
    "ranked_need.form": "unit_toppis",
    "ranked_need.field": "kiinteistöpalvelut",
    "need_try.outcome": "called",
    "clarification.kind": "content",
    "clarification.state": "answered",
    "after_guidance.state": "used",
    "workplace.state": "confirmed",
    "workplace.field": "kiinteistöpalvelut",
    "workplace.training_id": None,
    "plan_step.state": "open",
    "plan_step_change.kind": "added",
    "improvement_step.state": "planned",
    "improvement_step.side": "provider",
    "improvement_step.role": "representative",
    "improvement_step_mark.side": "provider",
    "improvement_step_mark.kind": "report_done",
    "remedy.kind": "correction_request",
    "remedy.state": "pending",
    "contract_change.state": "proposed",
    "contract_change.ground": "contract_clause",
    "contract_move.act": "hold_contract",
    "contract_move.side": "buyer",
    "practice_review.status": "kept",
    "provider_paper.kind": "tax_certificate",
    "provider_paper.media_type": "application/pdf",
    "remedy_file.media_type": "application/pdf",
    "closing_assessment.side": "school",
    "training_path.stage": "training",
    "training_path.service_line": "skills",
    "feedback_item.item": "caring",
    "feedback.enrolment_id": None,
    "improvement_plan.contract_id": None,
    "minutes_approval.side": "buyer",
    "minutes_approval.sha256": "0" * 64,
    "qualification_unit.field": "cleaning",
    "target_group.statuses": ["unemployed"],
    "invoice_basis.period": "2026-03",
    "indicator_report.content": {},
    "call_amendment.differences": [],
    "call_amendment.frozen_before": lambda rows: rows["procurement"]["frozen"],
    "option_exercise.evidence": {},
    "conformity_judgement.ground": "content",
    "suitability_requirement.key": "register",
    "work.state": "ready",
    "work.kind": "archive_bundle",
    "work.arguments": {},
    "work.facts": {"scope": "whole"},
    "work.media_type": "application/zip",
    "work.language": "fi",
    "work.subject": lambda rows: rows["procurement"]["id"],
    "saved_view.page": "contracts.index",
    "saved_view.asked": {"state": "in_force"},
    "hold.kind": "training",
    "hold.subject": lambda rows: rows["training"]["id"],
}
"""What the columns hold that hold no free text."""
TEXTS = ("fi", "sv", "en")

Row = dict[str, Any]


def fill(session: Session, main: Mapping[str, Row], by: Mapping[str, UUID]) -> list[str]:
    """Add a row to every table without any; returns their names.

    ``main`` is the row of a table that stands for the thing, ``by`` whose hand a table is in
    (its name, or ``""`` for the others).
    """
    rows: dict[str, Row] = dict(main)
    filled = []
    for table in Base.metadata.sorted_tables:
        if table.name in NOT_OF_ANYBODY | LEFT_EMPTY:
            continue
        first = session.execute(select(table).limit(1)).mappings().first()
        if first is not None:
            rows.setdefault(table.name, dict(first))
            continue
        rows[table.name] = made = _row(session, table, rows, by)
        session.execute(insert(table).values(made))
        filled.append(table.name)
    session.flush()
    return filled


def _row(session: Session, table: Table, rows: Mapping[str, Row], by: Mapping[str, UUID]) -> Row:
    made: Row = {}
    for column in table.columns:
        place = f"{table.name}.{column.name}"
        if place in VALUES:
            value = VALUES[place]
            made[column.name] = value(rows) if callable(value) else value
        elif column.foreign_keys:
            made[column.name] = _key(session, table, column, rows, by)
        elif column.nullable and column.name.startswith(ENDING):
            made[column.name] = None
        elif not (column.primary_key and column.autoincrement is True):
            made[column.name] = _value(table, column)
    return made


def _key(
    session: Session, table: Table, column: Column[Any], rows: Mapping[str, Row], by: Any
) -> Any:
    target = next(iter(column.foreign_keys)).column
    if column.nullable and column.name.startswith(ENDING):
        return None
    if target.table.name == "person":
        return by.get(table.name, by[""])
    if target.table.name == "organisation":
        assert column.name in rows or column.nullable, f"nobody stands for {column.name}"
        return rows[column.name][target.name] if column.name in rows else None
    if target.table.name == "sealed_blob":
        owner = rows["procurement"]["id"]
        content = b"%PDF-1.7 " + table.name.encode()
        return vault_of(session).seal(session, content, owner=owner, at=AT)
    if target.table.name not in rows:
        assert column.nullable, f"nothing stands for {table.name}.{column.name}"
        return None
    return rows[target.table.name][target.name]


def _value(table: Table, column: Column[Any]) -> Any:
    kind = type(column.type).__name__
    if kind == "Uuid":
        return uuid4()
    if kind == "String":
        return "0" * 64 if "hash" in column.name or "sha256" in column.name else table.name
    if kind == "JSON":
        return {one: f"{table.name} {one}" for one in TEXTS}
    return {
        "Integer": 1,
        "BigInteger": 1,
        "Boolean": True,
        "Date": DAY,
        "Instant": AT,
        "Exact": Decimal(1),
    }[kind]
