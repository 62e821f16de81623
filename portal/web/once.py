"""A form that makes one thing, however often it is sent."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from wtforms import HiddenField


class OnceField(HiddenField):  # type: ignore[misc]  # the library has no types
    """The key of what the form makes, chosen as the form is shown.

    A form that is sent again, by a second press or after a broken connection, brings the same key.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(default=lambda: str(uuid4()), **settings)

    def key(self) -> UUID:
        """The key; a new one where what was sent is none."""
        try:
            return UUID(self.data or "")
        except ValueError:
            return uuid4()
