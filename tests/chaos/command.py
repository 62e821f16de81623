"""What the commands of the trials have in common: their arguments, their database, their line."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import SystemRandom

from portal.config import Settings
from tests.chaos.ground import opened
from tests.postgres import private_cluster
from tests.promises.figures import leave

Figures = dict[str, int | float | str]


@dataclass(frozen=True)
class Asked:
    """How much of a trial is asked for: so many times, until when at most, from which seed."""

    times: int
    ends_at: float
    seed: int
    workers: int = 4

    @property
    def goes_on(self) -> bool:
        """Whether there is time left."""
        return time.monotonic() < self.ends_at


@contextmanager
def cluster(database: str) -> Iterator[str | None]:
    """The address of a private PostgreSQL cluster that loses nothing; None for SQLite."""
    if database != "postgresql":
        yield None
        return
    with private_cluster(durable=True) as url:
        yield url


def run(
    promise: str,
    trial: str,
    act: Callable[[Settings, Asked], Figures],
    *,
    times: int,
    minutes: float = 5,
    name: str = "times",
    workers: int = 4,
) -> int:
    """Read the arguments, try it on the databases named, print a line of figures for each.

    ``name`` is what is counted (``--kills 1000``). A broken promise ends it by an AssertionError.
    """
    parser = argparse.ArgumentParser(prog=f"python -m tests.chaos.{trial}")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="sqlite")
    parser.add_argument(f"--{name}", type=int, default=times, dest="times")
    parser.add_argument("--minutes", type=float, default=minutes, help="at most, on each database")
    parser.add_argument("--workers", type=int, default=workers)
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args()
    # What fails here fails on purpose, thousands of times.
    logging.disable(logging.CRITICAL)
    for database in ("sqlite", "postgresql") if given.database == "both" else (given.database,):
        seed = SystemRandom().randrange(2**32) if given.seed is None else given.seed
        sys.stdout.write(f"{trial} on {database}, seed {seed}\n")
        sys.stdout.flush()
        os.environ["PORTAL_TEST_DATABASE"] = database
        began = time.monotonic()
        asked = Asked(given.times, began + given.minutes * 60, seed, given.workers)
        with cluster(database) as url, opened(url) as settings:
            figures = act(settings, asked)
        figures = {**figures, "seconds": round(time.monotonic() - began, 1), "seed": seed}
        told = " | ".join(f"{key} {value}" for key, value in figures.items())
        sys.stdout.write(f"| {trial} | {database} | {told} |\n")
        leave(promise, trial, figures)
    return 0
