"""A private PostgreSQL cluster for one test run, on a free port, gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


def _program(name: str) -> str:
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / name).exists():
            return str(folder / name)
    found = shutil.which(name)
    if found is None:
        raise RuntimeError(f"{name} is missing: make setup-tests installs PostgreSQL")
    return found


def _as_owner(command: list[str]) -> list[str]:
    # PostgreSQL refuses to run as root; Debian's package brings the user postgres.
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Cluster:
    """A running cluster: the URL of its maintenance database, and where its files are."""

    url: str
    folder: Path
    options: str

    def control(self, *command: str) -> None:
        """Run pg_ctl on it: ``stop``, ``start``, ``restart`` with their arguments."""
        data, log = str(self.folder / "data"), str(self.folder / "log")
        given = ["-o", self.options] if command[0] != "stop" else []
        subprocess.run(
            _as_owner([_program("pg_ctl"), "-D", data, "-w", "-l", log, *given, *command]),
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=str(self.folder),
        )


@contextmanager
def private_cluster(*, durable: bool = False) -> Iterator[str]:
    """Yields the URL of the cluster's maintenance database."""
    with running_cluster(durable=durable) as cluster:
        yield cluster.url


@contextmanager
def running_cluster(*, durable: bool = False) -> Iterator[Cluster]:
    """A cluster that may be stopped and started; ``durable`` as in production, else quick."""
    folder = Path(tempfile.mkdtemp(prefix="portal-pg-"))
    folder.chmod(0o755)
    data, port = folder / "data", free_port()
    data.mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        shutil.chown(data, "postgres")
    try:
        subprocess.run(
            _as_owner(
                [_program("initdb"), "-D", str(data), "-U", "portal", "-A", "trust", "-E", "UTF8"]
            ),
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=str(folder),
        )
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=200"
        if not durable:
            # Durability is not what most tests are about; their speed depends on doing without it.
            options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        url = f"postgresql+psycopg://portal@127.0.0.1:{port}/postgres"
        cluster = Cluster(url, folder, options)
        cluster.control("start")
        try:
            yield cluster
        finally:
            cluster.control("stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    """Run a command against a private cluster: ``python -m tests.postgres pytest …``."""
    with private_cluster() as url:
        environment = {
            **os.environ,
            "PORTAL_TEST_DATABASE": "postgresql",
            "PORTAL_TEST_POSTGRESQL_URL": url,
        }
        return subprocess.run(command, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
