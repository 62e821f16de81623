"""What is uploaded stays in memory until it is sealed: nothing of it is spooled to a disk.

The framework would write a file of more than half a megabyte to a temporary file, in the clear.
How much there can be at once is bounded by the largest request that the portal takes.
"""

from __future__ import annotations

from io import BytesIO
from typing import IO

from flask import Request


class PortalRequest(Request):
    """A request whose files are kept in memory."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()
