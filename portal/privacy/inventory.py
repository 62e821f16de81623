"""The inventory of data about people, `records.yaml`, as the portal reads it.

Everything that the portal tells about its data, and everything that it does with it at the end,
is made from this one list: the purposes beside the fields, the export, the anonymisation, the
record of processing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Table, select

from portal.data_files import from_yaml
from portal.database import Base

FILE = Path(__file__).with_name("records.yaml")
LANGUAGES = ("fi", "sv", "en")


class AtEnd(StrEnum):
    """What becomes of a value when its period ends."""

    KEEP = "keep"
    BLANK = "blank"
    MASK = "mask"
    DRAW = "draw"
    YEAR = "year"


@dataclass(frozen=True)
class Field:
    """One column with data about somebody: what it is, why it is kept, what becomes of it.

    ``of`` is whose it is: participant, contact, account, or group (a text on several people).
    ``typed_on`` names the fields of forms on which it is typed, as ``room.forms.Form.field``.
    """

    column: str
    of: str
    what: Mapping[str, str]
    purpose: str
    at_end: AtEnd
    typed_on: tuple[str, ...]


@dataclass(frozen=True)
class Records:
    """One table with data about people.

    ``person``, ``training`` and ``account`` say how its rows are found from those; None where they
    are not. ``event`` is the column from which the period of log-ins runs. ``deleted``: the rows
    go whole.
    """

    table: str
    retention: str
    ground: str
    readers: str
    person: str | None
    training: str | None
    account: str | None
    event: str | None
    deleted: bool
    fields: tuple[Field, ...]
    plain: tuple[str, ...]

    @property
    def rows(self) -> Table:
        """The table itself."""
        return Base.metadata.tables[self.table]

    def of(self, *whose: str) -> list[Field]:
        """The fields that are these people's."""
        return [one for one in self.fields if one.of in whose]


@dataclass(frozen=True)
class Inventory:
    """Everything that `records.yaml` says."""

    tables: tuple[Records, ...]
    acts: Mapping[str, tuple[str, ...]]
    none: Mapping[str, tuple[str, ...]]
    purposes: Mapping[str, Mapping[str, str]]
    readers: Mapping[str, Mapping[str, str]]
    grounds: Mapping[str, Mapping[str, Any]]
    retention: Mapping[str, Mapping[str, Any]]

    def table(self, name: str) -> Records:
        """One table's records."""
        return next(one for one in self.tables if one.table == name)


def _texts(row: list[str]) -> dict[str, str]:
    return dict(zip(LANGUAGES, row, strict=True))


@cache
def inventory() -> Inventory:
    """The inventory, read once."""
    told = from_yaml(FILE.read_text(encoding="utf-8"))
    return Inventory(
        tables=tuple(_records(name, row) for name, row in told["tables"].items()),
        acts={name: tuple(columns) for name, columns in told["acts"].items()},
        none={name: tuple(columns) for name, columns in told["none"].items()},
        purposes={key: _texts(row) for key, row in told["purposes"].items()},
        readers={key: _texts(row) for key, row in told["readers"].items()},
        grounds={
            key: {**row, "national": _texts(row["national"])}
            for key, row in told["grounds"].items()
        },
        retention={
            key: {**row, "name": _texts(row["name"])} for key, row in told["retention"].items()
        },
    )


def _records(name: str, row: Mapping[str, Any]) -> Records:
    return Records(
        table=name,
        retention=row["retention"],
        ground=row["ground"],
        readers=row["readers"],
        person=row.get("person"),
        training=row.get("training"),
        account=row.get("account"),
        event=row.get("event"),
        deleted=row.get("at_end") == "delete",
        fields=tuple(
            Field(
                column=column,
                of=told.get("of", row["of"]),
                what=_texts(told["what"]),
                purpose=told["purpose"],
                at_end=AtEnd(told["at_end"]),
                typed_on=tuple(told.get("typed_on", ())),
            )
            for column, told in row["columns"].items()
        ),
        plain=tuple(row["plain"]),
    )


def rows_of(table: Table, way: str, keys: Iterable[UUID]) -> ColumnElement[bool]:
    """A condition on a table: the rows that the way leads to from these keys.

    A way is a column that holds the key, or ``column = table.column : way``, by which the column
    is one of those of the other table's rows.
    """
    column, sign, further = way.partition(" = ")
    if not sign:
        return table.c[column].in_(list(keys))
    named, _sign, rest = further.partition(" : ")
    other_name, _dot, chosen = named.partition(".")
    other = Base.metadata.tables[other_name]
    return table.c[column].in_(select(other.c[chosen]).where(rows_of(other, rest, keys)))


def names_somebody(column: Column[Any]) -> bool:
    """Whether a column is the key of an account holder: who did it, never what."""
    return any(key.column.table.name == "person" for key in column.foreign_keys)


@cache
def purposes_by_field() -> dict[str, Mapping[str, str]]:
    """The purpose of each field of a form that is typed, by ``room.forms.Form.field``."""
    told = inventory()
    return {
        typed: told.purposes[field.purpose]
        for records in told.tables
        for field in records.fields
        for typed in field.typed_on
    }
