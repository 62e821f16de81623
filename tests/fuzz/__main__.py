"""``python -m tests.fuzz --posts 100000 --minutes 30 --seed 1``: the long run of the form fuzzer.

Prints each failure in one line with what shows it again, and the figures at the end; leaves them
where ``PORTAL_TRUST_FIGURES`` says. Ends with 1 where anything failed.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
import warnings
from pathlib import Path

from tests.fuzz.stage import one_of_each_role, set_up, take_down
from tests.fuzz.walk import Walk
from tests.promises.figures import leave

POSTS_A_ROUND = 1000


def main() -> int:
    """Run until there are so many posts, or so many minutes have passed."""
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz")
    asked.add_argument("--posts", type=int, default=100_000)
    asked.add_argument("--minutes", type=float, default=30)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--round", type=int, help="walk this round only")
    asked.add_argument("--each", type=int, default=1, help="addresses of a route for each reader")
    asked.add_argument("--folder", type=Path, help="play here, or take what was played here")
    given = asked.parse_args()
    warnings.simplefilter("ignore")
    # Each fault is told in one line by the walk itself.
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as temporary:
        stage = set_up(given.folder or Path(temporary))
        walk = Walk(stage, given.seed, tell=lambda line: print(line, flush=True))
        until = time.monotonic() + given.minutes * 60
        readers = one_of_each_role(stage.readers)
        walk.gather(readers, given.each)
        print(f"{walk.tally.gets} pages read, {len(walk.tally.failures)} faults", flush=True)
        if given.round is not None:
            walk.round(given.round, POSTS_A_ROUND, readers)
        else:
            number = 0
            while walk.tally.posts < given.posts and time.monotonic() < until:
                left = given.posts - walk.tally.posts
                walk.round(number, min(POSTS_A_ROUND, left), readers)
                number += 1
        take_down(stage)
    figures = walk.tally.figures()
    for line in walk.tally.lost[:20]:
        print("not kept:", line)
    print("answers:", dict(sorted(walk.tally.statuses.items())))
    for name, figure in figures.items():
        print(f"{name}: {figure}")
    if given.round is None:
        leave("hostile_forms", "fuzz", figures)
    return 1 if walk.tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
