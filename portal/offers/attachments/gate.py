"""The gate: nothing from outside is parsed by a serving process, but by one that can do no harm.

The file goes to the check through a socket and never to a disk; back comes one line of JSON of
bounded length, of which only what is expected is believed.
"""

from __future__ import annotations

import array
import atexit
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.offers.attachments.limits import FIELD, Limits, refused
from portal.paths import ROOT
from portal.shared.errors import RuleBroken

WAITS_FOR_A_TURN_S = 30
"""A check that has not got its turn by then is refused by ``file_check_busy`` (proposal)."""

_GRACE_S = 5.0
_TRIES = 3
_LONGEST_ANSWER = 4 * 1024 * 1024
_RULE = re.compile(r"file_[a-z_]{1,40}")
_FACTS = frozenset({"megabytes", "pages", "most"})
_MODULE = "portal.offers.attachments.keeper"


class _Gone(Exception):
    """The keeper has ended, or does not answer."""


class Gate:
    """The way of one process to its keeper, which is started when it is first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: dict[int, threading.BoundedSemaphore] = {}
        self._keeper: subprocess.Popen[bytes] | None = None
        self._wire: socket.socket | None = None
        self._pid = os.getpid()
        self.kilobytes = 0
        """The most memory that a check has taken so far."""

    def warm_up(self) -> None:
        """Have the keeper ready, so that the first file waits no longer than any other."""
        with suppress(_Gone, OSError):
            for kind in ("pdf", "docx", "png"):
                self._send(json.dumps({"kind": kind}).encode(), None)

    def ask(self, kind: str, content: bytes, limits: Limits) -> Any:
        """What the check of that kind says of the content: nothing, or rows of cells.

        Raises RuleBroken: what the check refuses by, or ``file_check_slow``,
        ``file_check_memory``, ``file_check_failed``, ``file_check_busy``.
        """
        turn = self._turns.setdefault(
            limits.checks_at_once, threading.BoundedSemaphore(limits.checks_at_once)
        )
        if not turn.acquire(timeout=WAITS_FOR_A_TURN_S):
            raise refused("file_check_busy")
        try:
            return self._believed(self._answered(kind, content, limits))
        finally:
            turn.release()

    def _answered(self, kind: str, content: bytes, limits: Limits) -> bytes:
        for _time in range(_TRIES):
            # The keeper may have been ended for want of memory; a new one is as good.
            with suppress(_Gone, OSError):
                return self._asked(kind, content, limits)
        raise refused("file_check_failed")

    def close(self) -> None:
        """End the keeper and whatever it has running."""
        with self._lock:
            self._drop()

    def _asked(self, kind: str, content: bytes, limits: Limits) -> bytes:
        mine, theirs = socket.socketpair()
        with mine:
            request = {"kind": kind, "size": len(content), "limits": asdict(limits)}
            with theirs:
                self._send(json.dumps(request).encode(), theirs)
            over = time.monotonic() + limits.check_seconds + _GRACE_S
            # Whoever stops reading early has its answer ready, or none.
            with suppress(BrokenPipeError, ConnectionResetError, TimeoutError):
                mine.settimeout(limits.check_seconds + _GRACE_S)
                mine.sendall(content)
                mine.shutdown(socket.SHUT_WR)
            return self._heard(mine, over)

    def _heard(self, wire: socket.socket, over: float) -> bytes:
        answer = bytearray()
        while len(answer) <= _LONGEST_ANSWER:
            left = over - time.monotonic()
            if left <= 0:
                self.close()
                return b'\n{"ended": "late", "kilobytes": 0}'
            wire.settimeout(left)
            try:
                part = wire.recv(65_536)
            except TimeoutError:
                continue
            except ConnectionResetError:
                part = b""
            if not part:
                break
            answer += part
        if not answer:
            raise _Gone
        return bytes(answer)

    def _send(self, request: bytes, handed: socket.socket | None) -> None:
        with self._lock:
            wire = self._wire_to_keeper()
            with_it = []
            if handed is not None:
                descriptor = array.array("i", [handed.fileno()])
                with_it = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptor)]
            try:
                wire.sendmsg([request], with_it)
            except OSError as fault:
                self._drop()
                raise _Gone from fault

    def _wire_to_keeper(self) -> socket.socket:
        if self._pid != os.getpid():
            # Forked: the keeper is that of the process before, and stays with it.
            self._forget()
        if self._wire is None:
            mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                self._keeper = subprocess.Popen(  # noqa: S603  # our own module
                    [sys.executable, "-s", "-P", "-m", _MODULE],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    cwd="/",
                    # Nothing of ours: the environment holds the keys of the installation.
                    env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"},
                    start_new_session=True,
                )
            self._wire, self._pid = mine, os.getpid()
        return self._wire

    def _forget(self) -> None:
        if self._wire is not None:
            self._wire.close()
        if self._keeper is not None:
            self._keeper.returncode = 0
        self._wire = self._keeper = None
        self._turns = {}

    def _drop(self) -> None:
        if self._pid != os.getpid():
            return
        if self._wire is not None:
            self._wire.close()
        if self._keeper is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._keeper.pid, signal.SIGKILL)
            self._keeper.wait()
        self._wire = self._keeper = None

    def _believed(self, answer: bytes) -> Any:
        said, _line, ended = answer.rpartition(b"\n")
        try:
            end = json.loads(ended)
            self.kilobytes = max(self.kilobytes, int(end["kilobytes"]))
            if end["ended"] == "late":
                raise refused("file_check_slow")
            if end["ended"] != "whole":
                raise refused("file_check_failed")
            told = json.loads(said)
            if "refused" in told:
                raise _refusal(told["refused"], told["facts"])
            return told["passed"]
        except (ValueError, KeyError, TypeError, RecursionError) as fault:
            # Longer than any answer, cut off, or nothing that a check says.
            raise refused("file_check_failed") from fault


def _refusal(rule: str, facts: dict[str, int]) -> RuleBroken:
    """Raises ValueError for what no check says."""
    if not _RULE.fullmatch(rule) or not facts.keys() <= _FACTS:
        raise ValueError
    return RuleBroken(rule, field=FIELD, **{name: int(fact) for name, fact in facts.items()})


def cells_of(rows: object, most_rows: int, most_columns: int) -> list[list[str | Decimal | None]]:
    """Rows as a check of tables tells them. Raises ``file_check_failed`` for anything else."""
    try:
        if not isinstance(rows, list) or len(rows) > most_rows:
            raise ValueError
        return [[_cell(value) for value in row[:most_columns]] for row in rows]
    except (ValueError, TypeError, InvalidOperation) as fault:
        raise refused("file_check_failed") from fault


def _cell(value: object) -> str | Decimal | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list):
        return Decimal(value[0])
    raise ValueError


@dataclass(frozen=True)
class BookCell:
    """A filled cell: a ``text``, a ``number``, a ``formula`` never reckoned, or ``other``."""

    kind: str
    value: str | Decimal


Book = dict[str, dict[tuple[int, int], BookCell]]
"""The sheets of a workbook by title, their filled cells by row and column, counted from one."""


def book_of(told: object) -> Book:
    """A workbook as a check tells it. Raises ``file_check_failed`` for anything else."""
    try:
        if not isinstance(told, list):
            raise ValueError
        return {str(title): dict(_book_cell(*cell) for cell in cells) for title, cells in told}
    except (ValueError, TypeError, InvalidOperation) as fault:
        raise refused("file_check_failed") from fault


def _book_cell(
    row: object, column: object, kind: object, value: object
) -> tuple[tuple[int, int], BookCell]:
    if not isinstance(row, int) or not isinstance(column, int) or not isinstance(kind, str):
        raise ValueError
    known = _cell(value)
    if known is None or isinstance(known, Decimal) != (kind == "number"):
        raise ValueError
    return (row, column), BookCell(kind, known)


GATE = Gate()
os.register_at_fork(after_in_child=GATE._forget)
atexit.register(GATE.close)
