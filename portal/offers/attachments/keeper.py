"""The keeper: a small process that begins each check in a process of its own, and ends it.

It is started by the serving process, knows none of its secrets, and reads no file. For each check
it forks itself, so that a check costs milliseconds; what forked itself off is confined, reads the
file from its only descriptor, answers there, and is gone. Whoever takes too long is killed with
everything that it started.

Run as ``python -m portal.offers.attachments.keeper``, with the gate's socket as standard input.
"""

from __future__ import annotations

import array
import contextlib
import ctypes
import json
import os
import pkgutil
import resource
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import Any, NoReturn

from portal.offers.attachments.limits import MEGABYTE, Limits
from portal.shared.errors import RuleBroken

LONGEST_REQUEST = 4096
_GATE = 0
_KILLED_WITH_PARENT, _NO_NEW_RIGHTS = 1, 38
_AT_A_TIME = 1024 * 1024

# Loaded by the keeper before it forks: the check itself can open no file, not even of the library.
_WHERE = {
    "pdf": ("portal.offers.attachments.pdf", "check_pdf"),
    "docx": ("portal.offers.attachments.office", "check_office"),
    "xlsx": ("portal.offers.attachments.office", "check_office"),
    "png": ("portal.offers.attachments.pictures", "check_png"),
    "jpg": ("portal.offers.attachments.pictures", "check_jpeg"),
    "jpeg": ("portal.offers.attachments.pictures", "check_jpeg"),
    "rows:xlsx": ("portal.offers.attachments.tables", "rows_of_excel"),
    "rows:csv": ("portal.offers.attachments.tables", "rows_of_lines"),
    "rows:txt": ("portal.offers.attachments.tables", "rows_of_lines"),
    "cells:xlsx": ("portal.offers.attachments.books", "cells_of_book"),
    "seals:pdf": ("portal.documents.examining", "examine"),
}
KINDS = frozenset(_WHERE)
# Whatever these load only once a file asks for it.
_LATER = {
    "portal.offers.attachments.pdf": ("pypdf",),
    "portal.offers.attachments.tables": ("openpyxl",),
    "portal.offers.attachments.books": ("openpyxl",),
    "portal.documents.examining": (
        "pyhanko.pdf_utils",
        "pyhanko.sign",
        "pyhanko_certvalidator",
        "asn1crypto",
        "cryptography",
    ),
}
_ALWAYS = ("_strptime", "unicodedata", "decimal", "zlib")

_libc = ctypes.CDLL(None)


@dataclass
class _Running:
    """One check: where its answer goes, and when it is over at the latest."""

    answer: socket.socket
    ends: float
    late: bool = False


class Keeper:
    """Begins checks, ends the late ones, says how each ended."""

    def __init__(self, gate: socket.socket) -> None:
        self._gate = gate
        self._running: dict[int, _Running] = {}
        self._woken, self._wakes = socket.socketpair()
        for end in (self._woken, self._wakes):
            end.setblocking(False)
        signal.set_wakeup_fd(self._wakes.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _signal, _frame: None)

    def run(self) -> None:
        """Until the gate is closed, which is when its process has ended; then nothing is left."""
        while True:
            ready, _, _ = select.select([self._gate, self._woken], [], [], self._soonest())
            if self._woken in ready:
                with contextlib.suppress(BlockingIOError):
                    self._woken.recv(4096)
            self._reap()
            self._end_late()
            if self._gate in ready and not self._begin():
                break
        for pid in self._running:
            _kill(pid)

    def _soonest(self) -> float | None:
        if not self._running:
            return None
        return max(0.0, min(one.ends for one in self._running.values()) - time.monotonic())

    def _begin(self) -> bool:
        """Take one request; false at the end of them."""
        space = socket.CMSG_SPACE(array.array("i").itemsize)
        request, with_it, _flags, _from = self._gate.recvmsg(LONGEST_REQUEST, space)
        if not request:
            return False
        told = json.loads(request)
        check = _check(told["kind"])
        if not with_it:
            return True  # only to be ready for the next one
        handed = array.array("i")
        handed.frombytes(with_it[0][2][: handed.itemsize])
        answer = socket.socket(fileno=handed[0])
        limits = Limits(**told["limits"])
        pid = os.fork()
        if pid == 0:
            _confined(answer.fileno(), check, told["kind"], told["size"], limits)
        with contextlib.suppress(OSError):
            os.setpgid(pid, pid)
        self._running[pid] = _Running(answer, time.monotonic() + limits.check_seconds)
        return True

    def _end_late(self) -> None:
        at = time.monotonic()
        for pid, one in self._running.items():
            if at >= one.ends and not one.late:
                one.late = True
                one.ends = at + 3600  # only its death is waited for
                _kill(pid)

    def _reap(self) -> None:
        while self._running:
            # Looked at before it is taken away, so that its group is still its own when killed.
            over = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if over is None:
                return
            _kill(over.si_pid)
            _pid, status, used = os.wait4(over.si_pid, 0)
            one = self._running.pop(over.si_pid, None)
            if one is not None:
                self._tell(one, status, used)

    def _tell(self, one: _Running, status: int, used: resource.struct_rusage) -> None:
        """How the check ended, after whatever it said itself."""
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        how = "whole" if status == 0 else "broken"
        if one.late or number == signal.SIGXCPU:
            how = "late"
        line = {"ended": how, "kilobytes": used.ru_maxrss}
        one.answer.setblocking(False)
        with contextlib.suppress(OSError):
            one.answer.send(b"\n" + json.dumps(line).encode())
        one.answer.close()


@cache
def _check(kind: str) -> Callable[..., Any]:
    """The check of that kind with all that it may ever load."""
    module, name = _WHERE[kind]
    found: Callable[..., Any] = getattr(import_module(module), name)
    for one in _ALWAYS:
        import_module(one)
    for package in ("encodings", *_LATER.get(module, ())):
        _load_all(package)
    return found


@cache
def _load_all(package: str) -> None:
    for one in pkgutil.walk_packages(import_module(package).__path__, f"{package}."):
        # Some are for other systems, or for libraries that are not here.
        with contextlib.suppress(Exception):
            import_module(one.name)


def _kill(pid: int) -> None:
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def _confined(
    wire: int, check: Callable[..., Any], kind: str, size: int, limits: Limits
) -> NoReturn:
    """Check one file in this very process, which has nothing and may do nothing else."""
    try:
        os.setpgid(0, 0)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        os.dup2(wire, 0)
        os.closerange(1, 65_536)
        confine(limits)
        content = _read(size)
        answer = _answer(check, kind, content, limits)
        view = memoryview(answer)
        while view:
            view = view[os.write(0, view) :]
    except BaseException:
        os._exit(1)
    os._exit(0)


def confine(limits: Limits) -> None:
    """Take from this process what a check has no need of; there is no way back.

    With no descriptor to be had there is no file, no network and no pipe; what is open stays.
    """
    _libc.prctl(_KILLED_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    _libc.prctl(_NO_NEW_RIGHTS, 1, 0, 0, 0)
    begun_with = _address_space()
    most = begun_with + limits.check_megabytes * MEGABYTE
    seconds = max(1, int(limits.check_seconds))
    for what, much in (
        (resource.RLIMIT_AS, most),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(what, (much, much + 1 if what == resource.RLIMIT_CPU else much))


def _address_space() -> int:
    """How many bytes of addresses this process has now."""
    statm = os.open("/proc/self/statm", os.O_RDONLY)
    try:
        return int(os.read(statm, 100).split()[0]) * resource.getpagesize()
    finally:
        os.close(statm)


def _read(size: int) -> bytes:
    """The whole file. Raises EOFError where its sender has gone."""
    parts, left = [], size
    while left:
        part = os.read(0, min(left, _AT_A_TIME))
        if not part:
            raise EOFError
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _answer(check: Callable[..., Any], kind: str, content: bytes, limits: Limits) -> bytes:
    try:
        found = check(kind.rpartition(":")[2], content, limits)
    except RuleBroken as broken:
        return json.dumps({"refused": broken.rule, "facts": broken.facts}).encode()
    except MemoryError:
        return b'{"refused": "file_check_memory", "facts": {}}'
    return json.dumps({"passed": found}, default=_plain).encode()


def _plain(value: object) -> list[str]:
    """A number keeps its digits."""
    if isinstance(value, Decimal):
        return [str(value)]
    raise TypeError


def main() -> None:
    """Serve the gate at standard input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Keeper(socket.socket(fileno=os.dup(_GATE))).run()
    sys.exit(0)


if __name__ == "__main__":
    main()
