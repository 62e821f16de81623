"""What fails in a job or a command is told by a reference, and never by what it was about."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal import cli
from portal.config import Settings
from portal.database import Database
from portal.jobs.queue import Task, do, due_jobs
from portal.web.commands import UNAVAILABLE, UNEXPECTED
from portal.web.logging import JsonLines
from tests.conftest import KEY
from tests.jobs.test_queue import AT, asked

SECRET = "KANARIA"


class Referenced(logging.Handler):
    """The lines as they are written, at the moment at which they are."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[dict[str, object]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(JsonLines().format(record)))


def breaks(*_given: object) -> None:
    raise RuntimeError(SECRET)


def test_every_try_of_a_job_has_a_reference_of_its_own_in_the_log(database: Database) -> None:
    asked(database)
    written = Referenced()
    logger = logging.getLogger("portal.jobs")
    logger.addHandler(written)
    with database.reading() as session:
        (job,) = due_jobs(session, AT)
    try:
        assert not do(database, {"work": Task(breaks, breaks)}, job, AT)
        later = AT.replace(hour=12)
        sound_half = Task(lambda *_given: None, breaks)
        with pytest.raises(RuntimeError):
            do(database, {"work": sound_half}, job, later)
    finally:
        logger.removeHandler(written)
    assert [line["message"] for line in written.lines] == ["job failed", "job not finished"]
    assert len({str(line["reference"]) for line in written.lines}) == 2
    assert all(len(str(line["reference"])) == 32 for line in written.lines)
    assert all(line["fault"] == "RuntimeError" for line in written.lines)
    assert SECRET not in json.dumps(written.lines)


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    return {
        "PORTAL_DATABASE_URL": settings.database_url,
        "PORTAL_SECRET_KEY": settings.secret_key,
        "PORTAL_STORAGE_KEY": KEY,
    }


def test_a_command_without_its_database_ends_by_one_line_and_a_code(
    environment: dict[str, str], tmp_path: Path
) -> None:
    for url, word in (
        (f"sqlite:///{tmp_path}/nothing.sqlite", "portal migrate"),
        (f"sqlite:///{tmp_path}", "cannot be used"),
        ("postgresql+psycopg://nobody@127.0.0.1:1/none", "cannot be used"),
    ):
        ended = CliRunner().invoke(
            cli.main, ["daily"], env={**environment, "PORTAL_DATABASE_URL": url}
        )
        assert ended.exit_code == UNAVAILABLE
        assert ended.output.count("\n") == 1
        assert word in ended.output
        assert "Traceback" not in ended.output


def test_a_fault_of_ours_in_a_command_is_told_by_a_reference_and_its_place(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.waiting.daily.DAILY", [breaks])
    ended = CliRunner().invoke(cli.main, ["daily"], env=environment)
    assert ended.exit_code == UNEXPECTED
    place, told = ended.output.splitlines()
    line = json.loads(place)
    assert line["fault"] == "RuntimeError"
    assert line["reference"] in told
    assert SECRET not in ended.output
    assert "Traceback" not in ended.output
