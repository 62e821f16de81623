"""Processes that are forked from a warm one, so that killing and starting one costs little."""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Tell = Callable[..., None]


@dataclass
class Forked:
    """A process and what it has told: one JSON line for each thing, in a file that outlives it."""

    pid: int
    file: int
    told: list[dict[str, Any]] = field(default_factory=list)

    def first(self) -> dict[str, Any]:
        """The first thing that it tells; waits for it."""
        while not (lines := self._lines()):
            if os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                raise RuntimeError("a process ended before it told anything")
            time.sleep(0.005)
        return lines[0]

    def kill(self) -> list[dict[str, Any]]:
        """End it as the kernel would, at once, and read what it had told by then."""
        os.kill(self.pid, signal.SIGKILL)
        return self.wait()

    def wait(self) -> list[dict[str, Any]]:
        """All that it tells until it has ended. Raises RuntimeError where it ended by a fault."""
        _pid, status = os.waitpid(self.pid, 0)
        self.told = self._lines()
        os.close(self.file)
        if os.waitstatus_to_exitcode(status) not in (0, -signal.SIGKILL):
            raise RuntimeError(f"a process ended by itself: {self.told[-1:]}")
        return self.told

    def _lines(self) -> list[dict[str, Any]]:
        # A line cut by the kill was never told.
        *lines, _cut = os.pread(self.file, os.fstat(self.file).st_size, 0).split(b"\n")
        return [json.loads(line) for line in lines]


def fork(act: Callable[[Tell], object]) -> Forked:
    """Do ``act`` in a process of its own, which tells of what it has done by ``tell(key=…)``.

    What is told is written at once: either it is told or it is not.
    """
    with tempfile.TemporaryFile() as kept:
        file = os.dup(kept.fileno())
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return Forked(pid, file)
    code = 1
    try:

        def tell(**facts: Any) -> None:
            os.write(file, json.dumps(facts, default=str).encode() + b"\n")

        try:
            act(tell)
            code = 0
        except BaseException:
            tell(fault=traceback.format_exc()[-3000:])
    finally:
        # Nothing of the process that was copied may be ended, flushed or torn down here.
        os._exit(code)
