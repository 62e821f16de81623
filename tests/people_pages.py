"""The pages and files that show participants by name; each records a reading of every one of them.

`tests.page` looks at every answer of every test: one that shows a participant and is not named
here, or records nothing, fails.
"""

from __future__ import annotations

SHOWS_PEOPLE: frozenset[str] = frozenset()
