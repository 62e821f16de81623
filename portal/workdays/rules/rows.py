"""A month's record read out of a spreadsheet: all of it, or what is wrong with which row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from portal.workdays.rules.records import NOTHING

MOST_ROWS = 2_000
"""Rows of one sheet that are looked at (proposal)."""

Cell = str | Decimal | None


class Fault(StrEnum):
    """What may be wrong with a row."""

    UNKNOWN = "unknown"
    SEVERAL = "several"
    TWICE = "twice"
    NO_AMOUNT = "no_amount"
    NO_NUMBER = "no_number"
    STEP = "step"
    TOO_MUCH = "too_much"
    EMPTY = "empty"


@dataclass(frozen=True)
class RowFault:
    """A fault in the ``n``-th row, counted from one as spreadsheets do; ``text`` is its cell."""

    n: int
    fault: Fault
    text: str = ""


@dataclass(frozen=True)
class Named:
    """A participant as a row may call them: by name, or by the key of the office's own."""

    id: UUID
    name: str
    key: str


@dataclass(frozen=True)
class Sheet:
    """What the rows say; nothing of it counts where there are faults."""

    days: dict[UUID, Decimal]
    absent: dict[UUID, Decimal]
    faults: tuple[RowFault, ...]


def read_rows(
    rows: Iterable[Sequence[Cell]],
    people: Sequence[Named],
    number: Callable[[str], Decimal],
    step: Decimal,
    most: Decimal,
) -> Sheet:
    """Rows of a participant, the days, and the absent days or nothing; others are not looked at.

    A first row without an amount that names nobody is a heading. ``number`` reads a typed number
    and raises ValueError. No amount is above ``most`` or splits a ``step``.
    """
    days: dict[UUID, Decimal] = {}
    absent: dict[UUID, Decimal] = {}
    faults: list[RowFault] = []
    filled = [(n, _cells(row)) for n, row in enumerate(rows, 1)]
    filled = [(n, row) for n, row in filled if any(cell not in ("", None) for cell in row)]
    for n, (who, *amounts) in filled:
        found = _whom(str(who), people)
        if n == filled[0][0] and not found and not _is_amount(amounts[0], number):
            continue
        if len(found) != 1:
            fault = Fault.SEVERAL if found else Fault.UNKNOWN
            faults.append(RowFault(n, fault, str(who)))
            continue
        if found[0].id in days:
            faults.append(RowFault(n, Fault.TWICE, str(who)))
            continue
        read = [_amount(cell, number, step, most) for cell in amounts]
        faults += [
            RowFault(n, one, str(cell))
            for one, cell in zip(read, amounts, strict=True)
            if isinstance(one, Fault)
        ]
        if read[0] is None:
            faults.append(RowFault(n, Fault.NO_AMOUNT, str(who)))
        days[found[0].id] = read[0] if isinstance(read[0], Decimal) else NOTHING
        if isinstance(read[1], Decimal):
            absent[found[0].id] = read[1]
    if not days and not faults:
        faults.append(RowFault(1, Fault.EMPTY))
    return Sheet(days, absent, tuple(faults))


def _cells(row: Sequence[Cell]) -> list[Cell]:
    """Who, days, absent; texts without the spaces around them."""
    cells = [cell.strip() if isinstance(cell, str) else cell for cell in row[:3]]
    cells += [None] * (3 - len(cells))
    return ["" if cells[0] is None else str(cells[0]), *cells[1:]]


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _whom(text: str, people: Sequence[Named]) -> list[Named]:
    wanted = _folded(text)
    by_key = [one for one in people if one.key and _folded(one.key) == wanted]
    return by_key[:1] or [one for one in people if _folded(one.name) == wanted]


def _is_amount(cell: Cell, number: Callable[[str], Decimal]) -> bool:
    if cell is None or cell == "":
        return False
    try:
        return isinstance(cell, Decimal) or bool(number(cell).is_finite())
    except ValueError:
        return False


def _amount(
    cell: Cell, number: Callable[[str], Decimal], step: Decimal, most: Decimal
) -> Decimal | Fault | None:
    if cell is None or cell == "":
        return None
    try:
        value = cell if isinstance(cell, Decimal) else number(cell)
    except ValueError:
        return Fault.NO_NUMBER
    if value < 0 or not value.is_finite():
        return Fault.NO_NUMBER
    if value > most:
        return Fault.TOO_MUCH
    return Fault.STEP if value % step else value
