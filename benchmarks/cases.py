"""``python -m benchmarks.cases [PARTICIPANTS]``: what a case of many participants costs.

It plays a small case and the large one in one run, so that the ratio of their times per act does
not depend on the machine: near 1.0, an act costs the same however many there are before it. The
memory is that of the process after each quarter of the large case. The indicator table of both
must be right, or it ends by 1.
"""

from __future__ import annotations

import base64
import secrets
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.people import Size, expected, written
from portal.cases.format import Case, read_case
from portal.cases.player import play_case
from portal.cases.report import report
from portal.config import Settings
from portal.installation import open_installation
from portal.migrate import migrate

SMALL = Size(people=120, trainings=1)
IN_ONE_TRAINING = 500
# The call, the offers and the contract come first, with documents: they are no measure.
BEGINNING = 40


def main(people: int) -> int:
    """The exit code: 0 where both tables are right."""
    large = Size(people=people, trainings=max(1, people // IN_ONE_TRAINING))
    small, right = _played(SMALL)
    print(f"{'':14} {'acts':>7} {'ms an act':>10} {'ratio':>6}")
    print(f"{SMALL.people:6} people  {small[0]:7} {small[1]:10.2f} {1:6.2f}")
    (acts, each), also_right = _played(large, quarters=True)
    print(f"{people:6} people  {acts:7} {each:10.2f} {each / small[1]:6.2f}")
    print(f"the indicator tables are {'right' if right and also_right else 'WRONG'}")
    return 0 if right and also_right else 1


def _played(size: Size, *, quarters: bool = False) -> tuple[tuple[int, float], bool]:
    """How many acts there were, milliseconds of the processor for each, and whether it is right."""
    case = read_case("".join(written(size)))
    with tempfile.TemporaryDirectory() as folder:
        installation = open_installation(_settings(Path(folder)), durable=False)
        migrate(installation.database)
        clock = _Clock(case, quarters)
        play = play_case(installation, case, progress=clock)
        acts = len(case.timeline) - BEGINNING
        each = (time.process_time() - clock.since) * 1000 / acts
        with installation.database.reading() as session:
            right = report(session, play)["indicators"] == expected(size)
        installation.close()
    return (len(case.timeline), each), right


class _Clock:
    """Notes when the acts on people begin, and prints the memory after each quarter."""

    def __init__(self, case: Case, quarters: bool) -> None:
        self.acts, self.played, self.since = len(case.timeline), 0, time.process_time()
        self.quarters = {self.acts * n // 4 for n in range(1, 5)} if quarters else set()

    def __call__(self, _line: str) -> None:
        self.played += 1
        if self.played == BEGINNING:
            self.since = time.process_time()
        if self.played in self.quarters:
            print(f"{self.played:7} acts: {_megabytes()} MB", file=sys.stderr)


def _megabytes() -> int:
    """What the process holds in memory now."""
    told = Path("/proc/self/status").read_text().split("VmRSS:")[1]
    return int(told.split()[0]) // 1024


def _settings(folder: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{folder}/case.sqlite",
        secret_key=secrets.token_urlsafe(32),
        storage_key=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    )


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 12_000))
