"""Forms under fire: a short run of `python -m tests.fuzz`, on the same installation."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from tests.fuzz.stage import Stage, few
from tests.fuzz.walk import Walk
from tests.promises.figures import leave, times

pytestmark = pytest.mark.trust


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.filterwarnings("ignore")
def test_no_form_of_any_role_breaks_or_echoes_whatever_is_posted(walk: Walk, stage: Stage) -> None:
    fire = Walk(stage, seed=20261127)
    fire.harvest = walk.harvest
    readers = few(stage.readers)
    for number in range(times(1, 40)):
        fire.round(number, times(120, 500), readers)
    stage.put_back()
    leave("hostile_forms", "suite", fire.tally.figures())
    assert [failure.line() for failure in fire.tally.failures] == []
    assert fire.tally.refused > 0
    assert fire.tally.lost == []


def test_no_page_of_any_role_fails_or_echoes(walk: Walk) -> None:
    assert [failure.line() for failure in walk.tally.failures] == []
    assert walk.tally.gets > 300
