"""Where a test, or a trial that is started by a command, leaves the figure of a promise.

``make trust`` names the folder; without it nothing is written and the test is a test as any other.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

FOLDER = "PORTAL_TRUST_FIGURES"
SCALE = "PORTAL_TRUST_SCALE"


def long_run() -> bool:
    """Whether this run is one of the long ones, of which ``make trust`` takes its figures."""
    return os.environ.get(SCALE) == "long"


def times(short: int, long: int) -> int:
    """How many of something this run tries: few beside the other tests, many for the figures."""
    return long if long_run() else short


def leave(promise: str, trial: str, figures: dict[str, int | float | str]) -> None:
    """Leave the figures of one trial of a promise; the last run of the same trial stands."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return
    database = os.environ.get("PORTAL_TEST_DATABASE", "sqlite")
    kept = Path(folder) / f"{promise}.{trial}.{database}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    line = {
        "promise": promise,
        "trial": trial,
        "database": database,
        "at": datetime.now(UTC).isoformat(timespec="minutes"),
        "figures": figures,
    }
    kept.write_text(json.dumps(line, indent=2, sort_keys=True) + "\n", encoding="utf-8")
