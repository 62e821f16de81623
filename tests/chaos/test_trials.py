"""The trials in short, so that their commands keep working; README.md says how to try at length."""

from __future__ import annotations

import time
from contextlib import nullcontext

import pytest
from flask import Flask

from portal.config import Settings
from portal.web.unit import Services
from tests.chaos import command, deadline, disk_full, draw_downs, kills, letters, restarts, scores
from tests.chaos import same_submission as doubles
from tests.chaos.command import Asked, Figures
from tests.conftest import ON_POSTGRESQL

pytestmark = pytest.mark.trust


def asked(times: int, workers: int = 2, seconds: float = 60) -> Asked:
    return Asked(times, time.monotonic() + seconds, seed=2014, workers=workers)


@pytest.fixture
def empty(services: Services) -> Settings:
    """An installation whose database holds nothing, with nobody connected to it."""
    services.database.engine.dispose()
    services.reads_database.engine.dispose()
    return services.settings


def test_killed_processes_lose_nothing_and_leave_nothing_by_half(empty: Settings) -> None:
    figures = kills.trial(empty, asked(8))
    assert figures["kills"] == 8
    assert figures["acknowledged"] >= 6


def test_the_same_submission_many_times_at_once_is_one_offer(app: Flask, empty: Settings) -> None:
    figures = doubles.trial(empty, asked(1), app, at_once=6)
    assert (figures["keys"], figures["posts"]) == (1, 6)


def test_submissions_around_the_deadline_are_in_time_or_late_to_the_microsecond(
    app: Flask, empty: Settings
) -> None:
    figures = deadline.trial(empty, asked(len(deadline.EDGES) + 6), app)
    assert figures["in time"] > 4
    assert figures["late"] >= 2


def test_draw_downs_at_once_never_pass_the_maximum(empty: Settings) -> None:
    figures = draw_downs.trial(empty, asked(20))
    assert figures["done"] > 0
    assert figures["refused"] > 0


def test_of_those_who_write_a_score_at_once_one_is_let_and_the_others_told(
    empty: Settings,
) -> None:
    assert scores.trial(empty, asked(5, workers=3))["conflicts"] >= 5


@pytest.mark.skipif(ON_POSTGRESQL, reason="SQLite's own limit")
def test_a_full_database_is_told_and_goes_on_by_itself(app: Flask, empty: Settings) -> None:
    stopped = disk_full.few_pages(empty, asked(1), app, step=4)
    # What finds a free page needs no other.
    assert stopped["upload"] > 0
    assert len(stopped) > 1


def test_letters_survive_a_bad_mail_server(empty: Settings) -> None:
    assert letters.trial(empty, asked(8))["letters"] == 8


@pytest.mark.skipif(ON_POSTGRESQL, reason="a restart would be felt by all tests beside this one")
def test_a_database_that_is_locked_for_long_turns_away_with_a_page(empty: Settings) -> None:
    figures = restarts.on_sqlite(asked(1, seconds=2.5), empty)
    assert figures["restarts"] == 1


def test_a_trial_tells_its_figures_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def trial(_settings: Settings, given: Asked) -> Figures:
        return {"tries": given.times}

    monkeypatch.setattr("sys.argv", ["trial", "--tries", "7", "--seed", "5"])
    monkeypatch.setattr(command, "opened", lambda _url: nullcontext(None))
    monkeypatch.setattr("logging.disable", lambda _level: None)
    assert command.run("promise", "trial", trial, times=3, name="tries") == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "trial on sqlite, seed 5"
    assert told[1].startswith("| trial | sqlite | tries 7 | seconds ")
