"""How a request's files are taken in."""

from __future__ import annotations

from io import BytesIO
from typing import IO

from flask import Request


class PortalRequest(Request):
    """A request whose files stay in memory: nothing of a sealed offer is on a disk unsealed.

    The most that is taken in is `MAX_CONTENT_LENGTH`.
    """

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()
