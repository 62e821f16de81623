"""Three openers with keys, any two of whom open."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import make_url

from portal.database import Database
from portal.jobs.queue import Task
from portal.models import Base
from portal.offers.usecases import openers
from portal.organisations.models import Organisation, Person
from portal.organisations.usecases.opener_keys import enter_opener_key
from portal.permissions import Role
from tests.cast import SINCE, Cast, person

NOTHING = Task(prepare=lambda *_given: None, finish=lambda *_given: None)
TASKS = {openers.DISCARD: openers.TASK, "make_document": NOTHING, "send_mail": NOTHING}
"""Only what belongs to the openers is done."""
VILLES_PHRASE = "VVVV-VVVV-VVVV-VVVV-VVVV-VVVV"


def add_ville(database: Database, cast: Cast) -> Person:
    """A third opener of the buyer, with a key."""
    with database.transaction() as session:
        session.expire_on_commit = False
        buyer = session.get_one(Organisation, cast.buyer.id)
        added = person(session, "Ville Varalla", buyer, Role.OPENER)
        enter_opener_key(session, added, VILLES_PHRASE, SINCE)
    return added


def raw(database: Database) -> bytes:
    """All that the database keeps: on SQLite its very files, elsewhere every row."""
    url = make_url(database.url)
    if url.drivername.startswith("sqlite"):
        file = Path(str(url.database))
        beside = (file, file.with_name(file.name + "-wal"), file.with_name(file.name + "-journal"))
        return b"".join(one.read_bytes() for one in beside if one.exists())
    with database.reading() as session:
        return b"\n".join(
            value if isinstance(value, bytes) else str(value).encode()
            for table in Base.metadata.sorted_tables
            for row in session.execute(select(table))
            for value in row
        )
