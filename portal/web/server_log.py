"""The log of the server itself, in the lines of the portal's own."""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger

from portal.web.logging import JsonLines


class ServerLog(Logger):  # type: ignore[misc]  # the library has no types
    """Tells a fault by its type and place; its words, and the address asked for, stay out."""

    def setup(self, cfg: Any) -> None:
        """As the library does, but for the form of the lines."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLines())
