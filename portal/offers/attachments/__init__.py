"""Whether a file may be attached to an offer: known by its content, readable, without a password.

Checked when the file arrives, so that nothing is left to be refused when the offer is submitted.
Its name and size are looked at here; its content behind the gate (`gate`), in a process of its own.
"""

from __future__ import annotations

from decimal import Decimal

from portal.offers.attachments.gate import GATE, Book, BookCell, book_of, cells_of
from portal.offers.attachments.limits import FIELD, MEGABYTE, Limits
from portal.offers.attachments.names import LONGEST_NAME, clean_name, ending_of, name_beside
from portal.shared.errors import RuleBroken

__all__ = [
    "FIELD",
    "LONGEST_NAME",
    "MEDIA_TYPES",
    "MEGABYTE",
    "TABLES",
    "Book",
    "BookCell",
    "Limits",
    "book_in",
    "checked",
    "clean_name",
    "kind_of",
    "name_beside",
    "table_in",
]

_OFFICE = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": _OFFICE + "wordprocessingml.document",
    "xlsx": _OFFICE + "spreadsheetml.sheet",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
}
"""What is accepted, by the end of the file's name."""

TABLES = ("xlsx", "csv", "txt")
"""What a table may come in, by the end of the file's name."""


def checked(name: str, content: bytes, limits: Limits) -> tuple[str, str]:
    """The file's name without paths and invisible signs, and its media type.

    Takes as long as the check, at most ``limits.check_seconds`` and a turn: call it outside any
    transaction.

    Raises ``file_too_large``, ``file_type``, ``file_content_differs``, ``file_encrypted``,
    ``file_unreadable``, ``file_macros``, ``file_active``; beyond a limit, ``file_too_many_pages``,
    ``file_too_many_cells``, ``file_too_many_pixels``, ``file_unpacks_too_large``; where the check
    itself came to no end, ``file_check_slow``, ``file_check_memory``, ``file_check_failed``,
    ``file_check_busy``.
    """
    _require_size(content, limits)
    name = clean_name(name)
    ending = ending_of(name)
    if ending not in MEDIA_TYPES:
        raise RuleBroken("file_type", field=FIELD)
    GATE.ask(ending, content, limits)
    return name, MEDIA_TYPES[ending]


def table_in(
    name: str, content: bytes, limits: Limits, *, most_rows: int, columns: int
) -> list[list[str | Decimal | None]]:
    """The rows of a table that came as a file; refuses as `checked` does, or by ``sheet_type``."""
    ending = ending_of(name)
    if ending not in TABLES:
        raise RuleBroken("sheet_type", field=FIELD)
    _require_size(content, limits)
    return cells_of(GATE.ask(f"rows:{ending}", content, limits), most_rows, columns)


def book_in(name: str, content: bytes, limits: Limits) -> Book:
    """The cells of an Excel file; refuses as `checked` does, or by ``book_type``.

    Formulas are never reckoned: a cell has the value that was saved with it, or none.
    """
    if ending_of(name) != "xlsx":
        raise RuleBroken("book_type", field=FIELD)
    _require_size(content, limits)
    return book_of(GATE.ask("cells:xlsx", content, limits))


def _require_size(content: bytes, limits: Limits) -> None:
    if len(content) > limits.megabytes * MEGABYTE:
        raise RuleBroken("file_too_large", field=FIELD, megabytes=limits.megabytes)


def kind_of(media_type: str) -> str:
    """What a file is called in the list of files: PDF, DOCX, XLSX, PNG or JPEG."""
    return next(
        (end for end, known in reversed(MEDIA_TYPES.items()) if known == media_type), "?"
    ).upper()
