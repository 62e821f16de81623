"""The markets that are measured on: made once, kept under ``build/``, used again.

A file's name tells its size and what it was made by, so that a changed table or generator makes it
anew.
"""

from __future__ import annotations

import base64
import hashlib
import pickle
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateIndex, CreateTable

import benchmarks.market
from benchmarks.market import AT, COUNTRY, DAY, DISTRICT, Market, Size, grow
from benchmarks.market.calls import call
from benchmarks.market.scored import panel_of
from portal.app import build_app, open_services
from portal.audit.models import READS_TABLES
from portal.config import Settings
from portal.database import Database
from portal.evaluation.models import Assessment, JointScore
from portal.models import Base
from portal.organisations.models import LoginSession
from portal.organisations.rules import hash_of
from portal.procurement.models import Lot
from portal.web.unit import TOKEN

KEPT = Path("build/benchmarks")
# Kept files are sealed with it; there is nothing in them to protect.
KEY = base64.urlsafe_b64encode(b"a key that everybody may know...").decode()
EVERYWHERE = {"assessed": (30, 5, 3), "assessing": (30, 5, 3)}
"""Calls of their own in both markets: offers, criteria, assessors. The third of the last call's
assessors has not begun."""
SCORED = {"ranking": (250, 5, 3), "export": (1000, 5, 3), "comparison": (50, 40, 3)}
"""So in the large market alone."""


@dataclass
class Ground:
    """An installation on a copy of a kept market."""

    app: Flask
    database: Database
    market: Market
    settings: Settings
    at: datetime = AT

    def reader(self, key: str | None) -> FlaskClient:
        """A browser that is logged in as one of the market's people, or as nobody."""
        client = self.app.test_client()
        if key is not None:
            token = secrets.token_urlsafe(32)
            with self.database.transaction() as session:
                session.add(
                    LoginSession(
                        token_hash=hash_of(token),
                        person_id=self.market.people[key],
                        started_at=self.at,
                        ends_at=self.at + DAY,
                        second_factor_at=self.at,
                    )
                )
            with client.session_transaction() as kept:
                kept[TOKEN] = token
        return client


@contextmanager
def small_and_large() -> Iterator[tuple[Ground, Ground]]:
    """The district and the country: a hundred times the people, a hundred times the offers."""
    with (
        TemporaryDirectory() as folder,
        opened(DISTRICT, Path(folder) / "small") as small,
        opened(COUNTRY, Path(folder) / "large") as large,
    ):
        yield small, large


def settings_in(folder: Path) -> Settings:
    """An installation whose files are all in one folder."""
    return Settings(
        database_url=f"sqlite:///{folder}/market.sqlite",
        reads_database_url=f"sqlite:///{folder}/reads.sqlite",
        jobs_database_url=f"sqlite:///{folder}/jobs.sqlite",
        secret_key="a key for benchmarks, known to everybody",
        storage_key=KEY,
        secure_cookies=False,
        base_url="http://localhost",
    )


@contextmanager
def opened(size: Size, folder: Path, at: datetime = AT) -> Iterator[Ground]:
    """The market of that size in a new folder, looked at then."""
    folder.mkdir()
    kept = _kept(size)
    shutil.copyfile(kept, folder / "market.sqlite")
    market: Market = pickle.loads(kept.with_suffix(".people").read_bytes())
    settings = settings_in(folder)
    services = open_services(settings, lambda: at)
    Base.metadata.create_all(services.reads_database.engine, tables=READS_TABLES)
    yield Ground(build_app(services), services.database, market, settings, at)
    services.database.engine.dispose()
    services.reads_database.engine.dispose()


def _kept(size: Size) -> Path:
    """The file of the market, made where it is not there yet."""
    KEPT.mkdir(parents=True, exist_ok=True)
    file = KEPT / f"market-{size.enrolments}-{_made_by(size)}.sqlite"
    if file.exists():
        return file
    begun = perf_counter()
    with TemporaryDirectory(dir=KEPT) as folder:
        settings = settings_in(Path(folder))
        services = open_services(settings, lambda: AT)
        services.database.engine.dispose()
        database = Database(settings.database_url, durable=False, vault=services.vault)
        Base.metadata.create_all(database.engine)
        market = Market()
        with database.transaction() as session:
            grow(session, market, size)
            _own_calls(session, market, EVERYWHERE | (SCORED if size is COUNTRY else {}))
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.rollback()
        database.engine.dispose()
        services.reads_database.engine.dispose()
        file.with_suffix(".people").write_bytes(pickle.dumps(market))
        Path(folder, "market.sqlite").replace(file)
    print(
        f"{size.enrolments} enrolments, {size.offers} offers: made in"
        f" {perf_counter() - begun:.0f} s",
        file=sys.stderr,
    )
    return file


def _own_calls(session: Session, market: Market, wanted: dict[str, tuple[int, int, int]]) -> None:
    for n, (key, (offers, criteria, assessors)) in enumerate(wanted.items(), market.size.calls):
        panel = panel_of(criteria, assessors)
        market.calls[key] = call(session, market, n, "opened", offers, panel)
        assert market.offer is not None
        market.offers[key] = market.offer
        market.write(session)
    market.people["third_evaluator"] = third = market.evaluators[2]
    lots = select(Lot.id).where(Lot.procurement_id == market.calls["assessing"])
    session.execute(delete(JointScore).where(JointScore.lot_id.in_(lots)))
    session.execute(
        delete(Assessment).where(Assessment.lot_id.in_(lots), Assessment.evaluator_id == third)
    )


def _made_by(size: Size) -> str:
    """A few letters of the hash of the tables, the generator and the size."""
    tables = [str(CreateTable(one)) for one in Base.metadata.sorted_tables]
    indexes = [
        str(CreateIndex(one)) for table in Base.metadata.sorted_tables for one in table.indexes
    ]
    generator = sorted(Path(benchmarks.market.__path__[0]).glob("*.py"))
    texts = [
        *tables,
        *sorted(indexes),
        *(file.read_text() for file in generator),
        repr(size),
        repr((EVERYWHERE, SCORED)),
    ]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:10]


def asking(client: FlaskClient, address: str) -> Callable[[], int]:
    """Ask for a page once, and stop the whole run where it does not come; gives its bytes."""

    def ask() -> int:
        response = client.get(address)
        if response.status_code != 200:
            raise SystemExit(f"{address} answered {response.status_code}")
        return len(response.data)

    return ask
