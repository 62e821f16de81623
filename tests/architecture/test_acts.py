"""Acts, permissions, refusals and the record agree with one another, read from the code itself."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from portal.paths import ROOT
from portal.permissions import ACTS
from portal.refusals import REFUSALS

PACKAGE = ROOT / "portal"
USECASES = sorted(
    {
        *PACKAGE.glob("*/usecases.py"),
        *PACKAGE.glob("*/usecases/*.py"),
        *PACKAGE.glob("*/*/usecases.py"),
    }
)
MODULES = sorted(PACKAGE.rglob("*.py"))


def calls(tree: ast.AST, name: str) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name | ast.Attribute)
        and (node.func.id if isinstance(node.func, ast.Name) else node.func.attr) == name
    ]


def verbs(file: Path) -> list[ast.FunctionDef]:
    """Public functions that are handed an actor or change something at a time."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and {"by", "at"} <= {argument.arg for argument in node.args.kwonlyargs}
    ]


@pytest.mark.parametrize("file", USECASES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_every_verb_with_an_actor_is_on_record(file: Path) -> None:
    for verb in verbs(file):
        assert calls(verb, "acting"), f"{verb.name} acts without a record"


@pytest.mark.parametrize("file", USECASES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_no_use_case_commits_or_reads_a_clock_or_a_request(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for name in ("commit", "now", "utcnow", "today"):
        assert not calls(tree, name), f"{file.name} calls {name}"


def test_every_act_that_is_asked_for_stands_in_the_table() -> None:
    asked = set()
    for file in MODULES:
        for call in calls(ast.parse(file.read_text(encoding="utf-8")), "require"):
            if len(call.args) >= 2 and isinstance(call.args[1], ast.Constant):
                asked.add(call.args[1].value)
    assert asked <= ACTS.keys()
    assert asked


def test_every_refusal_has_its_words() -> None:
    for file in MODULES:
        for call in calls(ast.parse(file.read_text(encoding="utf-8")), "RuleBroken"):
            if call.args and isinstance(call.args[0], ast.Constant):
                rule = call.args[0].value
                assert rule in REFUSALS, f"{file.relative_to(ROOT)}: {rule} has no words"


def test_no_module_has_outgrown_its_room() -> None:
    long = {
        str(file.relative_to(ROOT)): lines
        for file in MODULES
        if (lines := len(file.read_text(encoding="utf-8").splitlines())) > 450
    }
    assert not long
    assert not [file for file in MODULES if file.stem in {"util", "utils", "helpers", "common"}]
