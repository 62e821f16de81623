"""Two of everything: what side A has, side B has as well, key by key, and neither is the other's.

A's cases are played and what they leave empty is filled (`filling`); B is a copy under keys of its
own. Then every text of A gets a canary, a word that stands nowhere else and names its field.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import yaml
from sqlalchemy import String, Table, UniqueConstraint, delete, insert, select, text, update
from sqlalchemy.orm import Session

from portal.cases.format import Case, read_case
from portal.cases.player import AS_TOLD, play_case
from portal.cases.stage import Stage, call_of
from portal.config import Settings
from portal.database import Database
from portal.documents import store
from portal.documents.render import Rendered
from portal.installation import open_installation
from portal.models import Base
from portal.organisations.models import Membership
from portal.permissions import Kind, Role
from portal.procurement.usecases import draft_procurement
from portal.storage.vault import StillSealed, vault_of
from portal.unit_of_work import unit_of_work
from tests.cast import organisation, person
from tests.permissions.filling import NOT_OF_ANYBODY, fill

CASES = Path(__file__).parents[1] / "cases"
NOW = datetime(2026, 9, 24, 9, 0, tzinfo=UTC)
"""One procurement is a draft, one is open, one is being evaluated, one is in use."""
READERS = {
    "officer": "hanna",
    "opener": "aatos",
    "decision maker": "paavo",
    "signatory": "sirpa",
    "evaluator": "eero",
    "second evaluator": "britta",
    "auditor": "tarja",
    "sponsor": "kirsi",
    "official": "veikko",
    "winner": "raili",
    "trainer": "timo",
    "rival": "harri",
    "coach": "vaula",
    "third provider": "saara",
    "dismissed": "outi",
}
"""A person of the cases for each role; of the dismissed one, every role has been taken away."""
CODES = frozenset(
    {
        "state",
        "kind",
        "key",
        "role",
        "form",
        "field",
        "unit",
        "sex",
        "education",
        "language",
        "mode",
        "side",
        "view",
        "media_type",
        "price_model",
        "comparison",
        "regime",
        "procedure",
        "criteria_set",
        "act",
        "outcome",
        "ground",
        "period",
        "stage",
        "service_line",
        "criterion",
        "clause_key",
        "indicator",
        "item",
        "left_to",
        "instead",
        "about",
        "website",
        "subsidy_decision",
        "business_id",
        "status",
        "status_at_start",
        "status_at_end",
        "sorted_as",
        "region",
        "purpose",
        "referral_source",
        "term",
        "area",
        "email",
    }
)
"""Names of columns that hold a key of ours or what a person may choose, and no text of anybody."""
TOLD_ELSEWHERE = frozenset(
    {
        "procurement.frozen",
        "call_amendment.frozen_before",
        "call_amendment.differences",
        "award_decision.legal",
        "award_criterion.text",
        "contract.made_from",
        "indicator_report.content",
        "invoice_basis.content",
        "option_exercise.evidence",
        # Nothing of it can be changed, not even by a test.
        "ledger_entry.reason",
    }
)
"""What is copied from other fields or from texts of ours."""
SPOKEN = frozenset({"fi", "sv", "en", "reason", "text", "note", "name"})
CANARY = re.compile(r"zk(\d{5})q", re.IGNORECASE)

Key = UUID
Row = dict[str, Any]


@dataclass
class World:
    """Both sides, and which canary stands where."""

    people: dict[str, dict[str, UUID]] = field(default_factory=lambda: {"A": {}, "B": {}})
    keys: dict[str, dict[str, list[Row]]] = field(default_factory=lambda: {"A": {}, "B": {}})
    twins: dict[UUID, UUID] = field(default_factory=dict)
    """Which key of B stands for which of A."""
    canaries: dict[int, str] = field(default_factory=dict)
    """Table, column and, where there is one, the state of the procurement it hangs on."""
    main: dict[str, Row] = field(default_factory=dict)
    """The row of a table that a chain of keys is begun with."""

    def canary_places(self, answer: str) -> set[str]:
        """The fields of A that an answer tells something of."""
        return {self.canaries[int(n)] for n in CANARY.findall(answer)}

    def keys_of(self, side: str) -> frozenset[str]:
        """Every key of the side, as text."""
        return frozenset(
            str(row["id"])
            for rows in self.keys[side].values()
            for row in rows
            if isinstance(row.get("id"), UUID)
        )


def build(database: Database, settings: Settings) -> World:
    """Play, fill, copy and plant."""
    world = World()
    with pytest.MonkeyPatch.context() as patch:
        # What stands in a document is held by the rooms; here only who may have it.
        patch.setattr(store, "render", _plain_document)
        in_use, stage = _play(settings, "demo-underway")
        _play(settings, "demo-evaluating")
        with unit_of_work(database) as session:
            _draft(session, in_use, stage)
            _fill(session, stage, world)
            _copy(session, world)
        for side in ("A", "B"):
            _play(settings, "demo-open", side)
    with unit_of_work(database) as session:
        _dismiss(session, world)
        _note_keys(session, world)
        _plant(session, world)
    return world


def _plain_document(kind: str, language: str, _context: dict[str, Any]) -> Rendered:
    content = f"%PDF-1.7 {kind} {language}".encode()
    return Rendered(content, hashlib.sha256(content).hexdigest(), 1)


def case_of(name: str, side: str = "A") -> Case:
    """One of the demonstration's cases, with what an offer answers marked and no business ids.

    Without these an organisation is known by its name, and B's are called otherwise.
    """
    told = yaml.load((CASES / f"{name}.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
    for head in told["organisations"].values():
        head.pop("business_id", None)
        if side == "B":
            head["name"] = {key: f"{text} B" for key, text in head["name"].items()}
    for act in told["timeline"]:
        if act["do"] == "save_offer" and side == "A":
            answers = act["answers"]
            act["answers"] = {key: f"zk00000q {one}" for key, one in answers.items()}
            for promise in act.get("promises", ()):
                promise["text"] = f"zk00000q {promise['text']}"
        if act["do"] == "ask" and side == "A":
            act["text"] = f"zk00001q {act['text']}"
    return read_case(yaml.safe_dump(told, allow_unicode=True, sort_keys=False))


def _play(settings: Settings, name: str, side: str = "A") -> tuple[Case, Stage]:
    installation = open_installation(settings)
    case = case_of(name, side)
    play = play_case(installation, case)
    assert play.ending == AS_TOLD, f"{name} stopped at act {len(play.outcomes)}"
    installation.database.engine.dispose()
    return case, play.stage


def _draft(session: Session, case: Case, stage: Stage) -> None:
    draft = call_of(case)
    draft_procurement(
        session,
        buyer=stage.organisation(session, "centre"),
        call=type(draft)(**{**vars(draft), "reference": "LUONNOS/1/2026"}),
        by=stage.person(session, "hanna"),
        at=NOW,
    )


def _fill(session: Session, stage: Stage, world: World) -> None:
    who = stage.people
    main: dict[str, Row] = {}

    def stands(table: str, row_id: UUID) -> None:
        found = select(Base.metadata.tables[table]).where(
            Base.metadata.tables[table].c.id == row_id
        )
        main[table] = dict(session.execute(found).mappings().one())

    procurement = stage.procurement(session)
    stands("procurement", procurement.id)
    stands("lot", procurement.lots[0].id)
    stands("contract", stage.contracts["k1"])
    stands("training", stage.trainings["t1"])
    stands("call_off", stage.call_offs["c1"])
    stands("enrolment", stage.participants["a"])
    for column, key in {
        "buyer_id": "centre",
        "provider_id": "lakeside",
        "office_id": "area",
        "organisation_id": "area",
    }.items():
        main[column] = {"id": stage.organisations[key]}
    winner = select(Base.metadata.tables["award"]).where(
        Base.metadata.tables["award"].c.lot_id == main["lot"]["id"]
    )
    main["award"] = dict(session.execute(winner).mappings().one())
    stands("offer", main["award"]["offer_id"])
    of_officer = (
        "arrangement procurement sounding begun_from_sounding remedy remedy_file panel"
        " panel_proposal improvement_plan contract_change contract_user target_group"
        " invoice_basis handover clarification conformity_judgement practice_review"
    )
    of_provider = (
        "provider_card provider_paper sounding_answer improvement_step improvement_step_mark"
    )
    hands = {"": who["kirsi"]}
    hands |= dict.fromkeys(of_officer.split(), who["hanna"])
    hands |= dict.fromkeys(of_provider.split(), who["raili"])
    fill(session, main, hands)
    world.main = main
    # The administrator of the house belongs to neither side.
    operator = organisation(session, "Ylläpito", None, Kind.OPERATOR)
    world.people["A"]["administrator"] = person(
        session, "Ada Ylläpitäjä", operator, Role.ADMINISTRATOR
    ).id
    world.people["house"] = {"": operator.id, "ada": world.people["A"]["administrator"]}
    for label, key in READERS.items():
        world.people["A"][label] = who[key]


def _copy(session: Session, world: World) -> None:
    """Every row of A once more under new keys; what is sealed is sealed again."""
    if session.connection().dialect.name == "sqlite":
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
    else:
        session.execute(text("SET LOCAL session_replication_role = replica"))
    vault, twins = vault_of(session), world.twins
    house = set(world.people["house"].values())
    tables = [t for t in Base.metadata.sorted_tables if t.name not in NOT_OF_ANYBODY]
    rows = {
        table: [dict(row) for row in session.execute(select(table)).mappings()] for table in tables
    }
    for table, found in rows.items():
        for row in found:
            own = [c.name for c in table.primary_key if not c.foreign_keys]
            for name in own:
                if isinstance(row[name], UUID) and row[name] not in house:
                    twins[row[name]] = uuid4()
    blobs = Base.metadata.tables["sealed_blob"]
    for blob in session.execute(select(blobs.c.id, blobs.c.owner, blobs.c.holder)).all():
        try:
            content = vault.unseal(session, blob.id)
        except StillSealed:
            content = vault.unseal_own(session, blob.id, holder=blob.holder)
        twins[blob.id] = vault.seal(session, content, owner=twins[blob.owner], at=NOW)
    for table, found in rows.items():
        copies = [_twin(table, row, twins) for row in found if not _named(row) & house]
        if copies:
            session.execute(insert(table), copies)
    session.flush()
    world.people["B"] = {label: twins.get(key, key) for label, key in world.people["A"].items()}


def _named(row: Row) -> set[UUID]:
    return {value for value in row.values() if isinstance(value, UUID)}


def _twin(table: Table, row: Row, twins: Mapping[UUID, UUID]) -> Row:
    copy = {name: _exchanged(value, twins) for name, value in row.items()}
    counted = table.autoincrement_column
    if counted is not None:
        del copy[counted.name]
    if table.name == "organisation":
        copy["name"] = {key: f"{name} B" for key, name in copy["name"].items()}
    for name in _alone(table) & {key for key, value in copy.items() if isinstance(value, str)}:
        copy[name] = f"{copy[name]}B"
    return {
        name: re.sub(r"zk0000(\d)q ", "", value) if isinstance(value, str) else value
        for name, value in copy.items()
    }


def _alone(table: Table) -> set[str]:
    """Columns whose text stands in one row only."""
    told = [one.columns.keys() for one in table.constraints if isinstance(one, UniqueConstraint)]
    told += [one.columns.keys() for one in table.indexes if one.unique]
    return {names[0] for names in told if len(names) == 1}


def _exchanged(value: Any, twins: Mapping[UUID, UUID]) -> Any:
    if isinstance(value, UUID):
        return twins.get(value, value)
    if isinstance(value, dict):
        return {key: _exchanged(one, twins) for key, one in value.items()}
    if isinstance(value, list):
        return [_exchanged(one, twins) for one in value]
    if isinstance(value, str) and len(value) == 36 and value.count("-") == 4:
        return str(twins.get(UUID(value), UUID(value)))
    if isinstance(value, str):
        return re.sub(r"zk0000\dq ", "", value)
    return value


def _dismiss(session: Session, world: World) -> None:
    """Take every role away from one person of each side."""
    dismissed = [world.people[side]["dismissed"] for side in ("A", "B")]
    session.execute(delete(Membership).where(Membership.person_id.in_(dismissed)))


def _note_keys(session: Session, world: World) -> None:
    """Whose each row is: B's hang on B's organisations, all others are A's."""
    house, of_b = set(world.people["house"].values()), set(world.twins.values())
    for table in Base.metadata.sorted_tables:
        if table.name in NOT_OF_ANYBODY:
            continue
        found = [dict(row) for row in session.execute(select(table)).mappings()]
        for row in found:
            named = _named(row)
            if named & house and table.name in {"organisation", "person", "membership"}:
                continue
            side = "B" if named & of_b else "A"
            if side == "B" and isinstance(row.get("id"), UUID):
                of_b.add(row["id"])
            world.keys[side].setdefault(table.name, []).append(row)
    for table in ("organisation_kind",):
        world.keys["A"].pop(table, None)
        world.keys["B"].pop(table, None)


def ancestors(rows: Mapping[str, list[Row]], table: str, row: Row) -> dict[str, Row]:
    """What a row hangs on, by table, the nearest first."""
    by_key = {
        (name, one["id"]): one for name, found in rows.items() for one in found if "id" in one
    }
    told: dict[str, Row] = {table: row}
    waiting = [(table, row)]
    while waiting:
        name, here = waiting.pop(0)
        for column in Base.metadata.tables[name].columns:
            for foreign in column.foreign_keys:
                parent = foreign.column.table.name
                above = by_key.get((parent, here[column.name]))
                if above is not None and parent not in told:
                    told[parent] = above
                    waiting.append((parent, above))
    return told


def _plant(session: Session, world: World) -> None:
    world.canaries |= {0: "offer.content", 1: "question.text"}
    rows = world.keys["A"]
    for name, found in rows.items():
        table = Base.metadata.tables[name]
        for row in found:
            state = _state_of(rows, name, row)
            planted = dict(_planted(world, table, row, state))
            if not planted:
                continue
            same = [column == row[column.name] for column in table.primary_key]
            session.execute(update(table).where(*same).values(planted))
            row.update(planted)


def _state_of(rows: Mapping[str, list[Row]], name: str, row: Row) -> str:
    if name in {"organisation", "person", "membership"}:
        return ""
    procurement = ancestors(rows, name, row).get("procurement")
    return f"@{procurement['state']}" if procurement is not None else ""


def _planted(world: World, table: Table, row: Row, state: str) -> Iterator[tuple[str, Any]]:
    for column in table.columns:
        place = f"{table.name}.{column.name}"
        value = row[column.name]
        if (
            column.name in CODES
            or place in TOLD_ELSEWHERE
            or column.primary_key
            or not value
            or "sha256" in column.name
            or "hash" in column.name
        ):
            continue
        kind = type(column.type)
        if issubclass(kind, String) and isinstance(value, str):
            yield column.name, f"{_canary(world, place + state)} {value}"
        elif isinstance(value, dict | list):
            said = _spoken(value, lambda: _canary(world, f"{place}{state}"))  # noqa: B023
            if said != value:
                yield column.name, said


def _spoken(value: Any, canary: Any, under: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _spoken(one, canary, key) for key, one in value.items()}
    if isinstance(value, list):
        return [_spoken(one, canary, under) for one in value]
    if isinstance(value, str) and under in SPOKEN and not CANARY.search(value):
        return f"{canary()} {value}"
    return value


def _canary(world: World, place: str) -> str:
    n = len(world.canaries)
    world.canaries[n] = place
    return f"Zk{n:05d}q"


__all__ = ["CANARY", "NOW", "READERS", "World", "ancestors", "build", "case_of"]
