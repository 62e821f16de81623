"""What every list costs on a large market, against a small one in the same run.

    python -m benchmarks.lists [--rounds 7] [--database sqlite:///FILE]

Each page is asked for so many times, after one round that is not counted; the middle one of the
times stands. The small market is the baseline: a ratio of about 1 means that the page does not
feel the size of the market. Queries are counted, not timed. Nothing is asserted here: that
queries stay as many is a test (`tests/scale`).
"""

from __future__ import annotations

import argparse
import base64
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from benchmarks.market import AT, DAY, LARGE, LIST_PAGES, SMALL, Market, Size, grow
from portal.app import build_app, open_services
from portal.audit.models import READS_TABLES
from portal.config import Settings
from portal.database import Database
from portal.models import Base
from portal.organisations.models import LoginSession
from portal.organisations.rules import hash_of
from portal.web.unit import TOKEN


@dataclass(frozen=True)
class Cost:
    """Of one page: queries, milliseconds, kilobytes of HTML."""

    queries: int
    milliseconds: float
    kilobytes: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lists")
    parser.add_argument("--rounds", type=int, default=7, help="how often each page is asked for")
    parser.add_argument("--database", help="an empty database; else a temporary SQLite file")
    chosen = parser.parse_args(arguments)
    with TemporaryDirectory() as folder:
        settings = _settings(Path(folder), chosen.database)
        services = open_services(settings, lambda: AT)
        Base.metadata.create_all(services.database.engine)
        Base.metadata.create_all(services.reads_database.engine, tables=READS_TABLES)
        app = build_app(services)
        market = Market()
        found = [
            _measure(app, services.database, market, size, chosen.rounds) for size in (SMALL, LARGE)
        ]
        _print(*found)
        services.database.engine.dispose()
        services.reads_database.engine.dispose()


def _settings(folder: Path, database: str | None) -> Settings:
    return Settings(
        database_url=database or f"sqlite:///{folder}/market.sqlite",
        reads_database_url=None if database else f"sqlite:///{folder}/reads.sqlite",
        jobs_database_url=f"sqlite:///{folder}/jobs.sqlite",
        secret_key=secrets.token_urlsafe(40),
        storage_key=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        secure_cookies=False,
        development=True,
        base_url="http://localhost",
    )


def _measure(
    app: Flask, database: Database, market: Market, size: Size, rounds: int
) -> dict[str, Cost]:
    begun = perf_counter()
    with database.transaction() as session:
        grow(session, market, size)
    told = f"{size.providers} providers, {size.calls} calls, {size.offers} offers"
    print(f"{told}: written in {perf_counter() - begun:.1f} s", file=sys.stderr)
    readers = {key: _client(app, database, market, key) for key in {None, *market.people}}
    return {
        page.name: _cost(readers[page.reader], database.engine, page.address(market), rounds)
        for page in LIST_PAGES
    }


def _client(app: Flask, database: Database, market: Market, reader: str | None) -> FlaskClient:
    client = app.test_client()
    if reader is not None:
        token = secrets.token_urlsafe(32)
        with database.transaction() as session:
            session.add(
                LoginSession(
                    token_hash=hash_of(token),
                    person_id=market.people[reader],
                    started_at=AT,
                    ends_at=AT + DAY,
                    second_factor_at=AT,
                )
            )
        with client.session_transaction() as kept:
            kept[TOKEN] = token
    return client


def _cost(client: FlaskClient, engine: Engine, address: str, rounds: int) -> Cost:
    times, counts, size = [], 0, 0
    for n in range(rounds + 1):
        with _counted(engine) as statements:
            begun = perf_counter()
            response = client.get(address)
            taken = perf_counter() - begun
        if response.status_code != 200:
            raise SystemExit(f"{address} answered {response.status_code}")
        if n:
            times.append(taken * 1000)
        counts, size = len(statements), len(response.data)
    return Cost(counts, median(times), size / 1000)


@contextmanager
def _counted(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _print(small: dict[str, Cost], large: dict[str, Cost]) -> None:
    print(f"{'':28} {'queries':>11} {'milliseconds':>19} {'':>7} {'kB':>13}")
    print(f"{'':28} {'small':>5} {'large':>5} {'small':>9} {'large':>9} {'ratio':>7}", end="")
    print(f" {'small':>6} {'large':>6}")
    for name, before in small.items():
        after = large[name]
        grown = " !" if after.queries > before.queries else ""
        print(
            f"{name:28} {before.queries:5} {after.queries:5}"
            f" {before.milliseconds:9.1f} {after.milliseconds:9.1f}"
            f" {after.milliseconds / before.milliseconds:7.2f}"
            f" {before.kilobytes:6.0f} {after.kilobytes:6.0f}{grown}"
        )


if __name__ == "__main__":
    main()
