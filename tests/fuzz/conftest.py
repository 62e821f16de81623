"""The installation in use is played once a run, and walked once a worker."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import ON_POSTGRESQL
from tests.fuzz.stage import Stage, few, set_up, take_down
from tests.fuzz.tables import tables
from tests.fuzz.walk import Walk


@pytest.fixture(scope="session")
def stage(
    _empty: str, _catalogues: None, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Stage]:
    """The demonstration, played, and everybody in it.

    ``PORTAL_TEST_PLAYED`` is a folder in which a run before has left it.
    """
    own = tmp_path_factory.mktemp("fuzz")
    base = tmp_path_factory.getbasetemp()
    here = (base if worker_id == "alone" else base.parent) / "fuzz-played"
    shared = Path(os.environ.get("PORTAL_TEST_PLAYED") or here)
    with _alone(shared):
        if ON_POSTGRESQL:
            # Each worker plays into databases of its own.
            opened = set_up(own, database=f"fuzz_{worker_id}")
        else:
            take_down(set_up(shared))
            for file in shared.glob("played*"):
                shutil.copyfile(file, own / file.name)
            opened = set_up(own)
    yield opened
    take_down(opened)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One worker after the other."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def walk(stage: Stage) -> Walk:
    """Every route that anybody reaches has been asked for once; every answer is kept."""
    walked = Walk(stage, seed=1)
    walked.before = tables(stage)
    walked.gather(few(stage.readers), each=1, keep=True)
    walked.after = tables(stage)
    return walked


@pytest.fixture
def played(stage: Stage) -> Iterator[Stage]:
    """The installation as it was played, put back afterwards."""
    stage.put_back()
    yield stage
    stage.put_back()
