"""How a request's files are taken in."""

from __future__ import annotations

from io import BytesIO
from typing import IO

from flask import Flask


class _InMemory:
    """Of a request: its files stay in memory."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()


def install(app: Flask) -> None:
    """Keep what is sent off the disk, where a sealed offer would lie unsealed.

    The most that is taken in is `MAX_CONTENT_LENGTH`. Comes after whatever else changes requests.
    """
    app.request_class = type("PortalRequest", (_InMemory, app.request_class), {})
