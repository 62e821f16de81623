"""Who asks: a person of each role on a side, the administrator, and nobody in particular."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from portal.organisations.models import Person
from portal.permissions import PAGES
from tests.page import Browser
from tests.permissions.asking import Address
from tests.permissions.world import READERS
from tests.promises.figures import long_run

PersonOf = Callable[[str, str], Person | None]
Browse = Callable[..., Browser]
Readers = dict[str, tuple[Person | None, Browser]]


def chosen(of: int, *what: object) -> bool:
    """One of ``of``, always the same ones; in the long run every one."""
    said = "|".join(map(str, what)).encode()
    return long_run() or int(hashlib.sha256(said).hexdigest(), 16) % of == 0


def readers_of(side: str, person_of: PersonOf, browse: Browse) -> Readers:
    """Everybody of the side, nobody in particular and the administrator, each with a browser."""
    found = {label: person_of(side, label) for label in (*READERS, "administrator", "visitor")}
    return {label: (person, browse(person)) for label, person in found.items()}


def askers(everybody: Readers, address: Address, most: int) -> Iterator[tuple[str, Browser]]:
    """Who is let through to the route; in the short run ``most`` of them, by the address."""
    let = [
        (label, browser)
        for label, (person, browser) in everybody.items()
        if PAGES[address.endpoint].allows(person)
    ]
    let.sort(key=lambda one: hashlib.sha256(f"{one[0]}{address.endpoint}".encode()).digest())
    yield from let if long_run() else let[:most]
