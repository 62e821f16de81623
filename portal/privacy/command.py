"""`portal privacy`, and what ``portal daily`` does of it: anonymise what is due, batch by batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import click
from sqlalchemy import Connection

from portal.database import Database
from portal.privacy.inventory import inventory
from portal.privacy.processing import record_of_processing
from portal.privacy.queries.due import due_terms, workplaces_over
from portal.privacy.usecases.anonymising import (
    Done,
    anonymise_training,
    anonymise_workplaces,
    forget_logins,
)
from portal.shared.clock import day_in_helsinki, now
from portal.unit_of_work import unit_of_work


def run(database: Database, at: datetime) -> dict[str, int]:
    """Do everything that is due, each batch in a transaction of its own; how much it was.

    Safe to run twice, late, beside the portal at work, and after having been stopped anywhere.
    Where anything went, the database is told to give up what deleting has left in its files.
    """
    counts: Counter[str] = Counter({"people": 0, "rows": 0, "documents": 0})
    with database.reading() as session:
        today = day_in_helsinki(at)
        due = due_terms(session, today)
        contracts = workplaces_over(session, today)
    for term in due:
        while True:
            with unit_of_work(database) as session:
                done = anonymise_training(
                    session, training_id=term.training_id, part=term.part, at=at
                )
            _count(counts, done)
            if not done.people:
                break
    for contract_id in contracts:
        with unit_of_work(database) as session:
            _count(counts, anonymise_workplaces(session, contract_id=contract_id, at=at))
    with unit_of_work(database) as session:
        _count(counts, forget_logins(session, at=at))
    if any(counts.values()):
        give_up_traces(database)
    return dict(counts)


def _count(counts: Counter[str], done: Done) -> None:
    counts.update(people=done.people, rows=done.rows, documents=done.documents)


def give_up_traces(database: Database) -> None:
    """Write the database's files anew without what was deleted from them.

    SQLite: VACUUM writes every page anew without its free space, and the log beside the file is
    emptied. PostgreSQL: VACUUM takes the dead rows of the tables that were changed; its log and
    the backups keep them until they are overwritten in their own time. The disk itself is not
    the portal's to wipe.
    """
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _vacuum(connection, sqlite=database.url.startswith("sqlite"))


def _vacuum(connection: Connection, *, sqlite: bool) -> None:
    if not sqlite:
        for records in inventory().tables:
            connection.exec_driver_sql(f'VACUUM "{records.table}"')
        connection.exec_driver_sql('VACUUM "sealed_blob"')
        return
    cursor = connection.connection.cursor()
    try:
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        cursor.close()


class Opened(Protocol):
    """What the commands need of an installation."""

    @property
    def database(self) -> Database:
        """Where the people are."""


def privacy_commands(opened: Callable[[], Opened]) -> click.Group:
    """The group of commands; how an installation is opened, the command line knows."""

    @click.group()
    def privacy() -> None:
        """Data about people: how long it is kept."""

    @privacy.command("run")
    def privacy_run() -> None:
        """Anonymise what is past its period; `portal daily` does the same. Safe to run twice."""
        for what, number in run(opened().database, now()).items():
            click.echo(f"{what} {number}")

    @privacy.command("record")
    def privacy_record() -> None:
        """Print the record of processing activities (GDPR article 30), made from the inventory."""
        click.echo(record_of_processing())

    return privacy
