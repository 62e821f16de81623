"""Which addresses are worth asking a reader, of all that there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from werkzeug.routing import Rule

from portal.organisations.models import Person
from portal.permissions import PAGES

REFUSED_ALL_THE_SAME = 10

Asked = TypeVar("Asked")


def within_reach(
    person: Person | None, found: Iterable[Asked], rule_of: Callable[[Asked], Rule]
) -> Iterator[Asked]:
    """Those that the reader is let through to, and a few that are refused before their view.

    The guard refuses by the table of pages alone, before it knows what an address is about, so
    that one such refusal is as good as all of them.
    """
    refused = 0
    for one in found:
        if not PAGES[rule_of(one).endpoint].allows(person):
            refused += 1
            if refused > REFUSED_ALL_THE_SAME:
                continue
        yield one
