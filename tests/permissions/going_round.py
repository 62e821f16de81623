"""Going round one's own side: what each reader is shown there."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Flask

from tests.permissions.asking import addresses, text_of
from tests.permissions.readers import Readers, askers
from tests.permissions.world import World
from tests.promises.figures import long_run


@dataclass
class Round:
    """What was shown on the way."""

    seen: dict[str, dict[str, str]] = field(default_factory=dict)
    """Of each field, to whom it was shown, and at which address."""
    asked: int = 0
    broken: list[str] = field(default_factory=list)
    """Where the portal failed: such a page is shown nothing of what it should be held to."""


def go_round(app: Flask, world: World, readers: Readers) -> Round:
    """Ask every route of side A as its own people; in the short run until a page is shown."""
    told = Round()
    shown: set[str] = set()
    for address in addresses(app, world, "A", "GET"):
        if address.endpoint in shown and not long_run():
            continue
        # In the short run, the first who is shown a page is enough.
        for label, browser in askers(readers, address, 3):
            answer = browser.client.get(address.url, buffered=True)
            told.asked += 1
            said = text_of(answer)
            if answer.status_code >= 500 and not address.endpoint.startswith("health."):
                told.broken.append(address.url)
            for place in world.canary_places(said):
                told.seen.setdefault(place.partition("@")[0], {}).setdefault(label, address.url)
            if answer.status_code != 200:
                continue
            shown.add(address.endpoint)
            if not long_run():
                break
    return told
