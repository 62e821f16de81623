"""Reads the files of a criteria folder, keeping the line of everything in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from portal.data_files import LOADER
from portal.shared.names import LANGUAGES

SHELVES = {
    "scale": "scales",
    "criterion": "library",
    "set": "sets",
    "indicator": "indicators",
}
"""Which folder holds which kind of file."""

Place = Sequence[str | int]
"""Keys and positions that lead from the top of a file to something in it."""


@dataclass(eq=False)
class SourceFile:
    """One file as it was read: its content, and the nodes that know their lines."""

    kind: str
    path: Path
    shown: str
    node: yaml.Node | None = None
    content: Any = None
    faults: list[tuple[int, str]] = field(default_factory=list)

    def line(self, *place: str | int) -> int:
        """The line, counted from 1, of that place or of the nearest thing that holds it."""
        return _node_at(self.node, place).start_mark.line + 1 if self.node else 1

    def fault(self, place: Place, text: str) -> None:
        """Note a fault at that place."""
        self.faults.append((self.line(*place), text))

    @property
    def reference(self) -> tuple[str, int]:
        """Key and version; scales have no versions."""
        return self.content["key"], self.content.get("version", 1)


class _Loader(yaml.SafeLoader):
    """Safe YAML without aliases; numbers with decimals are exact, and dates stay text."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """As the parent, but an alias is a fault: it has no line of its own, and may loop."""
        if self.check_event(yaml.AliasEvent):
            mark: yaml.Mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(
                None, None, "an alias is not expected here: write the text out", mark
            )
        return super().compose_node(parent, index)


def _exact(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Decimal:
    try:
        number = Decimal(loader.construct_scalar(node))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise yaml.constructor.ConstructorError(
            None, None, f"{node.value!r} is not a plain number", node.start_mark
        )
    return number


def _as_written(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


class _FastLoader(LOADER):  # type: ignore[misc]  # which of two it is, the library knows
    """The same in C where that is at hand; what it does not take, the other tells in words."""


for _one in (_Loader, _FastLoader):
    _one.add_constructor("tag:yaml.org,2002:float", _exact)
    _one.add_constructor("tag:yaml.org,2002:timestamp", _as_written)


def read_folder(folder: Path) -> list[SourceFile]:
    """All files of the folder's shelves; syntax faults are noted on them."""
    return [
        read_file(kind, path, f"{folder.name}/{shelf}/{path.name}")
        for kind, shelf in SHELVES.items()
        for path in sorted((folder / shelf).glob("*.y*ml"))
    ]


def read_file(kind: str, path: Path, shown: str) -> SourceFile:
    """One file, called ``shown`` where its faults are told; syntax faults are noted on it."""
    file = SourceFile(kind, path, shown)
    try:
        text = path.read_text(encoding="utf-8")
        try:
            # An alias is a fault, and its sign is rare in a text.
            node, file.content = _read(_Loader if "*" in text else _FastLoader, text)
        except yaml.YAMLError:
            node, file.content = _read(_Loader, text)
    except yaml.MarkedYAMLError as broken:
        mark = broken.problem_mark or broken.context_mark
        line = mark.line + 1 if mark else 1
        file.faults.append((line, f"not readable as YAML: {broken.problem or broken.context}"))
        return file
    except (yaml.YAMLError, UnicodeDecodeError) as broken:
        reason = str(broken).splitlines()[0]
        file.faults.append((1, f"not readable as YAML in UTF-8: {reason}"))
        return file
    if not isinstance(node, yaml.MappingNode):
        file.faults.append((1, f"expected a mapping that describes one {kind}"))
        return file
    file.node = node
    for line, key in _repeated_keys(node):
        file.faults.append((line, f"the key `{key}` is given twice, expected once"))
    return file


def _read(loader_class: Any, text: str) -> tuple[yaml.Node | None, Any]:
    loader = loader_class(text)
    try:
        node = loader.get_single_node()
        return node, loader.construct_document(node) if node else None
    finally:
        loader.dispose()


def _node_at(node: yaml.Node | None, place: Place) -> yaml.Node:
    assert node is not None
    if not place:
        return node
    step, rest = place[0], place[1:]
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                # A block value begins on the line after its key; the key's line is the one to open.
                return _node_at(value, rest) if rest else key
    elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return _node_at(node.value[step], rest)
    return node


def _repeated_keys(node: yaml.Node) -> Iterator[tuple[int, str]]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key.start_mark.line + 1, key.value
            seen.add(str(key.value))
            yield from _repeated_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _repeated_keys(item)


def texts_in(
    content: object, place: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, str]]]:
    """Every text in languages that this content holds, with its place."""
    if isinstance(content, dict):
        if set(content) == set(LANGUAGES):
            yield place, content
            return
        for key, value in content.items():
            yield from texts_in(value, (*place, key))
    elif isinstance(content, list):
        for n, value in enumerate(content):
            yield from texts_in(value, (*place, n))
