"""Processes that are forked from a warm one, so that killing and starting one costs little."""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Tell = Callable[..., None]


@dataclass
class Forked:
    """A process and what it has told: one JSON line for each thing, read here as it comes."""

    pid: int
    reading: int
    rest: bytes = b""
    told: list[dict[str, Any]] = field(default_factory=list)

    def first(self) -> dict[str, Any]:
        """The first thing that it tells; waits for it."""
        while b"\n" not in self.rest:
            part = os.read(self.reading, 4096)
            if not part:
                raise RuntimeError("a process ended before it told anything")
            self.rest += part
        told: dict[str, Any] = json.loads(self.rest.partition(b"\n")[0])
        return told

    def kill(self) -> list[dict[str, Any]]:
        """End it as a power cut would, and read what it had told by then."""
        os.kill(self.pid, signal.SIGKILL)
        return self.wait()

    def wait(self) -> list[dict[str, Any]]:
        """All that it tells until it has ended. Raises RuntimeError where it ended by a fault."""
        while part := os.read(self.reading, 65536):
            self.rest += part
        os.close(self.reading)
        _pid, status = os.waitpid(self.pid, 0)
        # A line cut by the kill was never told.
        *lines, _cut = self.rest.split(b"\n")
        self.told = [json.loads(line) for line in lines]
        if os.waitstatus_to_exitcode(status) not in (0, -signal.SIGKILL):
            raise RuntimeError(f"a process ended by itself: {self.told[-1:]}")
        return self.told


def fork(act: Callable[[Tell], object]) -> Forked:
    """Do ``act`` in a process of its own, which tells of what it has done by ``tell(key=…)``.

    What is told goes to the other process in one write: either it is told or it is not.
    """
    reading, writing = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        os.close(writing)
        return Forked(pid, reading)
    code = 1
    try:
        os.close(reading)

        def tell(**facts: Any) -> None:
            os.write(writing, json.dumps(facts, default=str).encode() + b"\n")

        try:
            act(tell)
            code = 0
        except BaseException:
            tell(fault=traceback.format_exc()[-3000:])
    finally:
        # Nothing of the process that was copied may be ended, flushed or torn down here.
        os._exit(code)
