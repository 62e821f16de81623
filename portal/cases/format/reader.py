"""Reads one value of a YAML file by the kind that its place expects, and collects the faults.

Nothing is left to YAML's own types: a scalar is the text that was written, whatever it looks like.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from portal.cases.format.call import THINGS
from portal.cases.format.faults import Fault
from portal.cases.format.kinds import Kind, ListOf, MapOf, New, Ref, Shape, Text, Time, Unfit
from portal.shared.clock import ClockChange, from_local


class _Unread:
    """The value of what had a fault."""


UNREAD = _Unread()
Entries = dict[str, tuple[Node, Node]]


def line_of(node: Node) -> int:
    """The line on which the node begins, from 1."""
    return int(node.start_mark.line) + 1


def quoted(text: str) -> str:
    """The text between quotes, on one line, shortened."""
    flat = " ".join(text.split())
    return f"'{flat[:57]}...'" if len(flat) > 60 else f"'{flat}'"


def shape_of(node: Node) -> str:
    """What the node is, in a word."""
    if isinstance(node, MappingNode):
        return "a mapping"
    return "a list" if isinstance(node, SequenceNode) else quoted(str(node.value))


class Reader:
    """Reads values and remembers what was wrong, what is known and what is new.

    ``known`` holds the keys that a reference may be to, by the thing they are keys of; a thing
    that is not there could not be read itself, and references to it are let be. ``new`` gathers
    the keys that the act being read would introduce.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self.faults: list[Fault] = []
        self.known: dict[str, set[str]] = {}
        self.new: list[tuple[str, str, int]] = []

    def fault(self, line: int, text: str) -> None:
        """Notes a fault."""
        self.faults.append(Fault(line, text))

    def read(self, kind: Kind, node: Node, name: str) -> Any:
        """The value of the node by its kind, or UNREAD after noting why not."""
        match kind:
            case Shape():
                return self._shape(kind, node, name)
            case MapOf():
                return self._map(kind, node, name)
            case ListOf():
                return self._list(kind, node, name)
        if not isinstance(node, ScalarNode):
            self.fault(line_of(node), f"{name} is {shape_of(node)}; expected a single value")
            return UNREAD
        text = str(node.value)
        match kind:
            case Ref():
                return self._ref(kind, text, line_of(node), name)
            case New():
                return self._new(kind, text, line_of(node), name)
            case Time():
                return self._time(kind, text, line_of(node), name)
        try:
            return kind.value(text)
        except Unfit as unfit:
            self.fault(line_of(node), f"{name} is {quoted(text)}; {unfit}")
            return UNREAD

    def entries(self, node: Node, name: str) -> Entries | None:
        """The keys of a mapping with the nodes of key and value, or None where it is none."""
        if not isinstance(node, MappingNode):
            self.fault(line_of(node), f"{name} is {shape_of(node)}; expected a mapping")
            return None
        found: Entries = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode) or not str(key.value).strip():
                self.fault(line_of(key), f"a key of {name} is not text; expected a name")
            elif key.value in found:
                first = line_of(found[key.value][0])
                self.fault(
                    line_of(key),
                    f"duplicate key {quoted(key.value)} in {name}; expected it once, "
                    f"and it is on line {first}",
                )
            else:
                found[str(key.value)] = (key, value)
        return found

    def keys_of(self, shape: Shape, node: Node, name: str) -> Entries | None:
        """The known keys of a shape that are there; notes the unknown and the missing ones."""
        entries = self.entries(node, name)
        if entries is None:
            return None
        for key in [key for key in entries if key not in shape.kinds]:
            known = ", ".join(shape.kinds) or "no keys"
            where = line_of(entries.pop(key)[0])
            self.fault(where, f"unknown key {quoted(key)} in {name}; expected one of {known}")
        copied = shape.copied_by in entries
        for key in shape.required:
            if key not in entries and not (copied and not isinstance(shape.kinds[key], New)):
                self.fault(line_of(node), f"key '{key}' is missing from {name}; expected it")
        return entries

    def _shape(self, shape: Shape, node: Node, name: str) -> Any:
        entries = self.keys_of(shape, node, name)
        if entries is None:
            return UNREAD
        values: dict[str, Any] = {}
        for key, kind in shape.kinds.items():
            if key in entries:
                values[key] = self.read(kind, entries[key][1], key)
            elif isinstance(kind, Text) and kind.default is not None:
                values[key] = kind.default
        for check in shape.checks:
            wrong = check(values)
            if wrong:
                key, text = wrong
                self.fault(line_of(entries[key][1] if key in entries else node), text)
        return {key: value for key, value in values.items() if value is not UNREAD}

    def _map(self, kind: MapOf, node: Node, name: str) -> Any:
        entries = self.entries(node, name)
        if entries is None:
            return UNREAD
        values: dict[str, Any] = {}
        for key, (key_node, value_node) in entries.items():
            read_key = self.read(kind.keys, key_node, f"a key of {name}")
            value = self.read(kind.values, value_node, key)
            if read_key is not UNREAD and value is not UNREAD:
                values[key] = value
        return values

    def _list(self, kind: ListOf, node: Node, name: str) -> Any:
        if not isinstance(node, SequenceNode):
            self.fault(line_of(node), f"{name} is {shape_of(node)}; expected a list")
            return UNREAD
        values: list[Any] = []
        seen: set[str] = set()
        for item in node.value:
            value = self.read(kind.item, item, f"an item of {name}")
            if value is UNREAD:
                continue
            values.append(value)
            mark = value.get("key") if isinstance(value, dict) else value
            # A new key is compared with all of its kind when the act has been read.
            if mark in seen and not self._is_new(kind.item):
                self.fault(
                    line_of(item_node(item, "key")),
                    f"duplicate {quoted(str(mark))} in {name}; expected each once",
                )
            if mark is not None:
                seen.add(mark)
        return values

    @staticmethod
    def _is_new(kind: Kind) -> bool:
        return isinstance(kind, Shape) and isinstance(kind.kinds.get("key"), New)

    def _ref(self, kind: Ref, text: str, line: int, name: str) -> Any:
        if any(thing not in self.known or text in self.known[thing] for thing in kind.to):
            return text
        expected = " or ".join(THINGS[thing] for thing in kind.to)
        self.fault(line, f"{name} is {quoted(text)}, which nothing is called; expected {expected}")
        return UNREAD

    def _new(self, kind: New, text: str, line: int, name: str) -> Any:
        if not text.strip():
            self.fault(line, f"{name} is blank; expected a new key")
            return UNREAD
        self.new.append((kind.of, text, line))
        return text

    def _time(self, kind: Time, text: str, line: int, name: str) -> Any:
        try:
            return from_local(kind.value(text), self.zone)
        except Unfit as unfit:
            self.fault(line, f"{name} is {quoted(text)}; {unfit}")
        except ClockChange:
            self.fault(
                line,
                f"{name} is {quoted(text)}, which the clock change skips or repeats; "
                f"expected a time that the clocks of {self.zone.key} show once",
            )
        except OverflowError:
            self.fault(line, f"{name} is {quoted(text)}; expected a time within the calendar")
        return UNREAD


def item_node(node: Node, key: str) -> Node:
    """The value of a mapping's key, else the node itself: where a fault about it belongs."""
    if isinstance(node, MappingNode):
        for key_node, value in node.value:
            if isinstance(key_node, ScalarNode) and key_node.value == key:
                found: Node = value
                return found
    return node
