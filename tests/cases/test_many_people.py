"""A case of many participants: right to the last figure, at the same cost for each act."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from sqlalchemy import event

from benchmarks.people import Size, expected, written
from portal.cases.format import read_case
from portal.cases.format.nodes import compose
from portal.cases.player import AS_TOLD, play_case
from portal.cases.report import report
from portal.config import Settings
from portal.documents import store
from portal.documents.render import Rendered
from portal.installation import Installation, open_installation
from portal.web.unit import Services

SIZE = Size(people=24, trainings=2)


def unlaid(kind: str, language: str, context: dict[str, Any]) -> Rendered:
    """A document in nobody's sight."""
    content = f"{kind} {language} {context}".encode()
    return Rendered(content, hashlib.sha256(content).hexdigest(), 1)


@pytest.fixture
def installation(services: Services, settings: Settings) -> Iterator[Installation]:
    """An installation on the test's clean database."""
    opened = open_installation(settings)
    yield opened
    opened.close()


def test_every_act_costs_as_many_queries_in_a_full_training_as_in_an_empty_one(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "render", unlaid)
    case = read_case("".join(written(SIZE)))
    statements: list[str] = []
    costs: dict[str, list[int]] = defaultdict(list)
    acts = iter(case.timeline)

    def note(*told: object) -> None:
        statements.append(str(told[2]))

    def told(_line: str) -> None:
        # What an act's documents cost is counted to the act after it.
        costs[next(acts).do].append(len(statements))
        statements.clear()

    event.listen(installation.database.engine, "before_cursor_execute", note)
    play = play_case(installation, case, progress=told)

    assert play.ending == AS_TOLD
    for do in ("apply", "interview", "complete", "leave_early", "interrupt", "give_feedback"):
        # The first follows an act of another kind, whose jobs may be done before it.
        later = costs[do][1:]
        assert later, do
        assert max(later) - min(later) <= 3, (do, later)
        assert max(later) <= 25, (do, later)
    for do in ("select", "start", "record_workdays", "accept_workdays"):
        assert max(costs[do]) <= 35, (do, costs[do])
    with installation.database.reading() as session:
        found = report(session, play)
    assert found["indicators"] == expected(SIZE)
    assert found["audit"]["intact"]


def test_the_acts_of_a_long_file_are_made_one_by_one() -> None:
    root = compose("".join(written(Size(people=40, trainings=2))))
    timeline = next(value for key, value in root.value if key.value == "timeline")
    assert not isinstance(timeline.value, list)
    lines = [item.start_mark.line + 1 for item in timeline.value]
    assert lines == sorted(lines)
    assert len(set(lines)) == len(lines)


@pytest.mark.parametrize(
    "text",
    [
        "timeline: []\ncase: late\n",
        "case: &a one\ntimeline: []\n",
        "timeline: [1]\ntimeline: [2]\n",
        "[1, 2]\n",
        "case: one\n",
    ],
)
def test_what_is_not_plain_is_composed_by_the_library(text: str) -> None:
    found, plain = compose(text), yaml.compose(text, Loader=yaml.SafeLoader)
    assert yaml.serialize(found) == yaml.serialize(plain)
