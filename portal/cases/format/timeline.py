"""Reads the timeline: each act by its row, in order of time, with the keys it may refer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from yaml.nodes import Node, ScalarNode, SequenceNode

from portal.cases.format.acts import ACTS, BY, EVERY_ACT, RULES
from portal.cases.format.heads import Act
from portal.cases.format.kinds import Shape
from portal.cases.format.reader import UNREAD, Entries, Reader, line_of, quoted, shape_of

# Keys by which an act may be done stand in one room: `by` does not tell what it is the key of.
_NAMED_TOGETHER = {"participant": ("person", "organisation")}
_INTRODUCED = (
    "question",
    "clarification",
    "contract",
    "meeting",
    "practice",
    "call_off",
    "training",
    "participant",
    "proposal",
    "scorecard",
)


@dataclass
class _Story:
    """What has been told so far: contracts by lot, call-offs by contract, the latest time."""

    lots: Mapping[str, Mapping[str, Any]]
    contracts: dict[str, str] = field(default_factory=dict)
    call_offs: dict[str, str] = field(default_factory=dict)
    latest: datetime | None = None


@cache
def _row(do: str) -> Shape:
    takes = ACTS[do]
    keys = {**EVERY_ACT.keys, "by": BY.get(do, EVERY_ACT.keys["by"]), **takes.keys}
    return Shape(keys, takes.copied_by, EVERY_ACT.checks + takes.checks)


def read_timeline(
    reader: Reader, node: Node, lots: Mapping[str, Mapping[str, Any]]
) -> tuple[Act, ...]:
    """The acts; those with faults are left out, and the reader has noted why.

    ``lots`` holds what could be read of each lot, by key.
    """
    for thing in _INTRODUCED:
        reader.known.setdefault(thing, set())
    if not isinstance(node, SequenceNode):
        reader.fault(line_of(node), f"timeline is {shape_of(node)}; expected a list of acts")
        return ()
    story = _Story(lots)
    acts = (_act(reader, item, n, story) for n, item in enumerate(node.value, start=1))
    return tuple(act for act in acts if act is not None)


def _act(reader: Reader, item: Node, n: int, story: _Story) -> Act | None:
    before = len(reader.faults)
    entries = reader.entries(item, "an act")
    if entries is None:
        return None
    do = _do(reader, item, entries)
    reader.new = []
    values: dict[str, Any] = {}
    if do is None:
        at = reader.read(EVERY_ACT.kinds["at"], entries["at"][1], "at") if "at" in entries else None
        values = {} if at is None or at is UNREAD else {"at": at}
    else:
        # Duplicate keys are noted once more with the row.
        del reader.faults[before:]
        values = reader.read(_row(do), item, f"the act '{do}'")
    refused = "expect" in entries
    _in_order(reader, entries, values, story)
    if "rule" in values and values["rule"] not in RULES:
        reader.fault(
            line_of(entries["rule"][1]),
            f"rule is {quoted(values['rule'])}; expected the name of a rule of the format",
        )
    if do is not None:
        _fits_the_contract(reader, do, entries, values, story)
    if not refused:
        _introduce(reader, values, story)
    if do is None or len(reader.faults) > before:
        return None
    takes = {key: value for key, value in values.items() if key not in EVERY_ACT.kinds}
    return Act(
        n=n,
        line=line_of(item),
        at=values["at"],
        by=values["by"],
        do=do,
        takes=takes,
        expect_refused=refused,
        rule=values.get("rule"),
    )


def _do(reader: Reader, item: Node, entries: Entries) -> str | None:
    if "do" not in entries:
        reader.fault(line_of(item), "key 'do' is missing from an act; expected the act's name")
        return None
    node = entries["do"][1]
    if isinstance(node, ScalarNode) and node.value in ACTS:
        return str(node.value)
    reader.fault(line_of(node), f"do is {shape_of(node)}; expected the name of an act")
    return None


def _in_order(reader: Reader, entries: Entries, values: Mapping[str, Any], story: _Story) -> None:
    at = values.get("at")
    if at is None:
        return
    if story.latest is not None and at < story.latest:
        text = f"at is {shape_of(entries['at'][1])}, before the act above it"
        reader.fault(
            line_of(entries["at"][1]), f"{text}; expected acts in the order of their times"
        )
    else:
        story.latest = at


def _fits_the_contract(
    reader: Reader, do: str, entries: Entries, values: Mapping[str, Any], story: _Story
) -> None:
    contract = values.get("contract") or story.call_offs.get(values.get("copy_of", ""))
    lot = story.lots.get(story.contracts.get(contract or "", ""))
    if lot is None:
        return
    if do == "call_off" and "field" in values and "fields" in lot:
        among, key = list(lot["fields"]), "field"
    elif do == "exercise_option" and "option" in values and "options" in lot:
        among, key = [option["key"] for option in lot["options"] if "key" in option], "option"
    else:
        return
    if values[key] not in among:
        reader.fault(
            line_of(entries[key][1]),
            f"{key} is {quoted(values[key])}; expected one of the lot's: {', '.join(among)}",
        )


def _introduce(reader: Reader, values: Mapping[str, Any], story: _Story) -> None:
    for thing, key, line in reader.new:
        rooms = (thing, *_NAMED_TOGETHER.get(thing, ()))
        if any(key in reader.known.get(room, ()) for room in rooms):
            reader.fault(line, f"duplicate key {quoted(key)}; expected a new key of its own")
        reader.known[thing].add(key)
        if thing == "contract" and "lot" in values:
            story.contracts[key] = values["lot"]
        if thing == "call_off":
            contract = values.get("contract") or story.call_offs.get(values.get("copy_of", ""))
            if contract:
                story.call_offs[key] = contract
