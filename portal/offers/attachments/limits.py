"""How large an attachment may be in every way that burdens whoever reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.shared.errors import RuleBroken

if TYPE_CHECKING:
    # Checks run in a process of their own, which starts the faster the less it knows.
    from portal.config import Settings

MEGABYTE = 1024 * 1024
MEGAPIXEL = 1_000_000
FIELD = "file"


@dataclass(frozen=True)
class Limits:
    """Of one file: its size in megabytes, pages, filled cells, pixels in millions.

    Of its check: the megabytes that all of it may unpack to, the megabytes of memory that the
    check may take, its seconds, and how many checks a serving process has done at once.
    """

    megabytes: int
    pages: int
    cells: int
    megapixels: int
    unpacked_megabytes: int = 200
    check_megabytes: int = 160
    check_seconds: float = 10.0
    checks_at_once: int = 2

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """Those that this installation has set."""
        return cls(
            settings.attachment_megabytes,
            settings.attachment_pages,
            settings.attachment_cells,
            settings.attachment_megapixels,
            settings.attachment_unpacked_megabytes,
            settings.check_megabytes,
            settings.check_seconds,
            settings.checks_at_once,
        )

    def require_pages(self, pages: int) -> None:
        """Refuses by ``file_too_many_pages``."""
        if pages > self.pages:
            raise RuleBroken("file_too_many_pages", field=FIELD, pages=pages, most=self.pages)

    def require_cells(self, cells: int) -> None:
        """Refuses by ``file_too_many_cells``."""
        if cells > self.cells:
            raise RuleBroken("file_too_many_cells", field=FIELD, most=self.cells)

    def require_pixels(self, width: int, height: int) -> None:
        """Refuses by ``file_too_many_pixels``."""
        if width * height > self.megapixels * MEGAPIXEL:
            raise RuleBroken("file_too_many_pixels", field=FIELD, most=self.megapixels)

    def require_unpacked(self, size: int) -> None:
        """Refuses by ``file_unpacks_too_large`` more bytes than all of a file may unpack to."""
        if size > self.unpacked_megabytes * MEGABYTE:
            raise RuleBroken(
                "file_unpacks_too_large", field=FIELD, megabytes=self.unpacked_megabytes
            )


def refused(rule: str) -> RuleBroken:
    """The refusal, beside the field of the file."""
    return RuleBroken(rule, field=FIELD)


_ZIP_END = b"PK\x05\x06"
_ZIP_END_LENGTH = 22
_LONGEST_COMMENT = 65_535


def require_one_kind(content: bytes) -> None:
    """Refuses by ``file_content_differs`` what a zip reader would open as an archive, too.

    An archive is read from its end: one that closes the file makes it two files in one.
    """
    tail = content[-(_ZIP_END_LENGTH + _LONGEST_COMMENT) :]
    place = tail.rfind(_ZIP_END)
    while place >= 0:
        comment = int.from_bytes(tail[place + 20 : place + 22], "little")
        if place + _ZIP_END_LENGTH + comment == len(tail):
            raise refused("file_content_differs")
        place = tail.rfind(_ZIP_END, 0, place)
