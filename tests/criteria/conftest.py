"""A copy of the criteria folder that a test may spoil."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from portal import paths

Spoil = Callable[[str, str, str], int]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound criteria folder."""
    return Path(shutil.copytree(paths.CRITERIA, tmp_path / "criteria"))


@pytest.fixture
def spoil(folder: Path) -> Spoil:
    """Replace the one place of a text in a file; the answer is the line, from 1, it was on."""

    def replace(name: str, old: str, new: str) -> int:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {name}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    return replace
