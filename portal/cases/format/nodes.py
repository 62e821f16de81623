"""The nodes of a case file. The acts of its timeline are made one by one, as they are asked for.

A file of many thousand acts is parsed in C, where that is at hand, and of its timeline no more
nodes are kept at a time than those of one act. What is not plain (an anchor, a fault, acts that do
not come last) is left to the library's own composer, which also words the faults.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from portal.cases.format.faults import Fault, Faults
from portal.data_files import LOADER

TIMELINE = "timeline"
_DEEPEST = 50
"""No case file is nested as deep."""


def compose(text: str) -> Node:
    """The root of the file. Raises Faults for what is not YAML, is empty or nested too deep."""
    return _lazily(text) if _plain(text) else _whole(text)


def _plain(text: str) -> bool:
    """Whether it is one mapping without anchors, faults or deep nesting, its timeline last."""
    depth, documents = 0, 0
    keys: list[str | None] = []
    at_key = True
    try:
        for event in yaml.parse(text, Loader=LOADER):
            if isinstance(event, NodeEvent):
                if isinstance(event, AliasEvent) or event.anchor is not None:
                    return False
                if depth == 0 and not isinstance(event, MappingStartEvent):
                    return False
                if depth == 1:
                    if at_key:
                        keys.append(event.value if isinstance(event, ScalarEvent) else None)
                    at_key = not at_key
            documents += isinstance(event, DocumentStartEvent)
            if isinstance(event, (MappingStartEvent, SequenceStartEvent)):
                depth += 1
                if depth > _DEEPEST:
                    return False
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                depth -= 1
    except yaml.YAMLError:
        return False
    # Twice the same key is a fault, which is told with both of its lines.
    return documents == 1 and keys[-1:] == [TIMELINE] and keys.count(TIMELINE) == 1


def _lazily(text: str) -> Node:
    # Of whatever kind the parser's events and marks are: both kinds tell the same.
    events: Iterator[Any] = iter(yaml.parse(text, Loader=LOADER))
    root: Any = next(event for event in events if isinstance(event, MappingStartEvent))
    pairs: list[tuple[Node, Node]] = []
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            break
        key = _node(event, events)
        begun = next(events)
        if key.value == TIMELINE and isinstance(begun, SequenceStartEvent):
            pairs.append((key, _sequence(begun, _items(events))))
            break
        pairs.append((key, _node(begun, events)))
    return MappingNode("", pairs, root.start_mark, root.end_mark)


def _items(events: Iterator[Any]) -> Iterator[Node]:
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            return
        yield _node(event, events)


def _sequence(begun: Any, items: Any) -> Node:
    return SequenceNode("", items, begun.start_mark, begun.end_mark)


def _node(event: Any, events: Iterator[Any]) -> Node:
    """The node that the event begins; its own events are taken from those that follow."""
    begins, ends = event.start_mark, event.end_mark
    if isinstance(event, ScalarEvent):
        return ScalarNode("", event.value, begins, ends)
    if isinstance(event, SequenceStartEvent):
        return _sequence(event, list(_items(events)))
    pairs = []
    for inner in events:
        if isinstance(inner, yaml.MappingEndEvent):
            break
        pairs.append((_node(inner, events), _node(next(events), events)))
    return MappingNode("", pairs, begins, ends)


def _whole(text: str) -> Node:
    try:
        root: Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problem = error.problem or error.context or "it cannot be read"
        raise Faults([Fault(line, f"not YAML: {problem}; expected a YAML document")]) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise Faults(
            [Fault(line, "a character that YAML does not allow; expected printable text")]
        ) from error
    except RecursionError as error:
        raise Faults([Fault(1, "nested too deep; expected the shape of a case file")]) from error
    if root is None:
        raise Faults([Fault(1, "the file is empty; expected a case")])
    return root
